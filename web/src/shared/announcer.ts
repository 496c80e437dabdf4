import { createStore, type Readable } from '@/sdk/store';

export interface Announcement {
  readonly id: number;
  readonly text: string;
  /** Also drawn, for those who look rather than listen. */
  readonly shown: boolean;
}

const KEPT = 3;
const SHOWN_MS = 4000;

/** What happened and deserves a word. Bounded: the last few, each for some seconds. */
export class Announcer {
  private readonly store = createStore<readonly Announcement[]>([]);
  private next = 1;

  get list(): Readable<readonly Announcement[]> {
    return this.store;
  }

  say(text: string, { shown = false }: { shown?: boolean } = {}): void {
    const id = this.next++;
    this.store.update((list) => [...list, { id, text, shown }].slice(-KEPT));
    setTimeout(() => this.store.update((list) => list.filter((item) => item.id !== id)), SHOWN_MS);
  }
}

export const announcer = new Announcer();
