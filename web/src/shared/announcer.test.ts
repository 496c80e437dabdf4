import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Announcer } from './announcer';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('keeps a word for four seconds', () => {
  const announcer = new Announcer();
  announcer.say('Ada joined');
  vi.advanceTimersByTime(3999);
  expect(announcer.list.get().map((item) => item.text)).toEqual(['Ada joined']);
  vi.advanceTimersByTime(1);
  expect(announcer.list.get()).toEqual([]);
});

it('keeps only the last three, however much happens', () => {
  const announcer = new Announcer();
  for (let i = 0; i < 10; i++) announcer.say(`word ${i}`);
  expect(announcer.list.get().map((item) => item.text)).toEqual(['word 7', 'word 8', 'word 9']);
});
