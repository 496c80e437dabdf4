import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeAwarenessUpdate } from 'y-protocols/awareness';
import { BATCH_MS, Board } from './board';
import { Drafts, LINGER_MS, tellDraft, thinned, type Draft } from './drafts';
import { Drawing, MAX_POINTS } from './drawing';
import { FakeBoards } from './fake_boards';
import { PRESENCE_MS } from './presence';

/** As the server takes it (application/boards/boards.h). */
const MOST_PRESENCE = 2048;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const aStroke = (more: Partial<Draft> = {}): Draft => ({ id: 'stroke', kind: 'pen', x: 5, y: 5, w: 0, h: 0, colour: 'red', text: '', points: [0, 0, 10, 10], ...more });

async function open(boards: FakeBoards, me: string) {
  const board = new Board({ plane: boards.planeFor(me), name: 'whiteboard', me, random: () => 0.5 });
  board.setMayEdit(true);
  board.presence.awareness.setLocalState({});
  await pass(PRESENCE_MS);
  const drawing = new Drawing(board.doc);
  return { board, drawing, drafts: new Drafts(board, drawing) };
}

async function two() {
  const boards = new FakeBoards();
  const [ann, ben] = [await open(boards, 'ann'), await open(boards, 'ben')];
  await pass(2 * PRESENCE_MS);
  const sketched = () => ben.drafts.view.get().map(({ shape }) => shape.id);
  const drawn = () => ben.drawing.view.get().shapes.map(({ id }) => id);
  return { boards, ann, ben, sketched, drawn };
}

