// Where this server is meant to differ from LiveKit's own. Each names the row of docs/livekit-compatibility.md that
// gives the reason; --compare tells these apart from the others.
import type { Json } from './stable.ts';

export interface Difference {
  readonly scenario: string;
  readonly what: string;
  /** What a client sees here. */
  readonly here: Json;
  readonly row: string;
}

export const DIFFERENCES: readonly Difference[] = [];
