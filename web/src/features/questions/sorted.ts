import type { Question } from '@/sdk/meeting/types';

export type Order = 'votes' | 'newest';

/** What still waits for an answer comes first, however it is sorted. */
export function sorted(questions: readonly Question[], order: Order): readonly Question[] {
  const newest = (a: Question, b: Question): number => b.at.localeCompare(a.at);
  return [...questions].sort((a, b) => Number(a.answered) - Number(b.answered) || (order === 'votes' ? b.votes - a.votes : 0) || newest(a, b));
}
