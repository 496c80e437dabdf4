/** What a look at the way to the server found; null where it got no answer. */
export interface Findings {
  /** Round trips of signaling, in milliseconds. */
  readonly trips: readonly number[];
  readonly media: 'flows' | 'blocked' | 'unknown';
  /** Round trip of the media path itself. */
  readonly mediaRttMs: number | null;
  /** Only TCP or a relay gets through. */
  readonly detour: boolean;
}

/** In the terms of somebody who wants to talk. */
export type Verdict = 'good' | 'slow' | 'shaky' | 'detour' | 'blocked' | 'away';

/** Half of it is the delay of a voice; beyond 150 ms people begin to talk over one another (ITU-T G.114). */
const SLOW_MS = 300;
/** So much between one trip and the next makes a jitter buffer grow, or run dry. */
const SHAKY_MS = 120;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}

export function judge({ trips, media, mediaRttMs, detour }: Findings): Verdict {
  if (trips.length === 0) return 'away';
  if (media === 'blocked') return 'blocked';
  const typical = median(trips);
  if ((mediaRttMs ?? typical) > SLOW_MS) return 'slow';
  const steps = trips.slice(1).map((trip, i) => Math.abs(trip - (trips[i] ?? trip)));
  if (steps.length > 0 && median(steps) > SHAKY_MS) return 'shaky';
  return detour ? 'detour' : 'good';
}
