export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The largest tiles of one size that fit: every number of columns is tried with every shape. Of
 * equals, the one with fewer rows, since screens are read in lines.
 */
export function fitGrid(count: number, box: Rect, gap: number, shapes: readonly number[]): Grid {
  let best: Grid = { columns: 1, rows: Math.max(1, count), width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const widest = (box.width - gap * (columns - 1)) / columns;
    const highest = (box.height - gap * (rows - 1)) / rows;
    for (const shape of shapes) {
      const width = Math.floor(Math.min(widest, highest * shape));
      const height = Math.floor(Math.min(highest, width / shape));
      const larger = width * height - best.width * best.height;
      if (width > 0 && height > 0 && (larger > 0 || (larger === 0 && rows < best.rows))) {
        best = { columns, rows, width, height };
      }
    }
  }
  return best;
}

/** Where each tile of a grid lies: row by row, the whole centred, the last row centred in itself. */
export function placeGrid(count: number, grid: Grid, box: Rect, gap: number): Rect[] {
  const { columns, rows, width, height } = grid;
  const span = (tiles: number, size: number): number => tiles * size + (tiles - 1) * gap;
  const top = box.y + (box.height - span(rows, height)) / 2;
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = box.x + (box.width - span(inRow, width)) / 2;
    return {
      x: Math.round(left + (i % columns) * (width + gap)),
      y: Math.round(top + row * (height + gap)),
      width,
      height,
    };
  });
}
