import { expect, test } from 'vitest';
import { type Person, headcount } from './call';

const people = (count: number) => Array.from<Person>({ length: count });

test('who is not named in a large room is counted', () => {
  expect(headcount({ people: people(500), crowd: 3000 })).toBe(3000);
  expect(headcount({ people: people(500), crowd: 0 })).toBe(500);
});

test('who is hidden in a small room is not', () => {
  expect(headcount({ people: people(3), crowd: 4 })).toBe(3);
});
