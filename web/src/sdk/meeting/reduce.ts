/**
 * What is known of a meeting, as pure data: the state that was read, and the events since.
 *
 * An event counts once and in its turn: one that comes twice, or is older than the state, changes nothing.
 * While the state is read anew, events wait; those that it does not hold already are applied to it then.
 */
import type { MeetingEvent, Numbered } from './events';
import type { MeetingInfo, MeetingState, Me } from './types';

export interface Known {
  readonly state: MeetingState | null;
  /** What we have is not to be built upon: `GET …/state`, then `loaded`. */
  readonly stale: boolean;
  readonly waiting: readonly Numbered[];
  /** Not all that came could wait: the state that is read next may lack some of it, and is read once more. */
  readonly lost: boolean;
}

export const NOTHING: Known = { state: null, stale: true, waiting: [], lost: false };

/** More than this while one request is under way is a flood. */
export const MAX_WAITING = 1000;

export function reduce(known: Known, { id, event }: Numbered): Known {
  // A server whose numbers are smaller than ours was set back: what we have is from another past.
  const setBack = event.on === 'hello' && event.seq < (known.state?.seq ?? 0);
  if (event.on === 'reset' || setBack) return { ...known, stale: true, waiting: [], lost: false };
  if (id === null) return known;
  const { state } = known;
  if (state === null || known.stale) {
    if (known.waiting.length >= MAX_WAITING) return { ...known, waiting: [], lost: true };
    return { ...known, waiting: [...known.waiting, { id, event }] };
  }
  if (id <= state.seq) return known;
  const next = { ...apply(state, event), seq: id };
  // Who waited was told of nobody and nothing.
  const letIn = event.on === 'me' && state.me.state === 'waiting' && event.me.state === 'inside';
  return letIn ? { ...NOTHING, state: next } : { ...known, state: next };
}

/** The state was read; what came meanwhile and is not in it follows. */
export function loaded(known: Known, state: MeetingState): Known {
  if (known.lost) return { ...NOTHING, state };
  return known.waiting.reduce<Known>(reduce, { state, stale: false, waiting: [], lost: false });
}

function apply(state: MeetingState, event: MeetingEvent): MeetingState {
  switch (event.on) {
    case 'meeting':
      return { ...state, meeting: event.meeting };
    case 'me':
      return { ...state, me: event.me };
    case 'participant':
      return { ...state, participants: placed(state.participants, event.participant) };
    case 'participant_left':
      return { ...state, participants: without(state.participants, event.id) };
    case 'lobby':
      return { ...state, lobby: event.waiting };
    case 'lobby_message':
      return { ...state, lobby_message: event.text };
    case 'poll':
      return { ...state, polls: placed(state.polls, withOurVote(state.polls, event.poll, null)) };
    case 'poll_deleted':
      return { ...state, polls: without(state.polls, event.id) };
    case 'question':
      return { ...state, questions: placed(state.questions, withOurVote(state.questions, event.question, false)) };
    case 'question_deleted':
      return { ...state, questions: without(state.questions, event.id) };
    case 'breakouts':
      return { ...state, breakouts: event.breakouts };
    case 'timer':
      return { ...state, timer: event.timer };
    case 'hello':
    case 'reset':
    case 'message':
    case 'broadcast':
    case 'reaction':
    case 'board':
    case 'board_snapshot':
    case 'board_restored':
    case 'board_presence':
      return state;
  }
}

interface Named {
  readonly id: string;
}

/** In its old place, or at the end: nothing that is on screen jumps. */
function placed<T extends Named>(list: readonly T[], item: T): readonly T[] {
  const at = list.findIndex(({ id }) => id === item.id);
  return at < 0 ? [...list, item] : list.with(at, item);
}

/** What is told to all does not say how we voted (`mine` is left out): of that we keep what we know. */
function withOurVote<News extends Named & { readonly mine?: Mine }, Mine>(
  list: readonly (Named & { readonly mine: Mine })[],
  item: News,
  none: Mine,
): News & { readonly mine: Mine } {
  const mine = item.mine === undefined ? (list.find(({ id }) => id === item.id)?.mine ?? none) : item.mine;
  return { ...item, mine };
}

function without<T extends Named>(list: readonly T[], id: string): readonly T[] {
  return list.some((item) => item.id === id) ? list.filter((item) => item.id !== id) : list;
}

/** Reads `GET …/state`; null if it is none. Who waits is told of themselves and the meeting alone. */
export function readState(body: unknown): MeetingState | null {
  const told = body as Partial<MeetingState> | null;
  if (typeof told !== 'object' || told === null) return null;
  if (typeof told.seq !== 'number' || !isNamed(told.me, 'participant') || !isNamed(told.meeting, 'link')) return null;
  return {
    seq: told.seq,
    now: told.now ?? '',
    me: { ...told.me, capabilities: (told.me as Partial<Me>).capabilities ?? [] },
    meeting: { ...told.meeting, spotlight: (told.meeting as Partial<MeetingInfo>).spotlight ?? [] },
    participants: told.participants ?? [],
    lobby: told.lobby ?? null,
    lobby_message: told.lobby_message ?? '',
    polls: told.polls ?? [],
    questions: told.questions ?? [],
    breakouts: told.breakouts ?? null,
    timer: told.timer ?? null,
    files: told.files ?? null,
  };
}

function isNamed<T extends object>(value: T | undefined, key: keyof T): value is T {
  return typeof value === 'object' && (value as T | null) !== null && typeof value[key] === 'string';
}
