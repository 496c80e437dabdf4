import { useEffect, useState } from 'react';

/** The time, again every second; for countdowns. Stands still while nobody counts. */
export function useNow(counting = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!counting) return;
    const tick = (): void => setNow(Date.now());
    const first = setTimeout(tick, 0);
    const timer = setInterval(tick, 1000);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [counting]);
  return now;
}
