import { useEffect, useState } from 'react';
import type { Level } from '@/sdk/level';

export type Verdict = 'quiet' | 'heard';

/** As loud as a voice at an arm's length; a fan or a keyboard stays below. */
const VOICE = 0.35;
/** A pause between two sentences does not take the verdict back. */
const HOLD_MS = 4000;

/** Whether a voice was heard of late: the answer to "can you hear me?" before anyone has to ask. */
export function judge(before: { verdict: Verdict; heardAt: number }, level: number, now: number): typeof before {
  if (level >= VOICE) return { verdict: 'heard', heardAt: now };
  if (before.verdict === 'heard' && now - before.heardAt > HOLD_MS) return { verdict: 'quiet', heardAt: before.heardAt };
  return before;
}

export function useVerdict(level: Level): Verdict {
  const [verdict, setVerdict] = useState<Verdict>('quiet');
  useEffect(() => {
    let state: { verdict: Verdict; heardAt: number } = { verdict: 'quiet', heardAt: 0 };
    return level.subscribe((now) => {
      const next = judge(state, now, performance.now());
      if (next.verdict !== state.verdict) setVerdict(next.verdict);
      state = next;
    });
  }, [level]);
  return verdict;
}
