import type { Poll } from '@/sdk/meeting/types';

export interface Bar {
  readonly text: string;
  readonly votes: number;
  /** Of those who voted; of the most points in a poll that puts in order. 0 to 1. */
  readonly share: number;
  readonly mine: boolean;
  readonly correct: boolean;
}

/** The bars of a poll; null while its figures are not for us to see. */
export function barsOf({ kind, options, voters, mine, correct }: Poll): readonly Bar[] | null {
  if (options.some(({ votes }) => votes === null)) return null;
  const most = Math.max(1, ...options.map(({ votes }) => votes ?? 0));
  const whole = kind === 'ranked' ? most : Math.max(1, voters);
  return options.map(({ text, votes }, i): Bar => ({
    text,
    votes: votes ?? 0,
    share: Math.min(1, (votes ?? 0) / whole),
    // In an order every option has its place: none of them is "the" vote.
    mine: kind !== 'ranked' && mine?.includes(i) === true,
    correct: correct?.includes(i) === true,
  }));
}
