import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Drawing, MAX_POINTS, type NewShape } from './drawing';

const aShape = (more: Partial<NewShape> = {}): NewShape => ({ kind: 'rectangle', x: 0, y: 0, w: 10, h: 10, colour: 'black', text: '', points: [], ...more });

/** Two pages that hear everything of each other. */
function two(): [Drawing, Drawing, Y.Doc] {
  const [a, b] = [new Y.Doc(), new Y.Doc()];
  a.on('update', (update: Uint8Array, origin: unknown) => origin !== 'other' && Y.applyUpdate(b, update, 'other'));
  b.on('update', (update: Uint8Array, origin: unknown) => origin !== 'other' && Y.applyUpdate(a, update, 'other'));
  return [new Drawing(a), new Drawing(b), a];
}

const kinds = (drawing: Drawing): string[] => drawing.view.get().shapes.map(({ kind }) => kind);

describe('a drawing', () => {
  it('is seen by the other, the newest on top', () => {
    const [ann, bob] = two();
    ann.add(aShape());
    bob.add(aShape({ kind: 'ellipse' }));
    ann.add(aShape({ kind: 'pen', points: [0, 0, 5, 5] }));
    expect(kinds(bob)).toEqual(['rectangle', 'ellipse', 'pen']);
    expect(ann.view.get().shapes).toEqual(bob.view.get().shapes);
  });

  it('takes two changes of one shape at once', () => {
    const [ann, bob] = two();
    const id = ann.add(aShape());
    ann.change([id], () => ({ x: 50 }));
    bob.change([id], () => ({ colour: 'red' }));
    expect(ann.view.get().shapes[0]).toMatchObject({ x: 50, colour: 'red' });
  });

  it('undoes one’s own steps alone', () => {
    const [ann, bob] = two();
    const own = ann.add(aShape());
    bob.add(aShape({ kind: 'ellipse' }));
    ann.change([own], ({ x }) => ({ x: x + 7 }));
    ann.undo();
    expect(ann.view.get().shapes[0]?.x).toBe(0);
    ann.undo();
    expect(kinds(bob)).toEqual(['ellipse']);
    expect(ann.view.get().canUndo).toBe(false);
    ann.undo();
    expect(kinds(ann)).toEqual(['ellipse']);
    ann.redo();
    expect(kinds(bob)).toContain('rectangle');
  });

  it('is cleared in one step, which can be taken back', () => {
    const [ann, bob] = two();
    ann.add(aShape());
    bob.add(aShape());
    ann.clear();
    expect(kinds(bob)).toEqual([]);
    ann.undo();
    expect(kinds(bob)).toHaveLength(2);
  });

  it('does not change what somebody else removed', () => {
    const [ann, bob] = two();
    const id = ann.add(aShape());
    bob.remove([id]);
    ann.change([id], () => ({ x: 1 }));
    expect(kinds(ann)).toEqual([]);
  });

  it('shows nothing of what makes no sense, whoever wrote it', () => {
    const [ann, , doc] = two();
    doc.getMap('shapes').set('a', 'no map');
    doc.getMap('shapes').set('b', new Y.Map([['kind', 'bomb']]));
    doc.getMap('shapes').set('c', new Y.Map<unknown>([['kind', 'pen'], ['x', Number.POSITIVE_INFINITY], ['y', 1e300], ['colour', 'url(//evil)'], ['points', Array.from({ length: 9999 }, () => 'x')]]));
    const shapes = ann.view.get().shapes;
    expect(shapes).toHaveLength(1);
    expect(shapes[0]).toMatchObject({ x: 0, y: 100_000, colour: 'black' });
    expect(shapes[0]?.points).toHaveLength(2 * MAX_POINTS);
    expect(shapes[0]?.points.every((one) => one === 0)).toBe(true);
  });
});
