import { describe, expect, it } from 'vitest';
import type { NewShape } from '@/sdk/boards/drawing';
import { areaOf, around, arrowHead, fitting, isWithin, penPath, toBoard, zoomed } from './geometry';
import { isRightToLeftText, wrap } from './text';
import { drawn, resized, settled } from './use_gestures';

const aShape = (more: Partial<NewShape> = {}): NewShape => ({ kind: 'rectangle', x: 0, y: 0, w: 0, h: 0, colour: 'black', text: '', points: [], ...more });

describe('the sight of the board', () => {
  it('comes closer to where the pointer is, which stays under it', () => {
    const sight = { x: 30, y: -20, scale: 0.8 };
    const at = { x: 200, y: 150 };
    const before = toBoard(sight, at);
    const after = toBoard(zoomed(sight, 1.7, at), at);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
    expect(zoomed(sight, 1e9, at).scale).toBe(5);
  });

  it('fits all of it, in the middle', () => {
    const all = around([areaOf(aShape({ w: 2000, h: 100 })), areaOf(aShape({ x: -50, y: 700, w: -20, h: 10 }))]);
    expect(all).toEqual({ x: -70, y: 0, w: 2070, h: 710 });
    const sight = fitting(all ?? { x: 0, y: 0, w: 0, h: 0 }, 800, 600);
    const corner = { x: -70 * sight.scale + sight.x, y: sight.y };
    expect(corner.x).toBeGreaterThanOrEqual(39);
    expect(2000 * sight.scale + sight.x).toBeLessThanOrEqual(761);
  });

  it('knows what a frame has caught', () => {
    expect(isWithin({ x: 1, y: 1, w: 5, h: 5 }, { x: 0, y: 0, w: 10, h: 10 })).toBe(true);
    expect(isWithin({ x: 1, y: 1, w: 10, h: 5 }, { x: 0, y: 0, w: 10, h: 10 })).toBe(false);
  });
});

describe('what is drawn', () => {
  it('by a pen has no points that say nothing', () => {
    const stroke = drawn(aShape({ kind: 'pen', points: [0, 0] }), [{ x: 0.5, y: 0 }, { x: 10, y: 0 }, { x: 10.4, y: 0 }, { x: 20, y: 5 }], 1, false);
    expect(stroke.points).toEqual([0, 0, 10, 0, 20, 5]);
    expect(penPath(stroke.points)).toBe('M0 0Q10 0 15 2.5L20 5');
    expect(areaOf({ ...stroke, x: 100, y: 100 })).toEqual({ x: 100, y: 100, w: 20, h: 5 });
  });

  it('with Shift held is square, and lines lie or stand', () => {
    expect(drawn(aShape(), [{ x: 30, y: -10 }], 1, true)).toMatchObject({ w: 30, h: -30 });
    expect(drawn(aShape({ kind: 'line' }), [{ x: 30, y: -10 }], 1, true)).toMatchObject({ w: 30, h: 0 });
  });

  it('goes into the document the right way round, and a slip of the hand does not', () => {
    expect(settled(aShape({ x: 10, y: 10, w: -5, h: -6 }), false)).toMatchObject({ x: 5, y: 4, w: 5, h: 6 });
    expect(settled(aShape({ kind: 'arrow', w: -5 }), false)).toMatchObject({ x: 0, w: -5 });
    expect(settled(aShape(), true)).toBeNull();
    expect(settled(aShape({ kind: 'note' }), true)).toMatchObject({ w: 180, h: 180 });
    expect(settled(aShape({ kind: 'pen', points: [0, 0] }), true)).not.toBeNull();
  });

  it('does not become smaller than can be held', () => {
    expect(resized({ kind: 'rectangle', w: 20, h: 20 }, { x: -500, y: 5 })).toEqual({ w: 4, h: 25 });
    expect(resized({ kind: 'line', w: 20, h: 20 }, { x: -50, y: 0 })).toEqual({ w: -30, h: 20 });
  });

  it('as an arrow has its head at its end', () => {
    expect(arrowHead(100, 0)).toContain('L100 0L');
  });
});

describe('text on the board', () => {
  const widthOf = (text: string): number => text.length;

  it('is broken at blanks, and inside of a word that is too long', () => {
    expect(wrap('one two three', 7, widthOf)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij', 4, widthOf)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('a\n\nb', 9, widthOf)).toEqual(['a', '', 'b']);
    expect(wrap('', 9, widthOf)).toEqual(['']);
  });

  it('begins where its language begins', () => {
    expect(isRightToLeftText('12 مرحبا')).toBe(true);
    expect(isRightToLeftText('Hello مرحبا')).toBe(false);
    expect(isRightToLeftText('12')).toBe(false);
  });
});
