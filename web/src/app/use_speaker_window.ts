import { useEffect, useRef, useState } from 'react';
import type { Person } from '@/sdk/call';
import { pickForWindow, SpeakerWindow } from '@/sdk/pip';
import { useStore } from '@/shared/hooks/use_store';

/** The speaker in the browser's own small window; null where browsers have none. */
export function useSpeakerWindow(people: readonly Person[]): { readonly toggle: () => void } | null {
  const [small] = useState(() => new SpeakerWindow());
  const open = useStore(small.isOpen);
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (!open) return;
    const pick = pickForWindow(people, last.current);
    if (pick === null) return;
    last.current = pick.id;
    small.show(pick.source);
  }, [small, open, people]);
  useEffect(() => () => small.dispose(), [small]);
  if (!SpeakerWindow.isPossible()) return null;
  return {
    toggle: () => {
      const pick = pickForWindow(people, last.current);
      if (open) void small.close();
      else if (pick !== null) void small.open(pick.source);
    },
  };
}
