import { useCallback, useState } from 'react';

interface WhiteboardState {
  readonly open: boolean;
  readonly toggle: () => void;
  readonly close: () => void;
}

/** Whether it is on stage: as a host wants it for everyone from when they say so, until one chooses for oneself. */
export function useWhiteboard(forAll: boolean, initial = false): WhiteboardState {
  const [chosen, setChosen] = useState({ open: initial, under: false });
  const open = chosen.under === forAll ? chosen.open : forAll;
  return {
    open,
    toggle: useCallback(() => setChosen({ open: !open, under: forAll }), [open, forAll]),
    close: useCallback(() => setChosen({ open: false, under: forAll }), [forAll]),
  };
}
