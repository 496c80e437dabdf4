import { describe, expect, it } from 'vitest';
import { fitGrid, placeGrid, type Rect } from './grid';

const SHAPES = [16 / 9, 4 / 3];
const GAP = 8;
const box = (width: number, height: number): Rect => ({ x: 0, y: 0, width, height });

describe('the grid', () => {
  it.each([
    [1, 1],
    [2, 2],
    [4, 2],
    [9, 3],
    [16, 4],
    [49, 7],
  ])('of %i on a laptop has %i columns', (count, columns) => {
    expect(fitGrid(count, box(1280, 712), GAP, SHAPES).columns).toBe(columns);
  });

  it('is a column on a screen held upright', () => {
    expect(fitGrid(3, box(360, 740), GAP, SHAPES).columns).toBe(1);
  });

  it('takes the shape that wastes less', () => {
    const square = fitGrid(1, box(400, 400), GAP, SHAPES);
    expect(square.width / square.height).toBeCloseTo(4 / 3, 2);
    const wide = fitGrid(1, box(1600, 900), GAP, SHAPES);
    expect(wide.width / wide.height).toBeCloseTo(16 / 9, 2);
  });

  // The search is checked against every other arrangement, drawn by the slow and obvious rule.
  it('is never smaller than any other arrangement that fits', () => {
    for (const [width, height] of [[1280, 700], [360, 600], [2560, 1300], [768, 900]] as const) {
      for (let count = 1; count <= 49; count++) {
        const best = fitGrid(count, box(width, height), GAP, SHAPES);
        for (let columns = 1; columns <= count; columns++) {
          const rows = Math.ceil(count / columns);
          for (const shape of SHAPES) {
            for (let tile = best.width + 2; tile <= width; tile += 7) {
              const fits = columns * (tile + GAP) - GAP <= width && rows * (tile / shape + GAP) - GAP <= height;
              const larger = Math.floor(tile * (tile / shape)) > best.width * best.height + tile * 2;
              if (fits && larger) throw new Error(`${count} in ${width}x${height}: ${columns} columns of ${tile}`);
            }
          }
        }
      }
    }
  });

  it('never lets tiles overlap or leave the box', () => {
    for (const area of [{ x: 12, y: 8, width: 1280, height: 700 }, { x: 0, y: 0, width: 360, height: 600 }]) {
      for (let count = 1; count <= 49; count++) {
        const tiles = placeGrid(count, fitGrid(count, area, GAP, SHAPES), area, GAP);
        expect(tiles).toHaveLength(count);
        const leaves = (a: Rect) =>
          a.x < area.x || a.y < area.y || a.x + a.width > area.x + area.width + 1 || a.y + a.height > area.y + area.height + 1;
        const overlap = (a: Rect, b: Rect) =>
          a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
        expect(tiles.filter(leaves)).toEqual([]);
        expect(tiles.filter((a, i) => tiles.slice(i + 1).some((b) => overlap(a, b)))).toEqual([]);
      }
    }
  });

  it('centres the last row', () => {
    const area = box(1280, 712);
    const tiles = placeGrid(5, fitGrid(5, area, GAP, SHAPES), area, GAP);
    const last = tiles.slice(3);
    const middle = ((last[0]?.x ?? 0) + (last[1]?.x ?? 0) + (last[1]?.width ?? 0)) / 2;
    expect(middle).toBeCloseTo(640, -1);
    expect(last[0]?.x).toBeGreaterThan(tiles[0]?.x ?? Infinity);
  });
});
