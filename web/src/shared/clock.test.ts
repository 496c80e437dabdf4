import { expect, it } from 'vitest';
import { clock } from './clock';

it.each([
  [-5000, '0:00'],
  [0, '0:00'],
  [7999, '0:07'],
  [754_000, '12:34'],
  [3_723_000, '1:02:03'],
])('%i ms read %s', (ms, text) => {
  expect(clock(ms)).toBe(text);
});
