import { describe, expect, it } from 'vitest';
import {
  IDLE,
  isInCall,
  MAX_AGAIN_ATTEMPTS,
  MAX_FIRST_ATTEMPTS,
  participantOf,
  retryDelayMs,
  step,
  type JoinEffect,
  type JoinInput,
  type JoinState,
} from './machine';

const who = { room: 'tea', name: 'Ada' };
const grant = { token: 't', participant: 'ada-1', url: 'ws://x', room: 'r1' };

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
    expect(asked.effects).toEqual([{ do: 'ask', who, repeats: false, afterMs: 0 }]);
    const granted = play([{ on: 'granted', grant }], asked.state);
    expect(granted.effects).toEqual([{ do: 'connect', grant, afterMs: 0 }]);
    expect(play([{ on: 'connected' }], granted.state).state).toEqual({ at: 'live', who, grant, room: 'r1' });
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
    const problem = { kind: 'refused', status: 403, code: 'forbidden', title: 'No', detail: 'Not you' } as const;
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
    expect(step(asked, { on: 'cancel' })).toEqual([IDLE, [{ do: 'stop' }, { do: 'leave', who }]]);
    expect(step(IDLE, { on: 'granted', grant })).toEqual([IDLE, []]);
  });

  it('is not for those who are in', () => {
    expect(step(live, { on: 'cancel' })).toEqual([live, []]);
  });
});

