import type { Answer } from '../meeting/client';
import type { BoardEvent, BoardListener, BoardName, BoardPlane, Piece } from '../meeting/boards';

const OK = (status: number, body: unknown): Answer => ({ ok: true, status, body });
const NO = (status: number, code: string): Answer => ({ ok: false, status, refusal: { code, title: '', detail: '' } });

export interface FakeBoard {
  document: string | null;
  readonly updates: Piece[];
  snapshot: Piece | null;
}

/**
 * The application plane's documents for tests and the gallery: numbers, keys and snapshots as the server has them,
 * and every way in which news can be late, lost, doubled or out of order (`deliver`).
 */
export class FakeBoards {
  readonly boards = new Map<BoardName, FakeBoard>();
  readonly asked: { readonly what: string; readonly board: BoardName }[] = [];
  down = false;
  /** Carried out, but the answer is lost on the way. */
  loseAnswers = 0;
  /** Refuses with this code. */
  refuse: string | null = null;
  /** How an event gets to a page; by default at once. */
  deliver: (send: () => void) => void = (send) => send();
  private readonly keys = new Map<string, Answer>();
  private readonly pages = new Map<string, Set<BoardListener>>();

  of(name: BoardName): FakeBoard {
    const board = this.boards.get(name) ?? { document: null, updates: [], snapshot: null };
    this.boards.set(name, board);
    return board;
  }

  /** The plane as one participant has it. */
  planeFor(me: string): BoardPlane {
    const listeners = this.pages.get(me) ?? new Set<BoardListener>();
    this.pages.set(me, listeners);
    const ask = async (what: string, board: BoardName, run: () => Answer): Promise<Answer> => {
      await Promise.resolve();
      this.asked.push({ what, board });
      if (this.down) return NO(0, 'away');
      if (this.refuse !== null && what !== 'read') return NO(403, this.refuse);
      const answer = run();
      if (this.loseAnswers > 0 && what !== 'read') {
        this.loseAnswers--;
        return NO(0, 'away');
      }
      return answer;
    };
    return {
      read: (name, after) => ask('read', name, () => this.page(name, after)),
      append: (name, document, data, key) => ask('append', name, () => this.append(name, document, data, key)),
      putSnapshot: (name, document, number, data) => ask('snapshot', name, () => this.replace(name, document, number, data, me)),
      point: (name, data) =>
        ask('point', name, () => {
          this.tell({ on: 'board_presence', board: name, participant: me, data });
          return OK(204, null);
        }),
      restore: (name) => ask('restore', name, () => this.takeBack(name)),
      listen: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
  }

  tell(event: BoardEvent | { readonly on: 'hello' } | { readonly on: 'closed' }): void {
    for (const listener of [...this.pages.values()].flatMap((page) => [...page])) this.deliver(() => listener(event));
  }

  private page(name: BoardName, after: number): Answer {
    const { document, updates, snapshot } = this.of(name);
    const replaced = snapshot !== null && after < snapshot.number ? snapshot : null;
    const from = replaced?.number ?? after;
    const some = updates.filter(({ number }) => number > from).slice(0, 50);
    const last = updates.at(-1)?.number ?? 0;
    return OK(200, { document, last, snapshot: replaced, updates: some, more: (some.at(-1)?.number ?? from) < last });
  }

  private append(name: BoardName, document: string | null, data: string, key: string): Answer {
    const before = this.keys.get(key);
    if (before !== undefined) return before;
    const board = this.of(name);
    if (document !== null && document !== board.document) return NO(409, 'conflict');
    board.document ??= `${name}-1`;
    const number = board.updates.length + 1;
    board.updates.push({ number, data });
    this.tell({ on: 'board', board: name, document: board.document, number, data });
    const answer = OK(201, { document: board.document, number });
    this.keys.set(key, answer);
    return answer;
  }

  private replace(name: BoardName, document: string, number: number, data: string, participant: string): Answer {
    const board = this.of(name);
    if (document !== board.document || number !== board.updates.length) return NO(409, 'conflict');
    board.snapshot = { number, data };
    this.tell({ on: 'board_snapshot', board: name, document, number, participant });
    return OK(204, null);
  }

  private takeBack(name: BoardName): Answer {
    const board = this.of(name);
    if (board.document === null) return OK(204, null);
    board.snapshot = null;
    this.tell({ on: 'board_restored', board: name, document: board.document });
    return OK(204, null);
  }
}
