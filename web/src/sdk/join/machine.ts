/**
 * Joining a meeting and staying in it, as pure data: no fetch, no Room, no timers in this file.
 *
 * `step` says for every state and input what comes next and what the driver (drive.ts) is to do.
 */
export interface Who {
  readonly room: string;
  readonly name: string;
}

/** What POST /api/join answers. */
export interface Grant {
  readonly token: string;
  readonly identity: string;
  readonly url: string;
}

/** Why we are not in the meeting, in terms the error screen has words for. */
export type JoinProblem =
  | { readonly kind: 'server-away' }
  | { readonly kind: 'refused'; readonly status: number; readonly title: string; readonly detail: string }
  | { readonly kind: 'media-blocked' }
  | { readonly kind: 'page-outdated' };

export type EndReason = 'left' | 'removed' | 'closed' | 'duplicate';

export type JoinState =
  | { readonly at: 'idle' }
  /** `again` is true from the first time we were live: the call stays on screen meanwhile. */
  | { readonly at: 'asking'; readonly who: Who; readonly attempt: number; readonly again: boolean }
  /** `fresh` is false for a grant that let us in before: with it we come back as the same person. */
  | { readonly at: 'connecting'; readonly who: Who; readonly attempt: number; readonly again: boolean; readonly grant: Grant; readonly fresh: boolean }
  | { readonly at: 'live'; readonly who: Who; readonly grant: Grant }
  /** The SDK repairs the connection by itself; with `signal`, picture and sound go on meanwhile. */
  | { readonly at: 'repairing'; readonly who: Who; readonly grant: Grant; readonly what: 'signal' | 'media' }
  | { readonly at: 'ended'; readonly who: Who; readonly why: EndReason }
  | { readonly at: 'failed'; readonly who: Who; readonly problem: JoinProblem };

export type JoinInput =
  | { readonly on: 'join'; readonly who: Who }
  | { readonly on: 'granted'; readonly grant: Grant }
  /** With `media`, the server answered but no packet came through: a firewall, most of the time. */
  | { readonly on: 'unreachable'; readonly what: 'server' | 'media' }
  | { readonly on: 'refused'; readonly problem: JoinProblem }
  | { readonly on: 'connected' }
  | { readonly on: 'interrupted'; readonly what: 'signal' | 'media' }
  | { readonly on: 'resumed' }
  /** The SDK gave up, or the server ended it; null when joining anew may help. */
  | { readonly on: 'dropped'; readonly why: EndReason | null }
  /** Back to the door, before the first time in. */
  | { readonly on: 'cancel' }
  | { readonly on: 'leave' };

export type JoinEffect =
  | { readonly do: 'ask'; readonly who: Who; readonly afterMs: number }
  | { readonly do: 'connect'; readonly grant: Grant; readonly afterMs: number }
  /** Ends whatever is under way and leaves the room, if in one. */
  | { readonly do: 'stop' };

export const IDLE: JoinState = { at: 'idle' };

/** At the door, a person waits some 15 s before reading that nobody answers. */
export const MAX_FIRST_ATTEMPTS = 6;
/** Each such attempt takes 15 s; the second failure is no accident. */
export const MAX_MEDIA_ATTEMPTS = 2;
/** In a call, a server that is being restarted is waited for: about 5 minutes. */
export const MAX_AGAIN_ATTEMPTS = 150;

export function retryDelayMs(attempt: number, again: boolean): number {
  if (attempt <= 1) return 0;
  return again ? Math.min(250 * 2 ** (attempt - 2), 2000) : Math.min(500 * 2 ** (attempt - 2), 5000);
}

function ask(who: Who, attempt: number, again: boolean): [JoinState, JoinEffect[]] {
  const allowed = again ? MAX_AGAIN_ATTEMPTS : MAX_FIRST_ATTEMPTS;
  if (attempt > allowed) return fail(who, { kind: 'server-away' });
  return [
    { at: 'asking', who, attempt, again },
    [{ do: 'ask', who, afterMs: retryDelayMs(attempt, again) }],
  ];
}

/** Comes back with the grant we have: the others see the same person return, not a second one. */
function comeBack(who: Who, grant: Grant, attempt: number): [JoinState, JoinEffect[]] {
  if (attempt > MAX_AGAIN_ATTEMPTS) return fail(who, { kind: 'server-away' });
  return [
    { at: 'connecting', who, attempt, again: true, grant, fresh: false },
    [{ do: 'connect', grant, afterMs: retryDelayMs(attempt, true) }],
  ];
}

function fail(who: Who, problem: JoinProblem): [JoinState, JoinEffect[]] {
  return [{ at: 'failed', who, problem }, [{ do: 'stop' }]];
}

export function step(state: JoinState, input: JoinInput): [JoinState, JoinEffect[]] {
  const ignored: [JoinState, JoinEffect[]] = [state, []];
  switch (input.on) {
    case 'join': {
      const free = state.at === 'idle' || state.at === 'ended' || state.at === 'failed';
      return free ? ask(input.who, 1, false) : ignored;
    }
    case 'granted':
      if (state.at !== 'asking') return ignored;
      return [
        { ...state, at: 'connecting', grant: input.grant, fresh: true },
        [{ do: 'connect', grant: input.grant, afterMs: 0 }],
      ];
    case 'unreachable':
      if (state.at !== 'asking' && state.at !== 'connecting') return ignored;
      if (input.what === 'media' && !state.again && state.attempt >= MAX_MEDIA_ATTEMPTS) {
        return fail(state.who, { kind: 'media-blocked' });
      }
      if (state.at === 'connecting' && state.again) return comeBack(state.who, state.grant, state.attempt + 1);
      return ask(state.who, state.attempt + 1, state.again);
    case 'refused':
      if (state.at !== 'asking' && state.at !== 'connecting') return ignored;
      // An old grant may have run out; a new one settles whether we are still welcome.
      if (state.at === 'connecting' && !state.fresh) return ask(state.who, 1, true);
      return fail(state.who, input.problem);
    case 'connected':
      return state.at === 'connecting' ? [{ at: 'live', who: state.who, grant: state.grant }, []] : ignored;
    case 'interrupted':
      if (state.at !== 'live' && state.at !== 'repairing') return ignored;
      return [{ at: 'repairing', who: state.who, grant: state.grant, what: input.what }, []];
    case 'resumed':
      return state.at === 'repairing' ? [{ at: 'live', who: state.who, grant: state.grant }, []] : ignored;
    case 'dropped':
      if (state.at !== 'live' && state.at !== 'repairing' && state.at !== 'connecting') return ignored;
      if (input.why !== null) return [{ at: 'ended', who: state.who, why: input.why }, [{ do: 'stop' }]];
      if (state.at === 'connecting' && !state.again) return ask(state.who, state.attempt + 1, false);
      return comeBack(state.who, state.grant, state.at === 'connecting' ? state.attempt + 1 : 1);
    case 'cancel':
      if ((state.at !== 'asking' && state.at !== 'connecting') || state.again) return ignored;
      return [IDLE, [{ do: 'stop' }]];
    case 'leave':
      if (state.at === 'idle' || state.at === 'ended' || state.at === 'failed') return ignored;
      return [{ at: 'ended', who: state.who, why: 'left' }, [{ do: 'stop' }]];
  }
}

/** Whether the call belongs on the screen: from the first time live until the end. */
export function isInCall(state: JoinState): boolean {
  if (state.at === 'live' || state.at === 'repairing') return true;
  return (state.at === 'asking' || state.at === 'connecting') && state.again;
}
