/** Who is large in the speaker view, and since when. */
export interface Spotlight {
  readonly id: string | null;
  readonly since: number;
}

export const NOBODY: Spotlight = { id: null, since: -Infinity };

/** A shorter stay would make the stage flicker in a lively talk. */
export const SHORTEST_STAY_MS = 3000;

/**
 * Moves to who speaks, but not before the last one has had 3 s, and not while they still speak.
 * `speaking` are the others who speak now; whoever left is given up at once.
 */
export function moveSpotlight(
  now: Spotlight,
  speaking: readonly string[],
  present: (id: string) => boolean,
  time: number,
): Spotlight {
  const here = now.id !== null && present(now.id);
  if (here && speaking.includes(now.id)) return now;
  const next = speaking[0];
  if (next === undefined) return here || now.id === null ? now : { id: null, since: time };
  if (here && time - now.since < SHORTEST_STAY_MS) return now;
  return { id: next, since: time };
}
