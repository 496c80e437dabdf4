import { useEffect, useState } from 'react';
import type { Person } from '@/sdk/call';
import { moveSpotlight, NOBODY, SHORTEST_STAY_MS, type Spotlight } from './spotlight';

/** Follows the speakers, at the pace that moveSpotlight allows. */
export function useSpotlight(people: readonly Person[]): string | null {
  const [spotlight, setSpotlight] = useState<Spotlight>(NOBODY);
  useEffect(() => {
    const speaking = people.filter((person) => person.speaking && !person.isLocal).map((person) => person.id);
    const present = (id: string): boolean => people.some((person) => person.id === id);
    const move = (): void => setSpotlight((now) => moveSpotlight(now, speaking, present, performance.now()));
    move();
    // Somebody may have to wait for the one before; nothing else would wake us then.
    const timer = setTimeout(move, SHORTEST_STAY_MS);
    return () => clearTimeout(timer);
  }, [people]);
  return spotlight.id;
}
