import type { Breakouts, Participant, ParticipantId } from '@/sdk/meeting/types';

export interface PlannedRoom {
  readonly name: string;
  readonly participants: readonly ParticipantId[];
}

export const MOST_ROOMS = 50;

/** Who is sent into rooms when nobody is named: those who run the meeting stay and go round. */
export function sendable(participants: readonly Participant[]): readonly ParticipantId[] {
  return participants.filter(({ role }) => role !== 'host' && role !== 'cohost').map(({ id }) => id);
}

/** So many rooms, as full as each other by one person; who meets whom is chance. `random` answers 0 to 1. */
export function shuffle(people: readonly ParticipantId[], count: number, nameOf: (number: number) => string, random: () => number): readonly PlannedRoom[] {
  const mixed = [...people];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as string, mixed[i] as string];
  }
  return Array.from({ length: count }, (_, room) => ({ name: nameOf(room + 1), participants: mixed.filter((_, i) => i % count === room) }));
}

/** Puts somebody into one room and takes them out of every other; null: the main room. */
export function assign(rooms: readonly PlannedRoom[], person: ParticipantId, to: number | null): readonly PlannedRoom[] {
  return rooms.map(({ name, participants }, i) => {
    const others = participants.filter((id) => id !== person);
    return { name, participants: i === to ? [...others, person] : others };
  });
}

export const rename = (rooms: readonly PlannedRoom[], at: number, name: string): readonly PlannedRoom[] => rooms.map((room, i) => (i === at ? { ...room, name } : room));

/** What is sent: no room without a name, nobody who has left meanwhile. */
export function finish(rooms: readonly PlannedRoom[], here: readonly Participant[], nameOf: (number: number) => string): readonly PlannedRoom[] {
  const present = new Set(here.map(({ id }) => id));
  return rooms.map(({ name, participants }, i) => ({ name: name.trim() === '' ? nameOf(i + 1) : name.trim(), participants: participants.filter((id) => present.has(id)) }));
}

export const planOf = ({ rooms }: Breakouts): readonly PlannedRoom[] => rooms.map(({ name, participants }) => ({ name, participants }));
