import { useEffect, useState } from 'react';
import type { Board } from '@/sdk/boards/board';

export interface Pointer {
  readonly client: number;
  readonly participant: string;
  readonly x: number;
  readonly y: number;
}

/** Where others point on the board. */
export function usePointers(board: Board): readonly Pointer[] {
  const [pointers, setPointers] = useState<readonly Pointer[]>([]);
  useEffect(() => {
    const { awareness } = board.presence;
    const read = (): void => {
      const found: Pointer[] = [];
      for (const [client, state] of awareness.getStates()) {
        const participant = board.presence.ownerOf(client);
        const at = (state as { pointer?: { x?: unknown; y?: unknown } | null }).pointer;
        if (participant === null || typeof at?.x !== 'number' || typeof at.y !== 'number') continue;
        found.push({ client, participant, x: at.x, y: at.y });
      }
      setPointers(found);
    };
    const onChange = (_: unknown, origin: unknown): void => {
      // One's own is not among them.
      if (origin !== 'local') read();
    };
    awareness.on('change', onChange);
    return () => awareness.off('change', onChange);
  }, [board]);
  return pointers;
}
