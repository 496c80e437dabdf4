import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { Answer } from '../meeting/client';
import { newKey } from '../meeting/client';
import { readBoardPage, type BoardListener, type BoardName, type BoardPlane, type Piece } from '../meeting/boards';
import type { Refusal } from '../meeting/meeting';
import { isEnd } from '../meeting/stream';
import { createStore, type Readable } from '../store';
import { fromBase64, toBase64 } from './bytes';
import { Presence } from './presence';

export interface BoardView {
  /** All that the server had was read once. */
  readonly loaded: boolean;
  /** Something written here is not acknowledged yet. */
  readonly unsent: boolean;
  /** The server does not answer; what is written meanwhile is sent later. */
  readonly away: boolean;
  /** `full`: it takes no more; `gone`: another document began in its place; else a refusal of the server's. */
  readonly trouble: 'full' | 'gone' | Refusal | null;
}

export interface BoardOptions {
  readonly plane: BoardPlane;
  readonly name: BoardName;
  /** Who we are: our own pointer is not shown to ourselves. */
  readonly me: string;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly newKey?: () => string;
}

/** What is typed within this time goes out together: a keystroke is no request. */
export const BATCH_MS = 120;
/** A number is missing: it may be on its way, or it was lost. */
export const GAP_MS = 250;
/** Lost news are found out by then at the latest. */
export const LOOK_MS = 20_000;
const AGAIN_MS = 2000;
/** One update as the server takes it has 128 KiB; half of it leaves room for the seams of merging. */
const MAX_BATCH_BYTES = 64 * 1024;
const MAX_QUEUED = 200;
/** A snapshot when there is this much after the last one, and as much as the last one again: reading stays short, and writing does not double. */
const SNAPSHOT_UPDATES = 2000;
const SNAPSHOT_BYTES = 64 * 1024;
const FEWEST_REPLACED = 50;
const MAX_SNAPSHOT_BYTES = 1024 * 1024;
/** So that not everybody who has the document does it at once. */
const SPREAD_MS = 4000;

const GONE = 'conflict';

/**
 * One shared document, kept the same here and with everybody else: a Yjs document over the numbered updates of the
 * application plane. Updates may come twice, out of order, or late; what was written here is sent until it is
 * acknowledged, however long the plane is away.
 *
 * A snapshot that somebody else made is compared with what we have, and what it lacks is sent again: a page that
 * means ill, or is mistaken, loses nothing for the others.
 *
 *  owner     whoever opened it; lives until `close`
 *  bounded   one request of each kind at a time; MAX_QUEUED updates wait, then they are merged
 */
export class Board {
  readonly doc = new Y.Doc();
  readonly presence: Presence;
  private readonly views = createStore<BoardView>({ loaded: false, unsent: false, away: false, trouble: null });
  private readonly random: () => number;
  private readonly newKey: () => string;
  private document: string | null = null;
  /** All up to this number is here; beyond it, these. */
  private seen = 0;
  private readonly ahead = new Set<number>();
  private covered = 0;
  private snapshotBytes = 0;
  private bytesSince = 0;
  private queue: Uint8Array[] = [];
  private sending: { readonly data: string; readonly key: string } | null = null;
  private mayEdit = false;
  private busy = false;
  private reading = false;
  private readAgain = false;
  private closed = false;
  private readonly timers = new Map<'send' | 'read' | 'look' | 'snapshot' | 'heal', ReturnType<typeof setTimeout>>();
  private readonly stopListening: () => void;

