// Tables of what was measured, for bench/run, or for the terminal when a file runs by itself.
import fs from 'node:fs';

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The nearest value that was measured, never one in between. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** What it is held against: our own measured floor, a peer, or what is wanted. */
  readonly against: number;
  readonly what: string;
  /** So many times `against` at most. */
  readonly most?: number;
}

/** A line of the page with which bench/run ends; it says what the columns are. */
export function page(figures: readonly Figure[]) {
  const file = process.env.PARLEY_BENCH_PAGE;
  if (!file) return;
  for (const { figure, value, unit, against, what, most = 1 } of figures) {
    fs.appendFileSync(file, `${[figure, value.toFixed(3), unit, against.toFixed(3), what, most].join('\t')}\n`);
  }
}

const NAME = 42;

/** The first line is the title, the second names the columns. */
export function report(title: string, columns: readonly string[], rows: readonly (readonly string[])[], notes: readonly string[] = []) {
  const line = ([name, ...cells]: readonly string[]) =>
    `  ${(name ?? '').padEnd(NAME)}${cells.map((cell) => cell.padStart(13)).join('')}`.trimEnd();
  const text = [title, line(columns), ...rows.map(line), ...notes.map((note) => `  ${note}`), ''].join('\n');
  const file = process.env.PARLEY_BENCH_REPORT;
  if (file) fs.appendFileSync(file, text);
  else console.log(text);
}
