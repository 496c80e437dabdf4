import type { NewPoll } from '@/sdk/meeting/meeting';
import type { PollKind } from '@/sdk/meeting/types';

/** A poll as it is being written. */
export interface Draft {
  readonly question: string;
  readonly kind: PollKind;
  readonly anonymous: boolean;
  readonly options: readonly { readonly text: string; readonly right: boolean }[];
}

export const LEAST_OPTIONS = 2;
export const MOST_OPTIONS = 20;

const BLANK = { text: '', right: false };
export const EMPTY_DRAFT: Draft = { question: '', kind: 'single', anonymous: false, options: [BLANK, BLANK] };

export const withOption = (draft: Draft): Draft => ({ ...draft, options: [...draft.options, BLANK] });
export const withoutOption = (draft: Draft, at: number): Draft => ({ ...draft, options: draft.options.filter((_, i) => i !== at) });
export const changeOption = (draft: Draft, at: number, change: Partial<Draft['options'][number]>): Draft => ({
  ...draft,
  options: draft.options.map((option, i) => (i === at ? { ...option, ...change } : option)),
});

export type Fault = 'needQuestion' | 'needOptions' | 'sameOption' | 'needRight';

/** The poll as it is sent, or what is missing. Lines left empty are no options. */
export function finish(draft: Draft): { readonly poll: NewPoll } | { readonly fault: Fault } {
  const question = draft.question.trim();
  const options = draft.options.map(({ text, right }) => ({ text: text.trim(), right })).filter(({ text }) => text !== '');
  if (question === '') return { fault: 'needQuestion' };
  if (options.length < LEAST_OPTIONS) return { fault: 'needOptions' };
  if (new Set(options.map(({ text }) => text.toLocaleLowerCase())).size < options.length) return { fault: 'sameOption' };
  const base = { question, kind: draft.kind, anonymous: draft.anonymous, options: options.map(({ text }) => text) };
  if (draft.kind !== 'quiz') return { poll: base };
  const correct = options.flatMap(({ right }, i) => (right ? [i] : []));
  return correct.length === 0 ? { fault: 'needRight' } : { poll: { ...base, correct } };
}
