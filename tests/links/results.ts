// What was measured, in a file: a run of some scenarios, or of one server, replaces those and leaves the rest.
import fs from 'node:fs';
import path from 'node:path';
import type { Measured } from './measure.ts';

export interface Result extends Measured {
  readonly server: string;
  readonly version: string;
  readonly scenario: string;
  /** When, as people write it. */
  readonly at: string;
  readonly browser: string;
}

interface Kept {
  readonly format: 1;
  readonly results: readonly Result[];
}

export function readResults(file: string): readonly Result[] {
  if (!fs.existsSync(file)) return [];
  const { format, results } = JSON.parse(fs.readFileSync(file, 'utf8')) as Kept;
  if (format !== 1) throw new Error(`${file}: not a file of results`);
  return results;
}

/** Of one server and scenario only the newest is kept. */
export function withResult(results: readonly Result[], fresh: Result): readonly Result[] {
  return [...results.filter(({ server, scenario }) => server !== fresh.server || scenario !== fresh.scenario), fresh];
}

export function writeResults(file: string, results: readonly Result[]): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  fs.writeFileSync(partial, `${JSON.stringify({ format: 1, results } satisfies Kept, null, 1)}\n`);
  fs.renameSync(partial, file);
}
