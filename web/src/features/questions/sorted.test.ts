import { expect, it } from 'vitest';
import type { Question } from '@/sdk/meeting/types';
import { sorted } from './sorted';

const question = (id: string, votes: number, at: string, answered = false): Question => ({ id, text: '', from_name: null, is_mine: false, votes, mine: false, answered, answer: null, at });
const all = [question('old', 3, '1'), question('new', 1, '3'), question('done', 9, '2', true), question('tie', 3, '2')];

it('what waits for an answer comes first, then by votes or by age', () => {
  expect(sorted(all, 'votes').map(({ id }) => id)).toEqual(['tie', 'old', 'new', 'done']);
  expect(sorted(all, 'newest').map(({ id }) => id)).toEqual(['new', 'tie', 'old', 'done']);
});
