import { REACTIONS, type Reaction } from '@/sdk/meeting/types';
import type { Translate } from '@/shared/i18n';

const NAMES: Record<Reaction, 'thumb' | 'heart' | 'laugh' | 'wow' | 'clap' | 'party'> = {
  '👍': 'thumb',
  '❤️': 'heart',
  '😂': 'laugh',
  '😮': 'wow',
  '👏': 'clap',
  '🎉': 'party',
};

/** A reaction in words; one that we do not know is left as it is. */
export function reactionName(emoji: string, t: Translate): string {
  const known = REACTIONS.find((one) => one === emoji);
  return known === undefined ? emoji : t(`react.names.${NAMES[known]}`);
}
