import { describe, expect, it } from 'vitest';
import {
  IDLE,
  isInCall,
  MAX_AGAIN_ATTEMPTS,
  MAX_FIRST_ATTEMPTS,
  retryDelayMs,
  step,
  type JoinEffect,
  type JoinInput,
  type JoinState,
} from './machine';

const who = { room: 'tea', name: 'Ada' };
const grant = { token: 't', identity: 'ada-1', url: 'ws://x' };

function play(inputs: JoinInput[], from: JoinState = IDLE): { state: JoinState; effects: JoinEffect[] } {
  let state = from;
  let effects: JoinEffect[] = [];
  for (const input of inputs) [state, effects] = step(state, input);
  return { state, effects };
}

const live = play([{ on: 'join', who }, { on: 'granted', grant }, { on: 'connected' }]).state;

describe('joining', () => {
  it('asks for a token at once, then connects with it, then is live', () => {
    const asked = play([{ on: 'join', who }]);
    expect(asked.effects).toEqual([{ do: 'ask', who, afterMs: 0 }]);
    const granted = play([{ on: 'granted', grant }], asked.state);
    expect(granted.effects).toEqual([{ do: 'connect', grant, afterMs: 0 }]);
    expect(play([{ on: 'connected' }], granted.state).state).toEqual({ at: 'live', who, grant });
  });

  it('ignores a second press of Join while the first is under way', () => {
    const asked = play([{ on: 'join', who }]);
    expect(step(asked.state, { on: 'join', who: { ...who, name: 'Eve' } })).toEqual([asked.state, []]);
  });

  it('tries again, later each time, while the server is away', () => {
    const delays: number[] = [];
    let { state, effects } = play([{ on: 'join', who }]);
    while (state.at === 'asking') {
      for (const effect of effects) if (effect.do === 'ask') delays.push(effect.afterMs);
      [state, effects] = step(state, { on: 'unreachable', what: 'server' });
    }
    expect(delays).toHaveLength(MAX_FIRST_ATTEMPTS);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(state).toEqual({ at: 'failed', who, problem: { kind: 'server-away' } });
  });

  it('names the firewall when the server answers but media never comes through', () => {
    const blocked: JoinInput[] = [{ on: 'granted', grant }, { on: 'unreachable', what: 'media' }];
    const { state } = play([{ on: 'join', who }, ...blocked]);
    expect(state).toMatchObject({ at: 'asking', attempt: 2 });
    expect(play(blocked, state).state).toEqual({ at: 'failed', who, problem: { kind: 'media-blocked' } });
  });

  it('does not ask twice when the server says no', () => {
    const problem = { kind: 'refused', status: 403, title: 'No', detail: 'Not you' } as const;
    const refused = play([{ on: 'join', who }, { on: 'refused', problem }]);
    expect(refused.state).toEqual({ at: 'failed', who, problem });
    expect(refused.effects).toEqual([{ do: 'stop' }]);
  });

  it('can be tried again after a failure', () => {
    const failed = play([{ on: 'join', who }, { on: 'refused', problem: { kind: 'media-blocked' } }]);
    expect(play([{ on: 'join', who }], failed.state).state).toMatchObject({ at: 'asking', attempt: 1 });
  });
});

describe('cancelling', () => {
  it('goes back to the door, and a late answer does not open it', () => {
    const asked = play([{ on: 'join', who }]).state;
    expect(step(asked, { on: 'cancel' })).toEqual([IDLE, [{ do: 'stop' }]]);
    expect(step(IDLE, { on: 'granted', grant })).toEqual([IDLE, []]);
  });

  it('is not for those who are in', () => {
    expect(step(live, { on: 'cancel' })).toEqual([live, []]);
  });
});

