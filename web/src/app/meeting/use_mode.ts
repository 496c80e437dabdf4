import { useState } from 'react';
import type { Mode } from '@/features/stage/layout';

/** How the stage is laid out: as a host wants it for everyone from when they say so, until one chooses again for oneself. */
export function useMode(initial: Mode, forAll: Mode | null): readonly [Mode, (mode: Mode) => void] {
  const [chosen, setChosen] = useState<{ readonly mode: Mode; readonly under: Mode | null }>({ mode: initial, under: null });
  const mode = chosen.under === forAll ? chosen.mode : (forAll ?? chosen.mode);
  return [mode, (next) => setChosen({ mode: next, under: forAll })];
}
