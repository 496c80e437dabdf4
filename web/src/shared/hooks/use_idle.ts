import { useEffect, useState } from 'react';

const SIGNS_OF_LIFE = ['pointermove', 'pointerdown', 'keydown', 'focusin', 'wheel'] as const;

/**
 * True after `afterMs` without movement, touch, key or focus. While `hold` is true, never: something
 * needs the controls, or there is nothing behind them to look at.
 */
export function useIdle(afterMs: number, hold: boolean): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    if (hold) return;
    let timer = 0;
    const wake = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setIdle(true), afterMs);
      setIdle(false);
    };
    wake();
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, wake, { passive: true });
    return () => {
      setIdle(false);
      window.clearTimeout(timer);
      for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, wake);
    };
  }, [afterMs, hold]);
  return idle && !hold;
}
