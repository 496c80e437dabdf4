import { expect, it } from 'vitest';
import { judge } from './verdict';

const quiet = { verdict: 'quiet', heardAt: 0 } as const;

it('hears a voice and does not hear a fan', () => {
  expect(judge(quiet, 0.6, 100).verdict).toBe('heard');
  expect(judge(quiet, 0.1, 100).verdict).toBe('quiet');
});

it('lasts over the pause between two sentences, and no longer', () => {
  const heard = judge(quiet, 0.6, 1000);
  expect(judge(heard, 0, 4900).verdict).toBe('heard');
  expect(judge(heard, 0, 5100).verdict).toBe('quiet');
});