  constructor(private readonly options: BoardOptions) {
    this.random = options.random ?? Math.random;
    this.newKey = options.newKey ?? newKey;
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.enqueue(update);
    });
    this.presence = new Presence(new Awareness(this.doc), options.me, (data) => void this.options.plane.point(this.options.name, data));
    this.stopListening = options.plane.listen(this.onEvent);
    this.readSoon(0);
  }

  get view(): Readable<BoardView> {
    return this.views;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Without it nothing is sent, not even what waits: it may come back. */
  setMayEdit(mayEdit: boolean): void {
    this.mayEdit = mayEdit;
    this.presence.setSpeaks(mayEdit);
    if (mayEdit) this.sendSoon(0);
  }

  /** The page may be going: what was just typed does not wait for the next. */
  flush(): void {
    void this.send();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.stopListening();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.presence.close();
    this.doc.destroy();
  }

  private readonly onEvent: BoardListener = (event) => {
    if (event.on === 'closed') {
      this.close();
      return;
    }
    if (event.on === 'hello') {
      // What we lack, and what waits to be sent: the plane is back.
      this.readSoon(0);
      this.sendSoon(0);
      return;
    }
    if (event.board !== this.options.name) return;
    if (event.on === 'board_presence') {
      this.presence.receive(event.participant, event.data);
      return;
    }
    if (!this.isOurs(event.document)) return;
    switch (event.on) {
      case 'board': {
        if (event.data === undefined) this.readSoon(0);
        else this.apply({ number: event.number, data: event.data });
        if (this.ahead.size > 0) this.readSoon(GAP_MS);
        break;
      }
      case 'board_snapshot':
        this.onSnapshot(event.number, event.participant);
        break;
      case 'board_restored':
        this.seen = 0;
        this.ahead.clear();
        this.covered = 0;
        this.readSoon(0);
        break;
    }
  };

  /** The first one that is heard of is ours. */
  private isOurs(document: string | null): boolean {
    if (document === null) return this.document === null;
    this.document ??= document;
    if (this.document === document) return true;
    this.patch({ trouble: 'gone' });
    return false;
  }

  private apply({ number, data }: Piece): void {
    const bytes = fromBase64(data);
    if (number > this.seen && !this.ahead.has(number)) this.bytesSince += bytes?.length ?? 0;
    if (bytes !== null) this.use(bytes);
    this.mark(number);
  }

  /** Bytes that are no update are nobody's loss: whoever sent them has the document no other way. */
  private use(bytes: Uint8Array): void {
    try {
      Y.applyUpdate(this.doc, bytes, this);
    } catch {
      // Numbered all the same: asking for it again would bring the same.
    }
  }

  private mark(number: number): void {
    if (number <= this.seen) return;
    this.ahead.add(number);
    while (this.ahead.delete(this.seen + 1)) this.seen++;
    this.snapshotSoon();
  }

  // ---- Reading.

  private readSoon(ms: number): void {
    this.after('read', ms, () => void this.read());
  }

  private async read(): Promise<void> {
    if (this.reading) {
      this.readAgain = true;
      return;
    }
    this.reading = true;
    do {
      this.readAgain = false;
      const answer = await this.options.plane.read(this.options.name, this.seen).catch(() => null);
      if (this.closed) return;
      const page = answer?.ok === true ? readBoardPage(answer.body) : null;
      if (page === null) {
        this.onFailed(answer);
        if (answer === null || !isEnd(answer.status)) this.readSoon(AGAIN_MS);
        break;
      }
      this.onPage(page.document, page.snapshot, page.updates);
      this.readAgain ||= page.more && this.views.get().trouble === null;
      if (!page.more) this.patch({ loaded: true, away: false });
    } while (this.readAgain);
    this.reading = false;
    this.after('look', LOOK_MS, () => void this.read());
    this.sendSoon(0);
  }

  private onPage(document: string | null, snapshot: Piece | null, updates: readonly Piece[]): void {
    if (!this.isOurs(document)) {
      if (document === null) this.patch({ trouble: 'gone' });
      return;
    }
    if (snapshot !== null) {
      const bytes = fromBase64(snapshot.data) ?? new Uint8Array();
      this.use(bytes);
      this.covered = snapshot.number;
      this.snapshotBytes = bytes.length;
      this.bytesSince = 0;
      for (const number of this.ahead) if (number <= snapshot.number) this.ahead.delete(number);
      this.seen = Math.max(this.seen, snapshot.number);
      while (this.ahead.delete(this.seen + 1)) this.seen++;
    }
    for (const one of updates) this.apply(one);
  }

  private onFailed(answer: Answer | null): void {
    if (answer === null || answer.ok || answer.status === 0 || answer.status >= 500 || answer.status === 429) this.patch({ away: true });
    else this.patch({ trouble: answer.refusal });
  }

  // ---- Writing.

  private enqueue(update: Uint8Array): void {
    this.queue.push(update);
    if (this.queue.length > MAX_QUEUED) this.queue = batches(this.queue);
    this.patch({ unsent: true });
    this.sendSoon(BATCH_MS);
  }

  private sendSoon(ms: number): void {
    if (this.queue.length === 0 && this.sending === null) return;
    // The first of several keystrokes says when; the others go along.
    if (ms > 0 && this.timers.has('send')) return;
    this.after('send', ms, () => void this.send());
  }

  private async send(): Promise<void> {
    const { loaded, trouble } = this.views.get();
    if (this.busy || !loaded || !this.mayEdit || (trouble !== null && trouble !== 'full')) return;
    if (this.sending === null) {
      const [first, ...rest] = batches(this.queue);
      if (first === undefined) return;
      this.queue = rest;
      this.sending = { data: toBase64(first), key: this.newKey() };
    }
    const { data, key } = this.sending;
    this.busy = true;
    const answer = await this.options.plane.append(this.options.name, this.document, data, key).catch(() => null);
    this.busy = false;
    if (this.closed) return;
    if (answer?.ok === true) {
      const { document, number } = answer.body as { document: string; number: number };
      this.sending = null;
      if (this.isOurs(document)) {
        this.bytesSince += data.length;
        this.mark(number);
        if (this.ahead.size > 0) this.readSoon(GAP_MS);
      }
      this.patch({ unsent: this.queue.length > 0, away: false, ...(this.views.get().trouble === 'full' ? { trouble: null } : {}) });
      this.sendSoon(BATCH_MS);
      return;
    }
    this.onUnsent(answer);
  }

  private onUnsent(answer: Answer | null): void {
    const code = answer?.ok === false ? answer.refusal.code : '';
    if (code === GONE) this.patch({ trouble: 'gone' });
    else if (code === 'too_large') {
      this.patch({ trouble: 'full' });
      this.snapshotSoon(true);
      this.after('send', SPREAD_MS, () => void this.send());
    } else if (code === 'forbidden' || code === 'not_inside') {
      // What we may do is told on its own way; until then it waits.
    } else if (answer === null || answer.status === 0 || answer.status >= 500 || answer.status === 429) {
      this.patch({ away: answer?.status !== 429 });
      this.after('send', AGAIN_MS, () => void this.send());
    } else {
      this.onFailed(answer);
    }
  }

  // ---- Snapshots.

  private snapshotSoon(now = false): void {
    const since = this.seen - this.covered;
    const due = since >= SNAPSHOT_UPDATES || (since >= FEWEST_REPLACED && this.bytesSince >= Math.max(SNAPSHOT_BYTES, this.snapshotBytes));
    if ((!due && !now) || !this.mayEdit || this.timers.has('snapshot')) return;
    this.after('snapshot', this.random() * SPREAD_MS, () => void this.putSnapshot());
  }

  private async putSnapshot(): Promise<void> {
    // Of what is numbered and nothing else; who writes at this moment is not the one to do it.
    if (this.document === null || this.covered === this.seen || this.ahead.size > 0 || !this.mayEdit) return;
    const number = this.seen;
    const bytes = Y.encodeStateAsUpdate(this.doc);
    if (bytes.length > MAX_SNAPSHOT_BYTES) return;
    const answer = await this.options.plane.putSnapshot(this.options.name, this.document, number, toBase64(bytes)).catch(() => null);
    // Refused: somebody wrote, or was first. Their events say so.
    if (answer?.ok !== true) return;
    this.covered = Math.max(this.covered, number);
    this.snapshotBytes = bytes.length;
    this.bytesSince = 0;
  }

  private onSnapshot(number: number, participant: string): void {
    this.covered = Math.max(this.covered, number);
    this.bytesSince = 0;
    if (participant === this.options.me || !this.mayEdit || this.seen < number) return;
    this.after('heal', (0.25 + this.random()) * SPREAD_MS, () => void this.heal());
  }

  private async heal(): Promise<void> {
    const answer = await this.options.plane.read(this.options.name, 0).catch(() => null);
    const page = answer?.ok === true ? readBoardPage(answer.body) : null;
    if (this.closed || page === null || page.document !== this.document || page.snapshot === null) return;
    const lost = missingFrom([page.snapshot, ...page.updates].map(({ data }) => data), this.doc);
    if (lost !== null) this.enqueue(lost);
  }

  private after(what: 'send' | 'read' | 'look' | 'snapshot' | 'heal', ms: number, run: () => void): void {
    if (this.closed) return;
    clearTimeout(this.timers.get(what));
    this.timers.set(
      what,
      setTimeout(() => {
        this.timers.delete(what);
        run();
      }, ms),
    );
  }

  private patch(change: Partial<BoardView>): void {
    const now = this.views.get();
    if (Object.entries(change).some(([key, value]) => now[key as keyof BoardView] !== value)) this.views.set({ ...now, ...change });
  }
}

