import type { Refusal } from '@/sdk/meeting/meeting';
import { t, type Key } from '@/shared/i18n';

const WORDS: Readonly<Record<string, Key>> = {
  wrong: 'account.problem.wrong',
  code_wrong: 'account.problem.code',
  too_many: 'account.problem.tooMany',
  away: 'account.problem.away',
  no_session: 'account.problem.ended',
};

/** Why the server said no; `badInput`: what a fault of what was typed is called here. */
export function problemOf({ code, title, detail }: Refusal, badInput?: Key): string {
  const known = code === 'bad_input' ? badInput : WORDS[code];
  return known === undefined ? t('account.problem.other', { reason: detail === '' ? title : detail }) : t(known);
}
