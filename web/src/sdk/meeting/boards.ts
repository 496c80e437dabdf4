/** Notes and whiteboard as the application plane sees them: numbered bytes. What they mean, `sdk/boards` knows. */
import type { Events, Schemas } from '../api/operation';
import * as api from '../api/operations';
import type { Answer, Client } from './client';
import type { ParticipantId } from './types';

export type BoardName = 'notes' | 'whiteboard';

/** `data` is base64url without padding. Not repeated by the stream: numbers tell what was missed. */
export type BoardEvent =
  | ({ readonly on: 'board' } & Events['board'])
  | ({ readonly on: 'board_snapshot' } & Events['board_snapshot'])
  | ({ readonly on: 'board_restored' } & Events['board_restored'])
  | ({ readonly on: 'board_presence' } & Events['board_presence']);

/** Besides: the stream was opened anew, so something may have been missed; the meeting is over for us. */
export type BoardListener = (event: BoardEvent | { readonly on: 'hello' } | { readonly on: 'closed' }) => void;

export type BoardPage = Schemas['Board'];
export type Piece = BoardPage['updates'][number];

/** What a document asks of the server. Answers are as the client gives them: nothing throws. */
export interface BoardPlane {
  read(board: BoardName, after: number): Promise<Answer>;
  /** The same key again has no second effect. */
  append(board: BoardName, document: string | null, data: string, key: string): Promise<Answer>;
  putSnapshot(board: BoardName, document: string, number: number, data: string): Promise<Answer>;
  point(board: BoardName, data: string): Promise<Answer>;
  /** Takes back the snapshots of the last days: what one of them lacked is read again, by everybody. */
  restore(board: BoardName): Promise<Answer>;
  /** Returns how to stop. */
  listen(listener: BoardListener): () => void;
}

/** Who asks, and in which meeting. */
type Place = () => { readonly link: string; readonly participant: ParticipantId | null };

export function boardPlane(client: Client, place: Place, listeners: Set<BoardListener>): BoardPlane {
  const at = (board: BoardName) => {
    const { link, participant } = place();
    return { path: { link, board }, participant };
  };
  return {
    read: (board, after) => client.ask(api.readBoard, { ...at(board), query: { after } }),
    append: (board, document, data, key) => client.ask(api.appendBoardUpdate, { ...at(board), body: { document, data }, key, keepalive: data.length < KEEPALIVE_CHARACTERS }),
    putSnapshot: (board, document, number, data) => client.ask(api.putBoardSnapshot, { ...at(board), body: { document, number, data }, patienceMs: 0 }),
    // Where a pointer was a second ago nobody wants to know.
    point: (board, data) => client.ask(api.pointOnBoard, { ...at(board), body: { data }, patienceMs: 0 }),
    restore: (board) => client.ask(api.restoreBoard, at(board)),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Browsers keep 64 KiB of requests alive that outlive their page (Fetch, section 4.6). */
const KEEPALIVE_CHARACTERS = 16_000;

export function readBoardPage(body: unknown): BoardPage | null {
  const told = body as Partial<BoardPage> | null;
  if (typeof told !== 'object' || told === null || typeof told.last !== 'number' || !Array.isArray(told.updates)) return null;
  return { document: told.document ?? null, last: told.last, snapshot: told.snapshot ?? null, updates: told.updates, more: told.more === true };
}
