import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { dice } from '../meeting/testing';
import { BATCH_MS, Board, LOOK_MS, missingFrom } from './board';
import { fromBase64, toBase64 } from './bytes';
import { FakeBoards } from './fake_boards';
import { PRESENCE_MS } from './presence';

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const all: Board[] = [];

async function open(boards: FakeBoards, me: string, mayEdit = true): Promise<Board> {
  const board = new Board({ plane: boards.planeFor(me), name: 'notes', me, random: () => 0 });
  all.push(board);
  board.setMayEdit(mayEdit);
  await pass(0);
  return board;
}

const textOf = (board: Board): string => board.doc.getText('text').toJSON();
const write = (board: Board, text: string, at = 0): void => board.doc.getText('text').insert(at, text);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const board of all.splice(0)) board.close();
  vi.useRealTimers();
});

describe('a shared document', () => {
  it('is with the others a moment after it was typed, several keystrokes in one request', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    const bob = await open(boards, 'bob');
    for (const letter of 'olleh') write(ann, letter);
    expect(ann.view.get().unsent).toBe(true);
    await pass(BATCH_MS);
    expect(textOf(bob)).toBe('hello');
    expect(boards.of('notes').updates).toHaveLength(1);
    expect(ann.view.get()).toEqual({ loaded: true, unsent: false, away: false, trouble: null });
    expect(textOf(await open(boards, 'late'))).toBe('hello');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is the same for all in the end, whatever becomes of the news (seed %i)', async (seed) => {
    const roll = dice(seed);
    const boards = new FakeBoards();
    boards.deliver = (send) => {
      if (roll() < 0.25) return; // Lost.
      if (roll() < 0.25) setTimeout(send, roll() * 900); // A second time, too.
      setTimeout(send, roll() * 700); // In no order.
    };
    const pages = [await open(boards, 'ann'), await open(boards, 'bob'), await open(boards, 'cy')];
    for (let round = 0; round < 60; round++) {
      boards.down = roll() < 0.2;
      if (roll() < 0.15) boards.loseAnswers = 1;
      const page = pages[Math.floor(roll() * pages.length)] as Board;
      const text = page.doc.getText('text');
      if (text.length > 5 && roll() < 0.3) text.delete(Math.floor(roll() * (text.length - 3)), 2);
      else write(page, `${round},`, Math.floor(roll() * text.length));
      await pass(roll() * 300);
    }
    boards.down = false;
    await pass(3 * LOOK_MS);
    const [first = '', ...others] = pages.map(textOf);
    expect(first.length).toBeGreaterThan(50);
    for (const other of others) expect(other).toBe(first);
    for (const page of pages) expect(page.view.get()).toMatchObject({ unsent: false, away: false, trouble: null });
    expect(textOf(await open(boards, 'late'))).toBe(first);
  });

  it('keeps what is written while the plane is away, and sends it once', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    boards.down = true;
    write(ann, 'two');
    await pass(BATCH_MS + 10);
    write(ann, 'one ');
    await pass(5000);
    expect(ann.view.get()).toMatchObject({ unsent: true, away: true });
    boards.down = false;
    boards.loseAnswers = 1;
    await pass(10_000);
    expect(ann.view.get()).toMatchObject({ unsent: false, away: false });
    expect(textOf(await open(boards, 'bob'))).toBe('one two');
    const missed = new Y.Doc();
    for (const { data } of boards.of('notes').updates) Y.applyUpdate(missed, fromBase64(data) as Uint8Array);
    expect(missed.getText('text').toJSON(), 'nothing twice').toBe('one two');
  });

  it('is read anew when the stream was, and every now and then', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    const bob = await open(boards, 'bob');
    boards.deliver = () => undefined;
    write(ann, 'lost');
    await pass(BATCH_MS);
    expect(textOf(bob)).toBe('');
    boards.deliver = (send) => send();
    boards.tell({ on: 'hello' });
    await pass(0);
    expect(textOf(bob)).toBe('lost');
    boards.deliver = () => undefined;
    write(ann, 'again ');
    await pass(LOOK_MS + BATCH_MS);
    expect(textOf(bob)).toBe('again lost');
  });

  it('sends nothing for who may only read, and what they had once they may', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann', false);
    write(ann, 'x');
    ann.presence.awareness.setLocalState({});
    await pass(10_000);
    expect(boards.asked.filter(({ what }) => what !== 'read')).toEqual([]);
    ann.setMayEdit(true);
    await pass(0);
    expect(boards.of('notes').updates).toHaveLength(1);
  });

  it('says when it takes no more, and when another began in its place', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    boards.refuse = 'too_large';
    write(ann, 'x');
    await pass(BATCH_MS);
    expect(ann.view.get().trouble).toBe('full');
    boards.refuse = null;
    await pass(5000);
    expect(ann.view.get()).toMatchObject({ trouble: null, unsent: false });
    boards.of('notes').document = 'another';
    write(ann, 'late');
    await pass(BATCH_MS);
    expect(ann.view.get().trouble).toBe('gone');
    expect(boards.of('notes').updates).toHaveLength(1);
  });

  it('stops with the meeting', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    boards.tell({ on: 'closed' });
    expect(ann.isClosed).toBe(true);
    const asked = boards.asked.length;
    await pass(60_000);
    expect(boards.asked).toHaveLength(asked);
  });

  it('is not broken by bytes that are no update', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    await boards.planeFor('eve').append('notes', null, 'AAECAwQFBgcICQ', 'k1');
    await boards.planeFor('eve').append('notes', null, 'not base64!', 'k2');
    write(ann, 'fine');
    await pass(BATCH_MS);
    expect(textOf(await open(boards, 'bob'))).toBe('fine');
  });
});

