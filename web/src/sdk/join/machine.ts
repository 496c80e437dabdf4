/**
 * Joining a meeting and staying in it, as pure data: no fetch, no Room, no timers in this file.
 *
 * `step` says for every state and input what comes next and what the driver (drive.ts) is to do.
 */
export interface Who {
  /** The meeting's link. */
  readonly room: string;
  readonly name: string;
  readonly passcode?: string;
}

/** What lets us into the media. */
export interface Grant {
  readonly token: string;
  readonly participant: string;
  readonly url: string;
  /** The media room: the meeting's, or a breakout's. */
  readonly room: string;
}

/** Whom we wait for: somebody who lets us in, or the host. */
export type WaitFor = 'lobby' | 'host';

/** Why we are not in the meeting, in terms the error screen has words for. */
export type JoinProblem =
  | { readonly kind: 'server-away' }
  /** `code` is the server's word for programs, '' where it has none. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly title: string; readonly detail: string }
  | { readonly kind: 'media-blocked' }
  | { readonly kind: 'page-outdated' };

export type EndReason = 'left' | 'removed' | 'banned' | 'denied' | 'closed' | 'duplicate';

export type JoinState =
  /** At the door. */
  | { readonly at: 'idle'; readonly passcode: 'needed' | 'wrong' | null }
  /**
   * `again` is true from the first time we were live: the call stays on screen meanwhile. Who has a place asks
   * for a `token` alone; null: for a place.
   */
  | { readonly at: 'asking'; readonly who: Who; readonly attempt: number; readonly again: boolean; readonly token: string | null }
  /** We have a place, in front of the door. */
  | { readonly at: 'waiting'; readonly who: Who; readonly participant: string; readonly why: WaitFor }
  /** `fresh` is false for a grant that let us in before: with it we come back as the same person. */
  | { readonly at: 'connecting'; readonly who: Who; readonly attempt: number; readonly again: boolean; readonly grant: Grant; readonly fresh: boolean }
  /** `room` is where the media plane has us now; it may have moved us since the grant. */
  | { readonly at: 'live'; readonly who: Who; readonly grant: Grant; readonly room: string }
  /** The SDK repairs the connection by itself; with `signal`, picture and sound go on meanwhile. */
  | { readonly at: 'repairing'; readonly who: Who; readonly grant: Grant; readonly room: string; readonly what: 'signal' | 'media' }
  | { readonly at: 'ended'; readonly who: Who; readonly why: EndReason }
  | { readonly at: 'failed'; readonly who: Who; readonly problem: JoinProblem };

export type JoinInput =
  | { readonly on: 'join'; readonly who: Who }
  | { readonly on: 'granted'; readonly grant: Grant }
  | { readonly on: 'queued'; readonly participant: string; readonly why: WaitFor }
  /** With `media`, the server answered but no packet came through: a firewall, most of the time. */
  | { readonly on: 'unreachable'; readonly what: 'server' | 'busy' | 'media' }
  | { readonly on: 'refused'; readonly problem: JoinProblem }
  | { readonly on: 'connected' }
  | { readonly on: 'interrupted'; readonly what: 'signal' | 'media' }
  | { readonly on: 'resumed' }
  /** The media plane has taken us to another room, within the same connection. */
  | { readonly on: 'relocated'; readonly room: string }
  /** The SDK gave up, or the server ended it; null when joining anew may help. */
  | { readonly on: 'dropped'; readonly why: EndReason | null }
  /** What the meeting says of us: let in, put out, … */
  | MeetingInput
  /** Back to the door, before the first time in. */
  | { readonly on: 'cancel' }
  | { readonly on: 'leave' };

export type MeetingInput =
  | { readonly on: 'admitted' }
  | { readonly on: 'turned-away'; readonly why: EndReason }
  /** We should be in another media room, and the media plane has not taken us there. */
  | { readonly on: 'misplaced' }
  /** The application plane has given our place away; the media may well go on. */
  | { readonly on: 'unseated' };

