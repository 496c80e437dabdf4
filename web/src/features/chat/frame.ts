import type { SharedFile } from '@/sdk/meeting/types';

const WIDEST = 240;
const HIGHEST = 200;

/** How large a picture will be: its place is there before it is. */
export function frameOf({ width, height }: Pick<SharedFile, 'width' | 'height'>): { width: number; height: number } | null {
  if (width === null || height === null) return null;
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.max(24, Math.round(width * scale)), height: Math.max(24, Math.round(height * scale)) };
}