describe('in a call', () => {
  it('stays on screen while the SDK repairs the connection', () => {
    const broken = play([{ on: 'interrupted', what: 'signal' }], live);
    expect(broken.state).toEqual({ at: 'repairing', who, grant, room: 'r1', what: 'signal' });
    expect(isInCall(broken.state)).toBe(true);
    expect(play([{ on: 'resumed' }], broken.state).state).toEqual(live);
  });

  it('says so when a broken signal turns out to be a broken connection', () => {
    const inputs: JoinInput[] = [
      { on: 'interrupted', what: 'signal' },
      { on: 'interrupted', what: 'media' },
    ];
    expect(play(inputs, live).state).toEqual({ at: 'repairing', who, grant, room: 'r1', what: 'media' });
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
    const problem = { kind: 'refused', status: 401, code: '', title: '', detail: 'expired' } as const;
    const asked = play([{ on: 'refused', problem }], dropped.state);
    expect(asked.effects).toEqual([{ do: 'ask', who, repeats: false, afterMs: 0 }]);
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

describe('waiting', () => {
  const queued: JoinInput = { on: 'queued', participant: 'ada-1', why: 'lobby' };
  const waiting = play([{ on: 'join', who }, queued]).state;

  it('is a place in front of the door, and not in the call', () => {
    expect(waiting).toEqual({ at: 'waiting', who, participant: 'ada-1', why: 'lobby' });
    expect(isInCall(waiting)).toBe(false);
    expect(step(waiting, queued)).toEqual([waiting, []]);
    expect(step(waiting, { ...queued, why: 'host' })[0]).toMatchObject({ at: 'waiting', why: 'host' });
  });

  it('ends with a token for the place that we have', () => {
    const admitted = play([{ on: 'admitted' }], waiting);
    expect(admitted.effects).toEqual([{ do: 'token', who, participant: 'ada-1', afterMs: 0 }]);
    expect(play([{ on: 'granted', grant }, { on: 'connected' }], admitted.state).state).toEqual(live);
  });

  it('asks for the token again while the server is away, and for a place when there is no token', () => {
    const admitted = play([{ on: 'admitted' }], waiting).state;
    const away = play([{ on: 'unreachable', what: 'server' }], admitted);
    expect(away.effects).toEqual([{ do: 'token', who, participant: 'ada-1', afterMs: 500 }]);
    const problem = { kind: 'refused', status: 403, code: 'not_inside', title: '', detail: '' } as const;
    expect(play([{ on: 'refused', problem }], away.state).effects).toEqual([{ do: 'ask', who, repeats: false, afterMs: 0 }]);
  });

  it.each(['denied', 'banned', 'closed'] as const)('ends when we are turned away: %s', (why) => {
    expect(step(waiting, { on: 'turned-away', why })).toEqual([{ at: 'ended', who, why }, [{ do: 'stop' }]]);
  });

  it('can be given up, and begins anew when the server has forgotten us', () => {
    expect(step(waiting, { on: 'cancel' })).toEqual([IDLE, [{ do: 'stop' }, { do: 'leave', who }]]);
    expect(play([{ on: 'unseated' }], waiting).effects).toEqual([{ do: 'ask', who, repeats: false, afterMs: 0 }]);
  });

  it('can come back into it from the call', () => {
    expect(step(live, queued)).toEqual([waiting, [{ do: 'stop' }]]);
  });
});

describe('the passcode', () => {
  it.each([
    ['passcode_needed', 'needed'],
    ['passcode_wrong', 'wrong'],
  ] as const)('%s leads back to the door', (code, passcode) => {
    const problem = { kind: 'refused', status: 403, code, title: '', detail: '' } as const;
    expect(play([{ on: 'join', who }, { on: 'refused', problem }])).toEqual({ state: { at: 'idle', passcode }, effects: [{ do: 'stop' }] });
  });
});

describe('too many at once', () => {
  it('is waited for, and named in the end', () => {
    let [state] = step(IDLE, { on: 'join', who });
    for (let i = 0; i < MAX_FIRST_ATTEMPTS; i++) [state] = step(state, { on: 'unreachable', what: 'busy' });
    expect(state).toMatchObject({ at: 'failed', problem: { kind: 'refused', code: 'too_many' } });
  });
});

describe('the room of the media', () => {
  const moved = play([{ on: 'relocated', room: 'b1' }], live).state;

  it('changes within the connection', () => {
    expect(moved).toEqual({ at: 'live', who, grant, room: 'b1' });
  });

  it('is come back to with a token for it, not with the one for the room before', () => {
    const dropped = play([{ on: 'dropped', why: null }], moved);
    expect(dropped.effects).toEqual([{ do: 'token', who, participant: 'ada-1', afterMs: 0 }]);
    expect(isInCall(dropped.state)).toBe(true);
    const there = { ...grant, token: 'b', room: 'b1' };
    expect(play([{ on: 'granted', grant: there }, { on: 'connected' }], dropped.state).state).toEqual({ at: 'live', who, grant: there, room: 'b1' });
  });

  it('is connected to where the media plane has not taken us there', () => {
    const misplaced = play([{ on: 'misplaced' }], live);
    expect(misplaced.effects).toEqual([{ do: 'token', who, participant: 'ada-1', afterMs: 0 }]);
    expect(isInCall(misplaced.state)).toBe(true);
  });
});

describe('a place that the server has given away', () => {
  const reseat = play([{ on: 'unseated' }], live);

  it('is asked for beside the call, which goes on', () => {
    expect(reseat).toEqual({ state: live, effects: [{ do: 'reseat', who }] });
  });

  it('changes nothing when it is ours again', () => {
    const newer = { ...grant, token: 'newer' };
    expect(play([{ on: 'granted', grant: newer }], live)).toEqual({ state: { ...live, grant: newer }, effects: [] });
  });

  it('is another place when we are somebody else by now', () => {
    const other = { ...grant, participant: 'ada-2' };
    expect(play([{ on: 'granted', grant: other }], live).effects).toEqual([{ do: 'connect', grant: other, afterMs: 0 }]);
  });

  it('may be refused', () => {
    const problem = { kind: 'refused', status: 403, code: 'banned', title: '', detail: '' } as const;
    expect(play([{ on: 'refused', problem }], live)).toEqual({ state: { at: 'failed', who, problem }, effects: [{ do: 'stop' }] });
  });
});

describe('being put out', () => {
  it('has the reason that the meeting gives, before or after the media ends', () => {
    const first = play([{ on: 'turned-away', why: 'banned' }, { on: 'dropped', why: 'removed' }], live).state;
    const last = play([{ on: 'dropped', why: 'removed' }, { on: 'turned-away', why: 'banned' }], live).state;
    expect(first).toEqual({ at: 'ended', who, why: 'banned' });
    expect(last).toEqual(first);
  });
});

it('who we are is known from the first answer to the end', () => {
  const steps: [JoinInput, string | null][] = [
    [{ on: 'join', who }, null],
    [{ on: 'queued', participant: 'ada-1', why: 'host' }, 'ada-1'],
    [{ on: 'admitted' }, 'ada-1'],
    [{ on: 'granted', grant }, 'ada-1'],
    [{ on: 'connected' }, 'ada-1'],
    [{ on: 'interrupted', what: 'media' }, 'ada-1'],
    [{ on: 'leave' }, null],
  ];
  let state: JoinState = IDLE;
  for (const [input, participant] of steps) {
    [state] = step(state, input);
    expect(participantOf(state), input.on).toBe(participant);
  }
});

describe('leaving', () => {
  const states: JoinState[] = [
    { at: 'asking', who, attempt: 2, again: false, token: null },
    { at: 'waiting', who, participant: 'ada-1', why: 'lobby' },
    { at: 'connecting', who, attempt: 1, again: true, grant, fresh: true },
    live,
    { at: 'repairing', who, grant, room: 'r1', what: 'media' },
  ];

  it.each(states)('ends it from $at', (state) => {
    expect(step(state, { on: 'leave' })).toEqual([{ at: 'ended', who, why: 'left' }, [{ do: 'stop' }, { do: 'leave', who }]]);
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
      { on: 'queued', participant: 'ada-1', why: 'lobby' },
      { on: 'admitted' },
      { on: 'misplaced' },
      { on: 'unseated' },
      { on: 'relocated', room: 'r2' },
      { on: 'turned-away', why: 'removed' },
    ];
    for (const input of late) expect(step(state, input)).toEqual([state, []]);
  });
});
