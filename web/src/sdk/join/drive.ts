import { newKey } from '../meeting/client';
import { pause } from '../pause';
import { createStore, type Readable } from '../store';
import { joinApi, type JoinAnswer, type JoinApi } from './api';
import { IDLE, participantOf, retryDelayMs, step, type Grant, type JoinEffect, type JoinInput, type JoinState, type MeetingInput, type Who } from './machine';
import { places as storedPlaces, type Places } from './place';

/** The part of a call that the driver needs: opening and closing it. */
export interface Connector {
  /** Resolves when media flows. Everything that happens later is told through `tell`. */
  connect(grant: Grant, tell: (input: JoinInput) => void, signal: AbortSignal): Promise<void>;
  disconnect(): Promise<void>;
}

export interface Drivers {
  /** Loads the code of the call, at most once; asked for early, awaited late. */
  readonly connector: () => Promise<Connector>;
  readonly api?: JoinApi;
  readonly places?: Places;
  /** Uniform in [0, 1): spreads the retries of a thousand clients whose server went away at once. */
  readonly random?: () => number;
  readonly newKey?: () => string;
}

export interface Join {
  readonly state: Readable<JoinState>;
  join(who: Who): void;
  /** What the meeting says of us. */
  tell(input: MeetingInput | Extract<JoinInput, { on: 'queued' }>): void;
  cancel(): void;
  leave(): void;
}

/** The shell around the machine: the only file that asks the server, waits, and connects. */
export function driveJoin(drivers: Drivers): Join {
  const api = drivers.api ?? joinApi();
  const places = drivers.places ?? storedPlaces;
  const random = drivers.random ?? Math.random;
  const makeKey = drivers.newKey ?? newKey;
  const state = createStore<JoinState>(IDLE);
  // One thing is under way at a time; the next one calls off the last, whose answer is then not heard.
  let current = new AbortController();
  // Beside a call, which it does not touch.
  let reseating = new AbortController();
  // A request that is repeated is the same to the last letter, or the server takes it for another one.
  let asked = { key: '', before: null as string | null };

  const send = (input: JoinInput): void => {
    const before = state.get();
    const [next, effects] = step(before, input);
    // What is to be left is known before it is forgotten.
    const leaving = participantOf(before) ?? (before.at === 'idle' ? null : placeIn(before.who));
    remember(next);
    state.set(next);
    for (const effect of effects) perform(effect, leaving);
  };

  /** A place outlives a reload and a server that is away, but no goodbye. */
  const remember = (next: JoinState): void => {
    const participant = participantOf(next);
    if (next.at !== 'idle' && participant !== null) places.keep(next.who.room, { participant, name: next.who.name });
    if (isOver(next)) places.forget(next.who.room);
  };

  const spread = (ms: number): number => ms * (0.75 + random() / 2);

  const perform = (effect: JoinEffect, leaving: string | null): void => {
    if (effect.do === 'reseat') {
      reseating.abort();
      reseating = new AbortController();
      void reseat(effect.who, reseating.signal);
      return;
    }
    if (effect.do === 'leave') {
      places.forget(effect.who.room);
      if (leaving !== null) void api.leave(effect.who.room, leaving);
      return;
    }
    reseating.abort();
    current.abort();
    current = new AbortController();
    const { signal } = current;
    const tell = (input: JoinInput): void => {
      if (!signal.aborted) send(input);
    };
    switch (effect.do) {
      case 'ask': {
        if (!effect.repeats) asked = { key: makeKey(), before: placeIn(effect.who) };
        const { key, before } = asked;
        void later(effect.afterMs, signal, tell, () => api.join(effect.who, before, key, signal));
        return;
      }
      case 'token':
        void later(effect.afterMs, signal, tell, () => api.token(effect.who.room, effect.participant, signal));
        return;
      case 'connect':
        void connectLater(effect.grant, spread(effect.afterMs), signal, tell);
        return;
      case 'stop':
        void drivers.connector().then(
          (connector) => connector.disconnect(),
          () => undefined, // Nothing was loaded, so nothing is open.
        );
    }
  };

  const placeIn = (who: Who): string | null => places.get(who.room)?.participant ?? null;

  const later = async (afterMs: number, signal: AbortSignal, tell: (input: JoinInput) => void, request: () => Promise<JoinAnswer>) => {
    if (!(await pause(spread(afterMs), signal))) return;
    const answer = await request().catch(() => null);
    if (answer !== null) tell(inputOf(answer));
  };

  const reseat = async (who: Who, signal: AbortSignal): Promise<void> => {
    const key = makeKey();
    const before = placeIn(who);
    for (let attempt = 1; await pause(spread(retryDelayMs(attempt, true)), signal); attempt++) {
      const answer = await api.join(who, before, key, signal).catch(() => null);
      if (answer === null || signal.aborted) return;
      if (answer.is === 'away' || answer.is === 'busy') continue;
      send(inputOf(answer));
      return;
    }
  };

  const connectLater = async (grant: Grant, afterMs: number, signal: AbortSignal, tell: (input: JoinInput) => void) => {
    if (!(await pause(afterMs, signal))) return;
    let connector: Connector;
    try {
      connector = await drivers.connector();
    } catch {
      // The page is older than the server, whose files have other names by now.
      tell({ on: 'refused', problem: { kind: 'page-outdated' } });
      return;
    }
    if (signal.aborted) return;
    await connector.connect(grant, tell, signal);
  };

  return {
    state,
    join: (who) => send({ on: 'join', who }),
    tell: send,
    cancel: () => send({ on: 'cancel' }),
    leave: () => send({ on: 'leave' }),
  };
}

type Over = Extract<JoinState, { at: 'ended' | 'failed' }>;

function isOver(state: JoinState): state is Over {
  // The SDK says its goodbye when the page goes, be it for a reload; ours is the leave effect.
  if (state.at === 'ended') return state.why !== 'duplicate' && state.why !== 'left';
  return state.at === 'failed' && state.problem.kind === 'refused' && (state.problem.status === 403 || state.problem.status === 404);
}

function inputOf(answer: JoinAnswer): JoinInput {
  switch (answer.is) {
    case 'inside':
      return { on: 'granted', grant: answer.grant };
    case 'waiting':
      return { on: 'queued', participant: answer.participant, why: answer.why };
    case 'refused':
      return { on: 'refused', problem: answer.problem };
    case 'away':
      return { on: 'unreachable', what: 'server' };
    case 'busy':
      return { on: 'unreachable', what: 'busy' };
  }
}
