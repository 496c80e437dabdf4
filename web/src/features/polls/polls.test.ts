import { describe, expect, it } from 'vitest';
import type { Poll } from '@/sdk/meeting/types';
import { changeOption, EMPTY_DRAFT, finish, type Draft } from './draft';
import { moved, rowAt } from './order';
import { barsOf } from './results';

const draft = (more: Partial<Draft>, ...options: string[]): Draft => ({ ...EMPTY_DRAFT, question: 'Tea?', options: options.map((text) => ({ text, right: false })), ...more });

describe('a poll that is written', () => {
  it.each([
    ['needQuestion', draft({ question: ' ' }, 'a', 'b')],
    ['needOptions', draft({}, 'a', '  ')],
    ['sameOption', draft({}, 'Yes', ' yes ')],
    ['needRight', draft({ kind: 'quiz' }, 'a', 'b')],
  ] as const)('says %s', (fault, written) => {
    expect(finish(written)).toEqual({ fault });
  });

  it('counts its right answers without the lines that were left empty', () => {
    expect(finish(changeOption(draft({ kind: 'quiz' }, '', 'a', 'b'), 2, { right: true }))).toEqual({ poll: { question: 'Tea?', kind: 'quiz', anonymous: false, options: ['a', 'b'], correct: [1] } });
  });

  it('has no right answer unless it is a quiz', () => {
    expect(finish(changeOption(draft({}, 'a', 'b'), 0, { right: true }))).toEqual({ poll: { question: 'Tea?', kind: 'single', anonymous: false, options: ['a', 'b'] } });
  });
});

describe('putting in order', () => {
  it.each([
    [0, 2, 'bca'],
    [2, 0, 'cab'],
    [1, 9, 'acb'],
    [5, 0, 'abc'],
  ])('from %i to %i', (from, to, expected) => {
    expect(moved(['a', 'b', 'c'], from, to).join('')).toBe(expected);
  });

  it('finds the row under the finger, and the last below all', () => {
    const rows = [{ top: 0, height: 40 }, { top: 48, height: 80 }];
    expect([rowAt(rows, -5), rowAt(rows, 20), rowAt(rows, 100), rowAt(rows, 999)]).toEqual([0, 0, 1, 1]);
  });
});

describe('results', () => {
  const poll = (more: Partial<Poll>): Poll => ({ id: 'p', question: '', kind: 'multiple', anonymous: true, state: 'closed', shared: true, options: [{ text: 'a', votes: 3 }, { text: 'b', votes: 1 }], voters: 4, mine: [1], correct: null, run_off: null, created_at: '', ...more });

  it('are shares of those who voted', () => {
    expect(barsOf(poll({}))?.map(({ share, mine }) => [share, mine])).toEqual([[0.75, false], [0.25, true]]);
  });

  it('of an order are measured by its best, and none is the vote', () => {
    expect(barsOf(poll({ kind: 'ranked', mine: [1, 0] }))?.map(({ share, mine }) => [share, mine])).toEqual([[1, false], [1 / 3, false]]);
  });

  it('are nothing before they are for us, and no division by nobody', () => {
    expect(barsOf(poll({ options: [{ text: 'a', votes: null }] }))).toBeNull();
    expect(barsOf(poll({ voters: 0, options: [{ text: 'a', votes: 0 }] }))?.[0]?.share).toBe(0);
  });
});