export type JoinEffect =
  /** Asks for a place; `repeats` the request before, which must have no second effect. */
  | { readonly do: 'ask'; readonly who: Who; readonly repeats: boolean; readonly afterMs: number }
  | { readonly do: 'token'; readonly who: Who; readonly participant: string; readonly afterMs: number }
  | { readonly do: 'connect'; readonly grant: Grant; readonly afterMs: number }
  /** Asks for a place beside the call, which goes on. */
  | { readonly do: 'reseat'; readonly who: Who }
  /** Ends whatever is under way and leaves the room, if in one. */
  | { readonly do: 'stop' }
  /** Gives the place back. */
  | { readonly do: 'leave'; readonly who: Who };

export const IDLE: JoinState = { at: 'idle', passcode: null };

/** At the door, a person waits some 15 s before reading that nobody answers. */
export const MAX_FIRST_ATTEMPTS = 6;
/** Each such attempt takes 15 s; the second failure is no accident. */
export const MAX_MEDIA_ATTEMPTS = 2;
/** In a call, a server that is being restarted is waited for: about 5 minutes. */
export const MAX_AGAIN_ATTEMPTS = 150;

type Next = [JoinState, JoinEffect[]];

export function retryDelayMs(attempt: number, again: boolean): number {
  if (attempt <= 1) return 0;
  return again ? Math.min(250 * 2 ** (attempt - 2), 2000) : Math.min(500 * 2 ** (attempt - 2), 5000);
}

const AWAY: JoinProblem = { kind: 'server-away' };
const BUSY: JoinProblem = { kind: 'refused', status: 429, code: 'too_many', title: '', detail: '' };

function ask(who: Who, attempt: number, again: boolean, token: string | null = null, problem: JoinProblem = AWAY): Next {
  const allowed = again ? MAX_AGAIN_ATTEMPTS : MAX_FIRST_ATTEMPTS;
  if (attempt > allowed) return fail(who, problem);
  const afterMs = retryDelayMs(attempt, again);
  return [
    { at: 'asking', who, attempt, again, token },
    [token === null ? { do: 'ask', who, repeats: attempt > 1, afterMs } : { do: 'token', who, participant: token, afterMs }],
  ];
}

/** Comes back with the grant we have: the others see the same person return, not a second one. */
function comeBack(who: Who, grant: Grant, room: string, attempt: number): Next {
  if (attempt > MAX_AGAIN_ATTEMPTS) return fail(who, AWAY);
  // The grant is for the room that we were taken out of.
  if (grant.room !== room) return ask(who, attempt, true, grant.participant);
  return [
    { at: 'connecting', who, attempt, again: true, grant, fresh: false },
    [{ do: 'connect', grant, afterMs: retryDelayMs(attempt, true) }],
  ];
}

function fail(who: Who, problem: JoinProblem): Next {
  return [{ at: 'failed', who, problem }, [{ do: 'stop' }]];
}

function refuse(who: Who, problem: JoinProblem): Next {
  const code = problem.kind === 'refused' ? problem.code : '';
  if (code === 'passcode_needed' || code === 'passcode_wrong') {
    return [{ at: 'idle', passcode: code === 'passcode_needed' ? 'needed' : 'wrong' }, [{ do: 'stop' }]];
  }
  return fail(who, problem);
}