describe('what is being drawn', () => {
  it('is seen by the others before it is in the document, and under the name of who draws', async () => {
    const { ann, ben, drawn } = await two();
    tellDraft(ann.board, aStroke());
    await pass(PRESENCE_MS);
    expect(ben.drafts.view.get()).toMatchObject([{ participant: 'ann', shape: { id: 'stroke', kind: 'pen', points: [0, 0, 10, 10] } }]);
    tellDraft(ann.board, aStroke({ points: [0, 0, 10, 10, 20, 0] }));
    await pass(PRESENCE_MS);
    expect(ben.drafts.view.get()[0]?.shape.points).toEqual([0, 0, 10, 10, 20, 0]);
    expect(drawn()).toEqual([]);
    expect(ann.drafts.view.get(), 'one’s own is not among them').toEqual([]);
  });

  it('is replaced by what is in the document, without a moment in which there is neither or both', async () => {
    for (const lateMs of [0, BATCH_MS, 4 * PRESENCE_MS]) {
      const { boards, ann, sketched, drawn } = await two();
      tellDraft(ann.board, aStroke());
      await pass(PRESENCE_MS);
      // Pointers and changes do not go the same way: either may be first.
      let turn = 0;
      boards.deliver = (send) => void setTimeout(send, (((turn++ * 7) % 10) / 10) * lateMs);
      const { id, ...shape } = aStroke();
      ann.drawing.add(shape, id);
      const stop = tellDraft(ann.board, null);
      for (let ms = 0; ms < 2000; ms += 10) {
        await pass(10);
        expect([...sketched(), ...drawn()], `${lateMs}: after ${ms} ms`).toEqual(['stroke']);
      }
      expect(drawn()).toEqual(['stroke']);
      stop();
    }
  });

  it('stays for the moment that its document needs while the next is drawn', async () => {
    const { boards, ann, sketched, drawn } = await two();
    tellDraft(ann.board, aStroke());
    await pass(PRESENCE_MS);
    boards.deliver = (send) => void setTimeout(send, 50);
    const { id, ...shape } = aStroke();
    ann.drawing.add(shape, id);
    tellDraft(ann.board, aStroke({ id: 'next' }));
    for (let ms = 0; ms < 1000; ms += 10) {
      await pass(10);
      expect([...sketched(), ...drawn()]).toContain('stroke');
    }
    expect(sketched()).toEqual(['next']);
  });

  it('does not come back when its shape is taken back', async () => {
    const { ann, sketched, drawn } = await two();
    tellDraft(ann.board, aStroke());
    await pass(PRESENCE_MS);
    const { id, ...shape } = aStroke();
    ann.drawing.add(shape, id);
    await pass(BATCH_MS);
    expect(drawn()).toEqual(['stroke']);
    ann.drawing.undo();
    tellDraft(ann.board, null);
    for (let ms = 0; ms < 2000; ms += 20) {
      await pass(20);
      expect(sketched()).toEqual([]);
    }
    expect(drawn()).toEqual([]);
  });

  it('goes when it is given up, and with who drew it', async () => {
    const { ann, ben, sketched } = await two();
    tellDraft(ann.board, aStroke());
    await pass(PRESENCE_MS);
    tellDraft(ann.board, null);
    await pass(PRESENCE_MS + LINGER_MS);
    expect(sketched()).toEqual([]);
    tellDraft(ann.board, aStroke({ id: 'another' }));
    await pass(PRESENCE_MS);
    expect(sketched()).toEqual(['another']);
    ann.board.close();
    await pass(LINGER_MS);
    expect(sketched()).toEqual([]);
    ben.drafts.close();
  });

  it('is told no more often than pointers are', async () => {
    const { boards, ann } = await two();
    const before = boards.asked.length;
    for (let i = 0; i < 100; i++) {
      tellDraft(ann.board, aStroke({ points: Array.from({ length: 2 * i }, (_, j) => j) }));
      ann.board.presence.awareness.setLocalStateField('pointer', { x: i, y: i });
      await pass(10);
    }
    expect(boards.asked.slice(before).filter(({ what }) => what === 'point').length).toBeLessThanOrEqual(1 + 1000 / PRESENCE_MS);
  });

  it('is as small as the server wants it, however long the line', async () => {
    const { ann } = await two();
    const { awareness } = ann.board.presence;
    for (const scale of [1, 300, 199_999]) {
      const points = Array.from({ length: 2 * MAX_POINTS }, (_, i) => Math.round(Math.sin(i * i) * scale * 10) / 10);
      const id = '01234567-89ab-cdef-0123-456789abcdef';
      tellDraft(ann.board, aStroke({ id, kind: 'rectangle', x: -99999.9, y: -99999.9, w: -99999.9, h: -99999.9, colour: 'purple', points }));
      awareness.setLocalStateField('pointer', { x: -99999.9, y: -99999.9 });
      expect(encodeAwarenessUpdate(awareness, [awareness.clientID]).length, String(scale)).toBeLessThanOrEqual(MOST_PRESENCE);
    }
  });

  it('keeps its form with fewer points', () => {
    const circle = Array.from({ length: MAX_POINTS }, (_, i) => [Math.cos(i / 200) * 100, Math.sin(i / 200) * 100].map((one) => Math.round(one * 10) / 10)).flat();
    const few = thinned(circle);
    expect(few.length).toBeLessThan(400);
    expect([...few.slice(0, 2), ...few.slice(-2)]).toEqual([...circle.slice(0, 2), ...circle.slice(-2)]);
    for (let i = 0; i < few.length; i += 2) expect(Math.hypot(few[i] ?? 0, few[i + 1] ?? 0)).toBeCloseTo(100, 0);
    expect(thinned([0, 0, 1, 5])).toEqual([0, 0, 1, 5]);
  });

  it('that makes no sense is not drawn', async () => {
    const { ann, sketched } = await two();
    const { awareness } = ann.board.presence;
    for (const wrong of ['x', 7, { id: 'a' }, { id: '', kind: 'pen' }, { id: 5, kind: 'pen' }, { id: 'a', kind: 'bomb' }]) {
      awareness.setLocalStateField('draft', wrong);
      await pass(PRESENCE_MS);
      expect(sketched(), JSON.stringify(wrong)).toEqual([]);
    }
  });
});
