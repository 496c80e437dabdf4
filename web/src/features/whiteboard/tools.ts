import type { Kind } from '@/sdk/boards/drawing';

export type Tool = 'select' | 'hand' | Kind;
export const TOOLS: readonly Tool[] = ['select', 'hand', 'pen', 'line', 'arrow', 'rectangle', 'ellipse', 'text', 'note'];

/** How large something is that was made by a key, or by a press without a drag. */
export const USUAL_SIZE: Record<Kind, readonly [w: number, h: number]> = {
  pen: [0, 0],
  line: [160, 0],
  arrow: [160, 0],
  rectangle: [160, 100],
  ellipse: [160, 100],
  text: [240, 45],
  note: [180, 180],
};

export const isWritten = (kind: Kind): kind is 'text' | 'note' => kind === 'text' || kind === 'note';
