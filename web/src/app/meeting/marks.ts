import { handQueue } from '@/features/hand/queue';
import { reactionName } from '@/features/reactions/names';
import type { Mark } from '@/features/stage/Tile';
import type { FlyingReaction } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import type { Translate } from '@/shared/i18n';

/** What stands on people's tiles: raised hands with their order, and the last reaction. */
export function marksOf(state: MeetingState, reactions: readonly FlyingReaction[], t: Translate): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>();
  handQueue(state).forEach((id, i) => marks.set(id, { hand: i + 1, emoji: null, spoken: t('person.handRaised', { place: i + 1 }) }));
  for (const { participant, emoji } of reactions) {
    const hand = marks.get(participant)?.hand ?? null;
    const words = reactionName(emoji, t);
    marks.set(participant, { hand, emoji, spoken: hand === null ? words : `${t('person.handRaised', { place: hand })}, ${words}` });
  }
  return marks;
}
