import * as api from '../api/operations';
import { createStore, type Readable } from '../store';
import { Client } from './client';
import type { Doorplate } from './types';

export const DOOR_MS = 5000;

/** null: not read yet, or not to be read now. `nowhere`: no meeting has this link. */
export type Door = Doorplate | 'nowhere' | null;

/**
 * What can be seen of a meeting from outside, looked at every few seconds while somebody looks at it.
 *
 *  owner     the visit; from `start` until the way in begins
 *  bounded   one timer, one request
 */
export class DoorWatch {
  private readonly doors = createStore<Door>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = new AbortController();

  constructor(
    private readonly link: string,
    private readonly client: Client = new Client(),
    private readonly isVisible: () => boolean = () => document.visibilityState === 'visible',
  ) {
    this.running.abort();
  }

  get door(): Readable<Door> {
    return this.doors;
  }

  start(): void {
    if (!this.running.signal.aborted) return;
    this.running = new AbortController();
    void this.look(this.running.signal);
  }

  stop(): void {
    this.running.abort();
    clearTimeout(this.timer);
  }

  private async look(signal: AbortSignal): Promise<void> {
    if (this.isVisible()) {
      const answer = await this.client.ask(api.getDoorplate, { path: { link: this.link }, signal, patienceMs: 0 }).catch(() => null);
      if (answer === null || signal.aborted) return;
      // A server that is away says nothing new; the button tells when it is pressed.
      if (answer.ok) this.doors.set(sameOr(this.doors.get(), answer.body));
      else if (answer.status === 404 && answer.refusal.code === 'not_found') this.doors.set('nowhere');
    }
    this.timer = setTimeout(() => void this.look(signal), DOOR_MS);
  }
}

/** Nothing is drawn again because nothing changed. */
function sameOr(before: Door, now: Door): Door {
  return JSON.stringify(before) === JSON.stringify(now) ? before : now;
}
