import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JoinAnswer, JoinApi } from './api';
import { driveJoin, type Connector, type Drivers } from './drive';
import type { Grant, JoinInput } from './machine';
import { places } from './place';

const who = { room: 'tea', name: 'Ada' };
const grant: Grant = { token: 't', participant: 'ada-1', url: '/', room: 'r1' };
const inside: JoinAnswer = { is: 'inside', grant };
const waiting: JoinAnswer = { is: 'waiting', participant: 'ada-1', why: 'lobby' };
const away: JoinAnswer = { is: 'away' };
const refused = (code: string): JoinAnswer => ({ is: 'refused', problem: { kind: 'refused', status: 403, code, title: '', detail: '' } });

class FakeConnector implements Connector {
  tells: ((input: JoinInput) => void)[] = [];
  grants: Grant[] = [];
  disconnects = 0;
  connect(granted: Grant, tell: (input: JoinInput) => void): Promise<void> {
    this.grants.push(granted);
    this.tells.push(tell);
    tell({ on: 'connected' });
    return Promise.resolve();
  }
  disconnect(): Promise<void> {
    this.disconnects++;
    return Promise.resolve();
  }
}

function setUp(answers: JoinAnswer[], overrides: Partial<JoinApi> = {}, drivers: Partial<Drivers> = {}) {
  const connector = new FakeConnector();
  const api = {
    join: vi.fn<JoinApi['join']>(overrides.join ?? (() => Promise.resolve(answers.shift() ?? away))),
    token: vi.fn<JoinApi['token']>(() => Promise.resolve(answers.shift() ?? away)),
    leave: vi.fn<JoinApi['leave']>(() => Promise.resolve()),
  };
  let keys = 0;
  const join = driveJoin({ connector: () => Promise.resolve(connector), api, random: () => 0.5, newKey: () => `key-${++keys}`, ...drivers });
  return { connector, api, join, at: () => join.state.get().at };
}

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => void vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the join driver', () => {
  it('asks, connects and is live', async () => {
    const { join } = setUp([inside]);
    join.join(who);
    await vi.runAllTimersAsync();
    expect(join.state.get()).toEqual({ at: 'live', who, grant, room: 'r1' });
  });

  it('waits before it asks a server that is away again, with the same key', async () => {
    const { api, at, join } = setUp([away, inside]);
    join.join(who);
    await vi.advanceTimersByTimeAsync(499);
    expect(api.join).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(api.join.mock.calls.map(([, , key]) => key)).toEqual(['key-1', 'key-1']);
    expect(at()).toBe('live');
  });

  it('has another key when somebody asks once more', async () => {
    const { api, join } = setUp([refused('passcode_needed'), inside]);
    join.join(who);
    await settle();
    expect(join.state.get()).toEqual({ at: 'idle', passcode: 'needed' });
    join.join({ ...who, passcode: 'blue' });
    await settle();
    expect(api.join.mock.calls.map(([asked, , key]) => [asked.passcode, key])).toEqual([
      [undefined, 'key-1'],
      ['blue', 'key-2'],
    ]);
  });

  it('does not connect when the person left while the server was thinking', async () => {
    let answer: (value: JoinAnswer) => void = () => undefined;
    const { join, connector } = setUp([], { join: () => new Promise((resolve) => (answer = resolve)) });
    join.join(who);
    await vi.advanceTimersByTimeAsync(10);
    join.leave();
    answer(inside);
    await vi.runAllTimersAsync();
    expect(connector.tells).toHaveLength(0);
    expect(join.state.get()).toEqual({ at: 'ended', who, why: 'left' });
  });

  it('does not hear an old connection once a new one is made', async () => {
    const { at, join, connector } = setUp([inside]);
    join.join(who);
    await vi.runAllTimersAsync();
    connector.tells[0]?.({ on: 'dropped', why: null });
    await vi.runAllTimersAsync();
    expect(connector.tells).toHaveLength(2);
    connector.tells[0]?.({ on: 'dropped', why: 'removed' });
    expect(at()).toBe('live');
  });

  it('disconnects on leave', async () => {
    const { join, connector } = setUp([inside]);
    join.join(who);
    await vi.runAllTimersAsync();
    join.leave();
    await vi.runAllTimersAsync();
    expect(connector.disconnects).toBe(1);
  });

  it('says the page is outdated when the code of the call cannot be loaded', async () => {
    const { join } = setUp([inside], {}, { connector: () => Promise.reject(new Error('404')) });
    join.join(who);
    await vi.runAllTimersAsync();
    expect(join.state.get()).toEqual({ at: 'failed', who, problem: { kind: 'page-outdated' } });
  });

  it('waits to be let in, then gets its token and connects', async () => {
    const { api, at, join, connector } = setUp([waiting, inside]);
    join.join(who);
    await vi.runAllTimersAsync();
    expect(at()).toBe('waiting');
    expect(connector.grants).toEqual([]);
    join.tell({ on: 'admitted' });
    await vi.runAllTimersAsync();
    expect(api.token.mock.calls[0]?.slice(0, 2)).toEqual(['tea', 'ada-1']);
    expect(connector.grants).toEqual([grant]);
    expect(at()).toBe('live');
  });
});

