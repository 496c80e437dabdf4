import type { MeetingState, ParticipantId } from '@/sdk/meeting/types';

/** The raised hands, the longest waiting first. Our own is among them even where we see nobody else. */
export function handQueue(state: MeetingState): readonly ParticipantId[] {
  const { me, participants } = state;
  const hands = new Map(participants.map(({ id, hand_at }) => [id, hand_at]));
  hands.set(me.participant, me.hand_at);
  return [...hands]
    .filter((entry): entry is [string, string] => entry[1] !== null)
    .sort(([, a], [, b]) => a.localeCompare(b))
    .map(([id]) => id);
}
