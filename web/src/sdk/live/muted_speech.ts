import { TrackLevel } from '../level';

/** As loud as a voice at an arm's length, for about as long as a word. */
const VOICE = 0.4;
const WORD_MS = 350;
/** Two sounds this far apart are not one word. */
const GAP_MS = 250;
const HOLD_MS = 5000;

export interface Speech {
  readonly speaks: boolean;
  /** Since when there is sound, and when it was last heard. */
  readonly since: number;
  readonly heardAt: number;
}

export const SILENCE: Speech = { speaks: false, since: -Infinity, heardAt: -Infinity };

/** A voice, once it lasts as long as a word; until some seconds after it ended. A cough is not one. */
export function hear(before: Speech, level: number, now: number): Speech {
  if (level < VOICE) return before.speaks && now - before.heardAt > HOLD_MS ? SILENCE : before;
  const goesOn = now - before.heardAt <= GAP_MS;
  const since = goesOn ? before.since : now;
  return { speaks: before.speaks || now - since >= WORD_MS, since, heardAt: now };
}

/**
 * Listens to a muted microphone, here and only here: to a copy of its track, which nobody sends.
 *
 *  owner     the call; `listen(null)` lets go of the copy
 */
export class MutedSpeech {
  private readonly level = new TrackLevel();
  private of: MediaStreamTrack | null = null;
  private copy: MediaStreamTrack | null = null;
  private speech = SILENCE;
  private unsubscribe: (() => void) | null = null;

  constructor(private readonly tell: (speaks: boolean) => void) {}

  listen(track: MediaStreamTrack | null): void {
    if (track === this.of) return;
    this.of = track;
    this.unsubscribe?.();
    this.unsubscribe = null;
    this.level.use(null);
    this.copy?.stop();
    this.copy = null;
    this.change(SILENCE);
    if (track === null || track.readyState === 'ended') return;
    this.copy = track.clone();
    this.copy.enabled = true;
    this.level.use(this.copy);
    this.unsubscribe = this.level.subscribe((now) => this.change(hear(this.speech, now, performance.now())));
  }

  private change(next: Speech): void {
    const changed = next.speaks !== this.speech.speaks;
    this.speech = next;
    if (changed) this.tell(next.speaks);
  }
}