describe('the place', () => {
  it('is kept while we are in or wait, so that a reload comes back to it', async () => {
    const first = setUp([waiting]);
    first.join.join(who);
    await settle();
    expect(places.get('tea')).toEqual({ participant: 'ada-1', name: 'Ada' });
    // The page is gone without a goodbye; another one begins.
    const second = setUp([inside]);
    second.join.join(who);
    await settle();
    expect(second.api.join.mock.calls[0]?.[1]).toBe('ada-1');
    expect(first.api.leave).not.toHaveBeenCalled();
  });

  it('is kept when the SDK leaves because the page goes, which may be a reload', async () => {
    const { api, at, join, connector } = setUp([inside]);
    join.join(who);
    await settle();
    connector.tells[0]?.({ on: 'dropped', why: 'left' });
    expect(at()).toBe('ended');
    expect(places.get('tea')).not.toBeNull();
    expect(api.leave).not.toHaveBeenCalled();
  });

  it('is given back by who leaves', async () => {
    const { api, join } = setUp([inside]);
    join.join(who);
    await settle();
    join.leave();
    expect(api.leave).toHaveBeenCalledExactlyOnceWith('tea', 'ada-1');
    expect(places.get('tea')).toBeNull();
  });

  it('is given back by who waits no longer', async () => {
    const { api, at, join } = setUp([waiting]);
    join.join(who);
    await settle();
    join.cancel();
    expect(at()).toBe('idle');
    expect(api.leave).toHaveBeenCalledExactlyOnceWith('tea', 'ada-1');
    expect(places.get('tea')).toBeNull();
  });

  it.each(['removed', 'banned', 'denied', 'closed'] as const)('is gone when we are %s', async (why) => {
    const { api, join } = setUp([inside]);
    join.join(who);
    await settle();
    join.tell({ on: 'turned-away', why });
    expect(places.get('tea')).toBeNull();
    expect(api.leave).not.toHaveBeenCalled();
  });

  it('is kept while the server is away', async () => {
    const { at, join } = setUp([]);
    places.keep('tea', { participant: 'ada-1', name: 'Ada' });
    join.join(who);
    await vi.runAllTimersAsync();
    expect(at()).toBe('failed');
    expect(places.get('tea')).not.toBeNull();
  });
});

describe('a place that was given away', () => {
  it('is asked for beside the call until there is an answer, and the call is not touched', async () => {
    const { api, join, connector, at } = setUp([inside, away, away, { is: 'busy' }, { is: 'inside', grant: { ...grant, token: 'newer' } }]);
    join.join(who);
    await settle();
    join.tell({ on: 'unseated' });
    await vi.runAllTimersAsync();
    expect(api.join).toHaveBeenCalledTimes(5);
    expect(new Set(api.join.mock.calls.slice(1).map(([, , key]) => key)).size).toBe(1);
    expect(connector.grants).toHaveLength(1);
    expect(connector.disconnects).toBe(0);
    expect(join.state.get()).toMatchObject({ at: 'live', grant: { token: 'newer' } });
    connector.tells[0]?.({ on: 'interrupted', what: 'signal' });
    expect(at()).toBe('repairing');
  });

  it('is not asked for any more once we left', async () => {
    const { api, join } = setUp([inside]);
    join.join(who);
    await settle();
    join.tell({ on: 'unseated' });
    await vi.advanceTimersByTimeAsync(5000);
    join.leave();
    const asked = api.join.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.join.mock.calls.length).toBe(asked);
  });
});

it('another room is connected to with a token for it', async () => {
  const there = { ...grant, token: 'b', room: 'b1' };
  const { join, connector } = setUp([inside, { is: 'inside', grant: there }]);
  join.join(who);
  await settle();
  join.tell({ on: 'misplaced' });
  await settle();
  expect(connector.grants).toEqual([grant, there]);
  expect(join.state.get()).toMatchObject({ at: 'live', room: 'b1' });
});
