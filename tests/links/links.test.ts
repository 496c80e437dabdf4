// The parts of the comparison that neither wait nor ask: counts to figures, figures to a table, words to options.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../harness/paths.ts';
import { type Figures, type Sample, figuresOf, worstOf } from './figures.ts';
import { UsageError, optionsOf } from './options.ts';
import { type Result, readResults, withResult, writeResults } from './results.ts';
import { SCENARIOS, secondsOf } from './scenarios.ts';
import { lossesOf, tableOf } from './table.ts';

/** A sample every 100 ms; 15 frames a second and all of the sound but where `seen` says otherwise. */
function watched(seconds: number, seen: (second: number) => Partial<Sample> & { readonly still?: boolean }): Sample[] {
  const samples: Sample[] = [];
  let frames = 0;
  for (let at = 0; at <= 1000 * seconds; at += 100) {
    const { still, ...more } = seen(at / 1000);
    if (!still) frames += 1.5;
    samples.push({ at, frames, lines: 720, freezes: 0, frozenMs: 0, sound: 48 * at, madeUp: 0, gaps: 0, ...more });
  }
  return samples;
}

test('a call without faults has none', () => {
  const figures = figuresOf(watched(10, () => ({})));
  expect(figures).toEqual({ freezes: 0, frozenS: 0, pauseS: 0.1, lines: 720, framesPerSecond: 15, soundLost: 0, soundGaps: 0 });
});

test('a picture that stands still is none after a second, at the end too', () => {
  const middle = figuresOf(watched(10, (s) => ({ still: s > 2 && s <= 5, ...(s > 5 ? { freezes: 1, frozenMs: 3000 } : {}) })));
  expect(middle.pauseS).toBeCloseTo(3.1);
  expect(middle).toMatchObject({ freezes: 1, frozenS: 3 });
  expect(middle.lines, '7.9 of 10 seconds').toBe(569);
  // What the browser does not count: a stream that it takes for paused, and a freeze that is not over.
  const paused = figuresOf(watched(20, (s) => ({ still: s > 2 && s <= 12, ...(s > 15 ? { freezes: 1, frozenMs: 400 } : {}) })));
  expect(paused).toMatchObject({ freezes: 2, frozenS: 10.5 });
  const end = figuresOf(watched(10, (s) => ({ still: s > 6 })));
  expect(end).toMatchObject({ freezes: 1, frozenS: 4, pauseS: 4 });
});

test('what was made up is a share of what was played; counters may begin anew', () => {
  const figures = figuresOf(watched(10, (s) => ({ madeUp: 480 * s, gaps: s < 5 ? s * 10 : s * 10 - 50 })));
  expect(figures.soundLost).toBe(1);
  expect(figures.soundGaps).toBe(60 * 9.9);
  expect(figuresOf(watched(10, () => ({ sound: 0 }))).soundLost).toBe(100);
});

test('goals count from the step that they belong to', () => {
  const samples = watched(20, (s) => ({ lines: s >= 7.5 && s < 12 ? 180 : 720 }));
  const marks = [
    { goal: { what: 'adapt', lines: 180 }, from: 5000, until: 10_000 },
    { goal: { what: 'recover', lines: 720 }, from: 10_000, until: 20_000 },
  ] as const;
  expect(figuresOf(samples, marks)).toMatchObject({ adaptS: 2.5, recoverS: 2 });
  expect(figuresOf(watched(20, () => ({})), marks)).toMatchObject({ adaptS: null, recoverS: 0.1 });
});

const figures = (more: Partial<Figures>): Figures => ({
  freezes: 0, frozenS: 0, pauseS: 0.2, lines: 720, framesPerSecond: 15, soundLost: 0, soundGaps: 0, ...more,
});

test('of several viewers the worst counts, figure by figure', () => {
  expect(worstOf([figures({ freezes: 3 }), figures({ lines: 360 })])).toEqual(figures({ freezes: 3, lines: 360 }));
});

const result = (server: string, scenario: string, more: Partial<Figures>, others?: Partial<Figures>): Result => ({
  server, scenario, version: '1', at: '', browser: 'B', lostPackets: 0, sentPackets: 1, emulatorLateMs: 0,
  figures: figures(more), ...(others ? { others: figures(others) } : {}),
});

const RESULTS = [
  result('Parley', 'drop', { freezes: 1, adaptS: 0.9, recoverS: 4 }),
  result('Janus', 'drop', { freezes: 20, adaptS: null, recoverS: 1 }),
  result('Parley', 'four', { adaptS: 1 }, { lines: 500 }),
];

test('a table has a line for each link and a column for each server', () => {
  const lines = tableOf(RESULTS).split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(/freezes +frozen s/);
  expect(lines[2]).toMatch(/^drop .* 1 +20 .* 0\.9 +never .* 4\.0 +1\.0$/);
  expect(lines[4]).toMatch(/^four, others .* 500/);
});

test('it says where we lose, and nothing where two runs differ as much', () => {
  expect(lossesOf(RESULTS, 'Parley')).toEqual(['drop: recovers 4.0 against 1.0 s of Janus']);
  expect(lossesOf(RESULTS, 'Janus')).toEqual(['drop: freezes 20 against 1 of Parley', 'drop: adapts never against 0.9 s of Parley']);
});

test('results of other scenarios and servers stay in their file', () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'parley-links-')), 'links.json');
  expect(readResults(file)).toEqual([]);
  for (const one of [...RESULTS, result('Parley', 'drop', { freezes: 5 })]) writeResults(file, withResult(readResults(file), one));
  expect(readResults(file).map(({ server, scenario, figures: { freezes } }) => [server, scenario, freezes])).toEqual([
    ['Janus', 'drop', 20], ['Parley', 'four', 0], ['Parley', 'drop', 5],
  ]);
  fs.rmSync(path.dirname(file), { recursive: true });
});

test('a command line is understood, or it is said what is wrong with it', () => {
  expect(optionsOf([])).toMatchObject({ task: 'measure', servers: ['parley', 'janus'], scenarios: SCENARIOS });
  const other = optionsOf(['drop', '--livekit=wss://a.example/?x=y', '--key', 'k', '--secret', 's']);
  expect(other).toMatchObject({ servers: ['parley', 'livekit'], livekit: { url: 'wss://a.example/?x=y', key: 'k', secret: 's' } });
  expect(other.scenarios.map(({ name }) => name)).toEqual(['drop']);
  for (const wrong of [['--what'], ['nowhere'], ['--servers', 'else'], ['--servers', 'livekit'], ['--livekit', 'ws://a'], ['--results']]) {
    expect(() => optionsOf(wrong), wrong.join(' ')).toThrow(UsageError);
  }
});

test('every trace that a scenario follows is there, and a run of two servers is over in 25 minutes', () => {
  for (const { trace } of SCENARIOS.flatMap(({ steps }) => steps)) {
    if (trace) expect(fs.existsSync(path.join(ROOT, `emulator/traces/${trace}.csv`)), trace).toBe(true);
  }
  const perServer = SCENARIOS.reduce((sum, scenario) => sum + secondsOf(scenario) + 10, 0);
  expect(2 * perServer).toBeLessThan(25 * 60);
});
