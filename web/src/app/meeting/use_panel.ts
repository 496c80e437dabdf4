import { useCallback, useRef, useState } from 'react';
import type { PanelId } from './panel_id';

interface PanelState {
  readonly at: PanelId | null;
  readonly open: (id: PanelId) => void;
  readonly toggle: (id: PanelId) => void;
  readonly close: () => void;
}

/** Which panel is open. Closing gives the focus back to what had it before. */
export function usePanel(initial: PanelId | null): PanelState {
  const [at, setAt] = useState<PanelId | null>(initial);
  const before = useRef<Element | null>(null);
  const open = useCallback((id: PanelId): void => {
    before.current ??= document.activeElement;
    setAt(id);
  }, []);
  const close = useCallback((): void => {
    setAt(null);
    const back = before.current;
    before.current = null;
    if (back instanceof HTMLElement && back.isConnected) back.focus();
  }, []);
  const toggle = useCallback((id: PanelId): void => (at === id ? close() : open(id)), [at, open, close]);
  return { at, open, toggle, close };
}
