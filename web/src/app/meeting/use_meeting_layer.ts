import { useEffect, useState } from 'react';
import type { Meeting, MeetingView } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { createStore, type Readable } from '@/sdk/store';
import { useStore } from '@/shared/hooks/use_store';

export type Parts = typeof import('./parts');

/** What a call has of a meeting: nothing, until its state, its words and the code that shows them are there. */
export interface Layer {
  readonly parts: Parts;
  readonly meeting: Meeting;
  readonly view: MeetingView;
  readonly state: MeetingState;
}

const NOTHING: Readable<MeetingView | null> = createStore<MeetingView | null>(null);
const RETRY_MS = 3000;

async function loadParts(): Promise<Parts> {
  const parts = await import('./parts');
  await parts.loadLaterWords();
  return parts;
}

/** Nobody waits for it on the way into a call: it is fetched once we are in one. */
export function useMeetingLayer(meeting: Meeting | null): Layer | null {
  const view = useStore<MeetingView | null>(meeting?.view ?? NOTHING);
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    if (meeting === null) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let gone = false;
    const load = (): void => {
      void loadParts().then(
        (loaded) => {
          if (!gone) setParts(loaded);
        },
        () => {
          if (!gone) timer = setTimeout(load, RETRY_MS);
        },
      );
    };
    load();
    return () => {
      gone = true;
      if (timer !== null) clearTimeout(timer);
    };
  }, [meeting]);
  const state = view?.state ?? null;
  if (meeting === null || parts === null || view === null || state === null) return null;
  return { parts, meeting, view, state };
}
