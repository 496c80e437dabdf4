// The tools of the suite itself: what counts as the same, what as a difference.
import { Room } from '@livekit/protocol';
import { expect, test } from 'vitest';
import { type Recording, compare, faults, verdict } from './record.ts';
import { RUN, stable } from './stable.ts';

test('ids, tokens, times and the name of the run are the same in every run', () => {
  expect(stable({ a: 'PA_abcdefgh', b: `${RUN}-x`, c: Date.now(), d: BigInt(Date.now()) * 1000n, e: 'eyJh.eyJi.c-_' })).toEqual({
    a: '<PA>', b: 'x', c: '<time>', d: '<time>', e: '<jwt>',
  });
  expect(stable(new Room({ sid: 'RM_12345678', name: 'r' }))).toEqual({ sid: '<RM>', name: 'r' });
});

test('what a client would notice is kept', () => {
  expect(stable(['PAX_abcdefgh', 401, 4711n, '', null, true])).toEqual(['PAX_abcdefgh', 401, 4711, '', null, true]);
  expect(stable({ b: 1, a: 2 })).toEqual(stable({ a: 2, b: 1 }));
});

const recording = (seen: Record<string, number>, more = {}): Recording => ({ format: 1, clients: {}, scenarios: { s: { seen, ...more } } });

test('a comparison names what differs, and only that', () => {
  expect(compare(recording({ x: 1, y: 2 }), recording({ x: 1, y: 2 }))).toEqual({ lines: [], unexplained: 0 });
  const { lines, unexplained } = compare(recording({ x: 1, y: 2 }), recording({ x: 1, y: 3 }));
  expect(unexplained).toBe(1);
  expect(lines.join('\n')).toContain('s: y');
  expect(compare(recording({ x: 1 }), recording({})).unexplained).toBe(1);
  expect(compare(recording({}, { error: 'late' }), recording({})).unexplained).toBe(1);
  expect(compare(recording({}, { notOffered: 'no' }), recording({ x: 1 })).unexplained).toBe(0);
});

test('a scenario that sees something else, or ends early, is at fault', () => {
  const scenario = { name: 's', run: async () => {} };
  const seen = (value: number) => ({ scenario, observations: [{ what: 'x', seen: value, expected: 1 }] });
  expect(verdict(seen(1), true)).toBe('as expected');
  expect(verdict(seen(2), true)).toBe('differs');
  expect(faults(seen(2), true)[0]).toContain('expected 1');
  expect(verdict({ ...seen(1), error: 'late' }, false)).toBe('differs');
});
