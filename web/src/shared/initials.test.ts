import { expect, it } from 'vitest';
import { hueOf, initials } from './initials';

it.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Jean-Luc van der Berg', 'JB'],
  ['  ', ''],
  ['محمد علي', 'مع'],
  ['👩🏽‍🚀 Sally', '👩🏽‍🚀S'],
  ['李小龙', '李'],
  ['(guest) Bob', 'GB'],
])('%s is drawn as "%s"', (name, expected) => {
  expect(initials(name)).toBe(expected);
});

it('gives a person one hue for good, and different people different ones', () => {
  expect(hueOf('ada-1')).toBe(hueOf('ada-1'));
  const hues = new Set(Array.from({ length: 40 }, (_, i) => hueOf(`person-${i}`)));
  expect(hues.size).toBeGreaterThan(25);
});
