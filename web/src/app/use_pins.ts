import { useCallback, useMemo, useState } from 'react';
import type { Person } from '@/sdk/call';

/** Who this person wants large: people by their identity, screens as the stage calls them. Who left is let go of. */
export function usePins(people: readonly Person[]): readonly [ReadonlySet<string>, (id: string) => void] {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((id: string) => {
    setChosen((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const here = people.flatMap((person) => (person.share === null ? [person.id] : [person.id, `${person.id}:screen`])).join('\n');
  const pinned = useMemo(() => {
    const present = new Set(here.split('\n'));
    return new Set([...chosen].filter((id) => present.has(id)));
  }, [chosen, here]);
  return [pinned, toggle];
}
