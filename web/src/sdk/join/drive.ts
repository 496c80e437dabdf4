import { createStore, type Readable } from '../store';
import { requestJoin } from './api';
import { IDLE, step, type Grant, type JoinEffect, type JoinInput, type JoinState, type Who } from './machine';

/** The part of a call that the driver needs: opening and closing it. */
export interface Connector {
  /** Resolves when media flows. Everything that happens later is told through `tell`. */
  connect(grant: Grant, tell: (input: JoinInput) => void, signal: AbortSignal): Promise<void>;
  disconnect(): Promise<void>;
}

export interface Drivers {
  /** Loads the code of the call, at most once; asked for early, awaited late. */
  readonly connector: () => Promise<Connector>;
  readonly request?: typeof requestJoin;
  /** Uniform in [0, 1): spreads the retries of a thousand clients whose server went away at once. */
  readonly random?: () => number;
}

export interface Join {
  readonly state: Readable<JoinState>;
  join(who: Who): void;
  cancel(): void;
  leave(): void;
}

/** True if it is still wanted afterwards. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
  return !signal.aborted;
}

/** The shell around the machine: the only file that asks the server, waits, and connects. */
export function driveJoin(drivers: Drivers): Join {
  const request = drivers.request ?? requestJoin;
  const random = drivers.random ?? Math.random;
  const state = createStore<JoinState>(IDLE);
  // One thing is under way at a time; the next one calls off the last, whose answer is then not heard.
  let current = new AbortController();

  const send = (input: JoinInput): void => {
    const [next, effects] = step(state.get(), input);
    state.set(next);
    for (const effect of effects) perform(effect);
  };

  const spread = (ms: number): number => ms * (0.75 + random() / 2);

  const perform = (effect: JoinEffect): void => {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    const tell = (input: JoinInput): void => {
      if (!signal.aborted) send(input);
    };
    switch (effect.do) {
      case 'ask':
        void askLater(effect.who, spread(effect.afterMs), signal, tell);
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

  const askLater = async (who: Who, afterMs: number, signal: AbortSignal, tell: (input: JoinInput) => void) => {
    if (!(await pause(afterMs, signal))) return;
    const answer = await request(who, signal).catch(() => null);
    if (answer === null) return;
    if (answer.ok) tell({ on: 'granted', grant: answer.grant });
    else if (answer.problem.kind === 'server-away') tell({ on: 'unreachable', what: 'server' });
    else tell({ on: 'refused', problem: answer.problem });
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
    cancel: () => send({ on: 'cancel' }),
    leave: () => send({ on: 'leave' }),
  };
}
