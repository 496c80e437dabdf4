import type { Person } from '@/sdk/call';
import type { Participant } from '@/sdk/meeting/types';

/** Somebody in the list: what the media plane knows of them, what the application plane knows, or both. */
export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly isLocal: boolean;
  readonly person: Person | null;
  readonly participant: Participant | null;
  /** Their place among the raised hands, from 1. */
  readonly hand: number | null;
}

/** Raised hands first, in the order in which they went up; then everybody as they came, whom we hear before whom we do not. */
export function roster(people: readonly Person[], participants: readonly Participant[]): readonly Entry[] {
  const known = new Map(participants.map((participant) => [participant.id, participant]));
  const heard = new Set(people.map(({ id }) => id));
  const hands = new Map(handsOf(participants).map((id, i) => [id, i + 1]));
  const entries = [
    ...people.map((person): Entry => {
      const participant = known.get(person.id) ?? null;
      return { id: person.id, name: participant?.name ?? person.name, isLocal: person.isLocal, person, participant, hand: hands.get(person.id) ?? null };
    }),
    ...participants
      .filter(({ id }) => !heard.has(id))
      .sort((a, b) => a.joined_at.localeCompare(b.joined_at))
      .map((participant): Entry => ({ id: participant.id, name: participant.name, isLocal: false, person: null, participant, hand: hands.get(participant.id) ?? null })),
  ];
  const raised = entries.filter(({ hand }) => hand !== null).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0));
  return [...raised, ...entries.filter(({ hand }) => hand === null)];
}

function handsOf(participants: readonly Participant[]): string[] {
  return participants
    .filter(({ hand_at }) => hand_at !== null)
    .sort((a, b) => (a.hand_at ?? '').localeCompare(b.hand_at ?? ''))
    .map(({ id }) => id);
}
