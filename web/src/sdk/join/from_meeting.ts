import type { Me } from '../meeting/types';
import type { JoinInput, MeetingInput } from './machine';

/** What the meeting says of us, for the way in and out; null: nothing new. */
export function inputOf(me: Me): MeetingInput | Extract<JoinInput, { on: 'queued' }> | null {
  switch (me.state) {
    case 'inside':
      return { on: 'admitted' };
    case 'waiting':
      return { on: 'queued', participant: me.participant, why: me.why ?? 'lobby' };
    case 'denied':
    case 'removed':
    case 'banned':
      return { on: 'turned-away', why: me.state };
    case 'ended':
      return { on: 'turned-away', why: 'closed' };
    case 'left':
      return { on: 'unseated' };
  }
}

/** The media plane takes people to another room within their connection; this long it is given to do so. */
export const MOVE_MS = 3000;

/**
 * Sees whether we are in the media room that the meeting wants us in, and speaks up once per room if we are not.
 *
 *  owner     the visit
 *  bounded   one timer
 */
export class RoomCheck {
  private wanted: string | null = null;
  private actual: string | null = null;
  private spokenOf: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onMisplaced: () => void) {}

  /** null: not in the media, or nothing is wanted. */
  see(wanted: string | null, actual: string | null): void {
    const changed = wanted !== this.wanted || actual !== this.actual;
    if (wanted !== this.wanted) this.spokenOf = null;
    this.wanted = wanted;
    this.actual = actual;
    if (wanted === null || actual === null || wanted === actual) this.stop();
    else if (changed) this.begin();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private begin(): void {
    this.stop();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.spokenOf === this.wanted) return;
      this.spokenOf = this.wanted;
      this.onMisplaced();
    }, MOVE_MS);
  }
}