export function step(state: JoinState, input: JoinInput): Next {
  const ignored: Next = [state, []];
  switch (input.on) {
    case 'join': {
      const free = state.at === 'idle' || state.at === 'ended' || state.at === 'failed';
      return free ? ask(input.who, 1, false) : ignored;
    }
    case 'granted': {
      const { grant } = input;
      if (state.at === 'live' || state.at === 'repairing') {
        // We have our place back, and were never out of the room.
        if (grant.participant === state.grant.participant && grant.room === state.room) return [{ ...state, grant }, []];
        return [{ at: 'connecting', who: state.who, attempt: 1, again: true, grant, fresh: true }, [{ do: 'connect', grant, afterMs: 0 }]];
      }
      if (state.at !== 'asking') return ignored;
      const { who, attempt, again } = state;
      return [{ at: 'connecting', who, attempt, again, grant, fresh: true }, [{ do: 'connect', grant, afterMs: 0 }]];
    }
    case 'queued': {
      if (state.at === 'idle' || state.at === 'ended' || state.at === 'failed') return ignored;
      if (state.at === 'waiting' && state.participant === input.participant && state.why === input.why) return ignored;
      const inRoom = state.at !== 'asking' && state.at !== 'waiting';
      return [{ at: 'waiting', who: state.who, participant: input.participant, why: input.why }, inRoom || isInCall(state) ? [{ do: 'stop' }] : []];
    }
    case 'admitted':
      return state.at === 'waiting' ? ask(state.who, 1, false, state.participant) : ignored;
    case 'unreachable':
      if (state.at !== 'asking' && state.at !== 'connecting') return ignored;
      if (input.what === 'media' && !state.again && state.attempt >= MAX_MEDIA_ATTEMPTS) {
        return fail(state.who, { kind: 'media-blocked' });
      }
      if (state.at === 'connecting' && state.again) return comeBack(state.who, state.grant, state.grant.room, state.attempt + 1);
      return ask(state.who, state.attempt + 1, state.again, state.at === 'asking' ? state.token : null, input.what === 'busy' ? BUSY : AWAY);
    case 'refused':
      switch (state.at) {
        case 'asking':
          // Whether we have a place at all is settled by asking for one.
          return state.token === null ? refuse(state.who, input.problem) : ask(state.who, 1, state.again);
        case 'connecting':
          // An old grant may have run out; a new one settles whether we are still welcome.
          return state.fresh ? refuse(state.who, input.problem) : ask(state.who, 1, true);
        case 'live':
        case 'repairing':
          return refuse(state.who, input.problem);
        default:
          return ignored;
      }
    case 'connected':
      return state.at === 'connecting' ? [{ at: 'live', who: state.who, grant: state.grant, room: state.grant.room }, []] : ignored;
    case 'interrupted':
      if (state.at !== 'live' && state.at !== 'repairing') return ignored;
      return [{ at: 'repairing', who: state.who, grant: state.grant, room: state.room, what: input.what }, []];
    case 'resumed':
      return state.at === 'repairing' ? [{ at: 'live', who: state.who, grant: state.grant, room: state.room }, []] : ignored;
    case 'relocated':
      return state.at === 'live' || state.at === 'repairing' ? [{ ...state, room: input.room }, []] : ignored;
    case 'misplaced':
      return state.at === 'live' || state.at === 'repairing' ? ask(state.who, 1, true, state.grant.participant) : ignored;
    case 'unseated':
      if (state.at === 'waiting') return ask(state.who, 1, false);
      return state.at === 'live' || state.at === 'repairing' ? [state, [{ do: 'reseat', who: state.who }]] : ignored;
    case 'dropped':
      if (state.at !== 'live' && state.at !== 'repairing' && state.at !== 'connecting') return ignored;
      if (input.why !== null) return [{ at: 'ended', who: state.who, why: input.why }, [{ do: 'stop' }]];
      if (state.at === 'connecting' && !state.again) return ask(state.who, state.attempt + 1, false);
      return state.at === 'connecting'
        ? comeBack(state.who, state.grant, state.grant.room, state.attempt + 1)
        : comeBack(state.who, state.grant, state.room, 1);
    case 'turned-away':
      if (state.at === 'idle' || state.at === 'failed') return ignored;
      // The media plane says that we are out, the application plane why: in either order.
      if (state.at === 'ended') return state.why === 'removed' ? [{ ...state, why: input.why }, []] : ignored;
      return [{ at: 'ended', who: state.who, why: input.why }, [{ do: 'stop' }]];
    case 'cancel':
      if (state.at !== 'waiting' && ((state.at !== 'asking' && state.at !== 'connecting') || state.again)) return ignored;
      return [IDLE, [{ do: 'stop' }, { do: 'leave', who: state.who }]];
    case 'leave':
      if (state.at === 'idle' || state.at === 'ended' || state.at === 'failed') return ignored;
      return [{ at: 'ended', who: state.who, why: 'left' }, [{ do: 'stop' }, { do: 'leave', who: state.who }]];
  }
}

/** Whether the call belongs on the screen: from the first time live until the end. */
export function isInCall(state: JoinState): boolean {
  if (state.at === 'live' || state.at === 'repairing') return true;
  return (state.at === 'asking' || state.at === 'connecting') && state.again;
}

/** Who we are in the meeting, once it has said so. */
export function participantOf(state: JoinState): string | null {
  switch (state.at) {
    case 'waiting':
      return state.participant;
    case 'asking':
      return state.token;
    case 'connecting':
    case 'live':
    case 'repairing':
      return state.grant.participant;
    case 'idle':
    case 'ended':
    case 'failed':
      return null;
  }
}