describe('in a call', () => {
  it('stays on screen while the SDK repairs the connection', () => {
    const broken = play([{ on: 'interrupted', what: 'signal' }], live);
    expect(broken.state).toEqual({ at: 'repairing', who, grant, what: 'signal' });
    expect(isInCall(broken.state)).toBe(true);
    expect(play([{ on: 'resumed' }], broken.state).state).toEqual(live);
  });

  it('says so when a broken signal turns out to be a broken connection', () => {
    const inputs: JoinInput[] = [
      { on: 'interrupted', what: 'signal' },
      { on: 'interrupted', what: 'media' },
    ];
    expect(play(inputs, live).state).toEqual({ at: 'repairing', who, grant, what: 'media' });
  });

  const dropped = play([{ on: 'interrupted', what: 'media' }, { on: 'dropped', why: null }], live);

  it('comes back as the same person when the SDK gives up, without leaving the screen', () => {
    expect(dropped.effects).toEqual([{ do: 'connect', grant, afterMs: 0 }]);
    expect(isInCall(dropped.state)).toBe(true);
    expect(play([{ on: 'connected' }], dropped.state).state).toEqual(live);
  });

  it('keeps trying with the grant it has while the server is away', () => {
    const away: JoinInput = { on: 'unreachable', what: 'server' };
    const { state, effects } = play([away, away, away], dropped.state);
    expect(effects).toEqual([{ do: 'connect', grant, afterMs: 1000 }]);
    expect(isInCall(state)).toBe(true);
  });

  it('gives up on a server that never returns', () => {
    let state = dropped.state;
    for (let i = 0; i < MAX_AGAIN_ATTEMPTS; i++) [state] = step(state, { on: 'unreachable', what: 'media' });
    expect(state).toEqual({ at: 'failed', who, problem: { kind: 'server-away' } });
  });

  it('asks for a fresh grant when the old one is refused, once', () => {
    const problem = { kind: 'refused', status: 401, title: '', detail: 'expired' } as const;
    const asked = play([{ on: 'refused', problem }], dropped.state);
    expect(asked.effects).toEqual([{ do: 'ask', who, afterMs: 0 }]);
    expect(isInCall(asked.state)).toBe(true);
    const refused = play([{ on: 'granted', grant }, { on: 'refused', problem }], asked.state);
    expect(refused.state).toEqual({ at: 'failed', who, problem });
  });

  it('waits minutes, not seconds, for a server that is restarted, and never more than 2 s between tries', () => {
    let total = 0;
    for (let attempt = 1; attempt <= MAX_AGAIN_ATTEMPTS; attempt++) {
      expect(retryDelayMs(attempt, true)).toBeLessThanOrEqual(2000);
      total += retryDelayMs(attempt, true);
    }
    expect(total).toBeGreaterThan(4 * 60_000);
  });

  it.each(['removed', 'closed', 'duplicate'] as const)('does not come back by itself when %s', (why) => {
    const over = play([{ on: 'dropped', why }], live);
    expect(over.state).toEqual({ at: 'ended', who, why });
    expect(over.effects).toEqual([{ do: 'stop' }]);
  });
});

describe('leaving', () => {
  const states: JoinState[] = [
    { at: 'asking', who, attempt: 2, again: false },
    { at: 'connecting', who, attempt: 1, again: true, grant, fresh: true },
    live,
    { at: 'repairing', who, grant, what: 'media' },
  ];

  it.each(states)('ends it from $at', (state) => {
    expect(step(state, { on: 'leave' })).toEqual([{ at: 'ended', who, why: 'left' }, [{ do: 'stop' }]]);
  });

  it('is not undone by an answer that comes too late', () => {
    const { state } = play([{ on: 'leave' }], live);
    const late: JoinInput[] = [
      { on: 'granted', grant },
      { on: 'connected' },
      { on: 'unreachable', what: 'server' },
      { on: 'interrupted', what: 'media' },
      { on: 'resumed' },
      { on: 'dropped', why: null },
    ];
    for (const input of late) expect(step(state, input)).toEqual([state, []]);
  });
});