/** Merged as far as one request may carry; a single one that is larger goes alone. */
function batches(updates: readonly Uint8Array[]): Uint8Array[] {
  const groups: Uint8Array[][] = [];
  let bytes = 0;
  for (const update of updates) {
    const last = groups.at(-1);
    if (last === undefined || bytes + update.length > MAX_BATCH_BYTES) {
      groups.push([update]);
      bytes = update.length;
    } else {
      last.push(update);
      bytes += update.length;
    }
  }
  return groups.map((group) => (group.length === 1 ? (group[0] as Uint8Array) : Y.mergeUpdates(group)));
}

/** What somebody has to be told who knows these pieces, so that they know all of `doc`; null: nothing. */
export function missingFrom(pieces: readonly string[], doc: Y.Doc): Uint8Array | null {
  const other = new Y.Doc();
  for (const data of pieces) {
    try {
      Y.applyUpdate(other, fromBase64(data) ?? new Uint8Array());
    } catch {
      // As good as empty.
    }
  }
  const news: Uint8Array[] = [];
  other.on('update', (update: Uint8Array) => void news.push(update));
  // Deletions are in no state vector, so the whole is tried.
  const all = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(other));
  Y.applyUpdate(other, all);
  other.destroy();
  return news.length > 0 ? all : null;
}
