import type { Capability, MeetingState, Participant, Role } from '@/sdk/meeting/types';

/** What the server says we may do now. Without an application plane there is nothing to do. */
export function may(state: MeetingState | null, capability: Capability): boolean {
  return state?.me.capabilities.includes(capability) ?? false;
}

const RANK: Record<Role, number> = { host: 4, cohost: 3, speaker: 2, attendee: 1, viewer: 0 };

/** Nobody acts on those above them; the server holds to the same. */
export function outranks(state: MeetingState | null, other: Pick<Participant, 'id' | 'role'>): boolean {
  return state !== null && other.id !== state.me.participant && RANK[state.me.role] >= RANK[other.role];
}
