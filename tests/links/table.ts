// One table of all links and servers: a group of columns for each figure, and in it one for each server.
import type { Figures } from './figures.ts';
import type { Result } from './results.ts';
import { SCENARIOS } from './scenarios.ts';

interface Column {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  read(figures: Figures): number | null | undefined;
  readonly better: 'less' | 'more';
  /** Less of a difference is none: two runs differ by as much. */
  readonly noise: number;
}

export const COLUMNS: readonly Column[] = [
  { title: 'freezes', unit: '', digits: 0, read: (it) => it.freezes, better: 'less', noise: 2 },
  { title: 'frozen', unit: 's', digits: 1, read: (it) => it.frozenS, better: 'less', noise: 1 },
  { title: 'pause', unit: 's', digits: 1, read: (it) => it.pauseS, better: 'less', noise: 0.5 },
  { title: 'lines', unit: '', digits: 0, read: (it) => it.lines, better: 'more', noise: 30 },
  { title: 'frames/s', unit: '', digits: 1, read: (it) => it.framesPerSecond, better: 'more', noise: 1 },
  { title: 'sound', unit: '%', digits: 1, read: (it) => it.soundLost, better: 'less', noise: 0.5 },
  { title: 'adapts', unit: 's', digits: 1, read: (it) => it.adaptS, better: 'less', noise: 0.5 },
  { title: 'recovers', unit: 's', digits: 1, read: (it) => it.recoverS, better: 'less', noise: 0.5 },
];

/** A line of the table: one link with what each server made of it. */
export interface Row {
  readonly link: string;
  readonly figures: ReadonlyMap<string, Figures>;
}

export const serversOf = (results: readonly Result[]): string[] => [...new Set(results.map(({ server }) => server))];

export function rowsOf(results: readonly Result[]): Row[] {
  return SCENARIOS.flatMap(({ name }) => {
    const found = results.filter(({ scenario }) => scenario === name);
    const figures = (read: (result: Result) => Figures | undefined) =>
      new Map(found.flatMap((result) => (read(result) ? [[result.server, read(result)!] as const] : [])));
    const own: Row = { link: name, figures: figures((it) => it.figures) };
    const others: Row = { link: `${name}, others`, figures: figures((it) => it.others) };
    return [own, others].filter((row) => row.figures.size > 0);
  });
}

const cell = ({ read, digits }: Column, figures: Figures | undefined): string => {
  const value = figures && read(figures);
  if (value === null) return 'never';
  return value === undefined ? '' : value.toFixed(digits);
};

const GAP = '   ';

/** Cells of one width, and a group of them for each line. */
function group(column: Column, servers: readonly string[], rows: readonly Row[]): string[] {
  const cells = [servers, ...rows.map(({ figures }) => servers.map((server) => cell(column, figures.get(server))))];
  const width = Math.max(...cells.flat().map((text) => text.length));
  return cells.map((all) => all.map((text) => text.padStart(width)).join(' '));
}

export function tableOf(results: readonly Result[]): string {
  const servers = serversOf(results);
  const rows = rowsOf(results);
  const columns = COLUMNS.map((column) => {
    const title = `${column.title} ${column.unit}`.trim();
    const lines = group(column, servers, rows);
    const width = Math.max(title.length, ...lines.map((line) => line.length));
    return [title, ...lines].map((line) => line.padStart(width));
  });
  const names = ['', 'link', ...rows.map(({ link }) => link)];
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name, i) => [name.padEnd(width), ...columns.map((lines) => lines[i]!)].join(GAP).trimEnd()).join('\n');
}

/** Never is worse than any time. */
const worth = (value: number | null) => (value === null ? Infinity : value);

/** Where `ours` is worse than another by more than two runs differ. */
export function lossesOf(results: readonly Result[], ours: string): string[] {
  return rowsOf(results).flatMap(({ link, figures }) =>
    COLUMNS.flatMap((column) => {
      const own = figures.get(ours);
      const mine = own && column.read(own);
      if (own === undefined || mine === undefined) return [];
      return [...figures].flatMap(([server, their]) => {
        const theirs = column.read(their);
        if (server === ours || theirs === undefined) return [];
        const behind = (column.better === 'less' ? 1 : -1) * (worth(mine) - worth(theirs));
        if (!(behind > column.noise)) return [];
        return [`${link}: ${column.title} ${cell(column, own)} against ${cell(column, their)} ${column.unit}`.trim() + ` of ${server}`];
      });
    }),
  );
}