describe('a snapshot', () => {
  /** A document long enough that a page makes one. */
  async function long(boards: FakeBoards): Promise<Board> {
    const ann = await open(boards, 'ann');
    for (let i = 0; i < 60; i++) {
      write(ann, 'x'.repeat(2000));
      await pass(BATCH_MS + 1);
    }
    await pass(10_000);
    return ann;
  }

  it('is made by a page when there is much to read, and read in place of it', async () => {
    const boards = new FakeBoards();
    const ann = await long(boards);
    const snapshot = boards.of('notes').snapshot;
    expect(snapshot?.number).toBeGreaterThanOrEqual(50);
    boards.of('notes').updates.splice(0, snapshot?.number ?? 0, ...boards.of('notes').updates.slice(0, snapshot?.number).map(({ number }) => ({ number, data: '' })));
    expect(textOf(await open(boards, 'bob'))).toBe(textOf(ann));
  });

  it('that lost something is mended by whoever has it', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    write(ann, 'precious');
    await pass(BATCH_MS);
    const empty = toBase64(Y.encodeStateAsUpdate(new Y.Doc()));
    await boards.planeFor('eve').putSnapshot('notes', 'notes-1', 1, empty);
    expect(textOf(await open(boards, 'early'))).toBe('');
    await pass(10_000);
    expect(textOf(await open(boards, 'late'))).toBe('precious');
    const after = boards.of('notes').updates.length;
    await pass(60_000);
    expect(boards.of('notes').updates, 'once, and by one of them').toHaveLength(after);
  });

  it('that a host took back is read without', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    write(ann, 'old');
    await pass(BATCH_MS);
    ann.close();
    boards.of('notes').snapshot = { number: 1, data: toBase64(Y.encodeStateAsUpdate(new Y.Doc())) };
    const bob = await open(boards, 'bob');
    expect(textOf(bob)).toBe('');
    await boards.planeFor('host').restore('notes');
    await pass(0);
    expect(textOf(bob)).toBe('old');
  });

  it('lacks what was deleted since, too', () => {
    const doc = new Y.Doc();
    doc.getText('text').insert(0, 'abc');
    const before = toBase64(Y.encodeStateAsUpdate(doc));
    expect(missingFrom([before], doc)).toBeNull();
    doc.getText('text').delete(0, 1);
    expect(missingFrom([before], doc)).not.toBeNull();
  });
});

describe('presence', () => {
  it('is told at a pace, and shown with the name of who sent it', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    const bob = await open(boards, 'bob');
    for (let x = 0; x < 50; x++) {
      ann.presence.awareness.setLocalState({ x });
      await pass(10);
    }
    await pass(PRESENCE_MS);
    expect(boards.asked.filter(({ what }) => what === 'point').length).toBeLessThanOrEqual(2 + 500 / PRESENCE_MS);
    const { clientID } = ann.presence.awareness;
    expect(bob.presence.awareness.getStates().get(clientID)).toEqual({ x: 49 });
    expect(bob.presence.ownerOf(clientID)).toBe('ann');
    ann.close();
    await pass(0);
    expect(bob.presence.awareness.getStates().has(clientID)).toBe(false);
  });

  it('of one is not moved by another', async () => {
    const boards = new FakeBoards();
    const ann = await open(boards, 'ann');
    const bob = await open(boards, 'bob');
    ann.presence.awareness.setLocalState({ x: 1 });
    await pass(PRESENCE_MS);
    const forged = new Awareness(new Y.Doc());
    applyAwarenessUpdate(forged, encodeAwarenessUpdate(ann.presence.awareness, [ann.doc.clientID]), null);
    forged.states.set(ann.doc.clientID, { x: 666 });
    forged.meta.set(ann.doc.clientID, { clock: 99, lastUpdated: 0 });
    await boards.planeFor('eve').point('notes', toBase64(encodeAwarenessUpdate(forged, [ann.doc.clientID])));
    forged.destroy();
    expect(bob.presence.awareness.getStates().get(ann.doc.clientID)).toEqual({ x: 1 });
    await boards.planeFor('eve').point('notes', 'AAAA!!');
    await boards.planeFor('eve').point('notes', toBase64(new Uint8Array([1, 5, 1, 3, 123, 123, 123])));
    expect(bob.presence.awareness.getStates().size).toBe(1);
  });
});

it('bytes travel as base64url and come back', () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) & 255);
  expect(toBase64(bytes)).toMatch(/^[\w-]+$/);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  expect(fromBase64('?')).toBeNull();
});
