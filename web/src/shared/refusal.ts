import type { Outcome, Refusal } from '@/sdk/meeting/meeting';
import { announcer } from './announcer';
import { t } from './i18n';

const KNOWN = ['away', 'forbidden', 'too_many', 'not_found'] as const;

/** Why the server said no, in words of this page where it has any. */
export function wordsFor({ code, title, detail }: Refusal): string {
  const known = KNOWN.find((one) => one === code);
  if (known !== undefined) return t(`refused.${known}`);
  return t('refused.other', { reason: detail === '' ? title : detail });
}

/** Waits for a command and says so if it was refused. True if it was carried out. */
export async function carryOut(command: Promise<Outcome>): Promise<boolean> {
  const outcome = await command;
  if (!outcome.ok) announcer.say(wordsFor(outcome.refusal), { shown: true });
  return outcome.ok;
}
