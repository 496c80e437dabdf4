import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JoinAnswer } from './api';
import { driveJoin, type Connector, type Drivers } from './drive';
import type { JoinInput } from './machine';

const who = { room: 'tea', name: 'Ada' };
const grant = { token: 't', identity: 'ada-1', url: '/' };
const granted: JoinAnswer = { ok: true, grant };
const away: JoinAnswer = { ok: false, problem: { kind: 'server-away' } };

class FakeConnector implements Connector {
  tells: ((input: JoinInput) => void)[] = [];
  disconnects = 0;
  connect(_grant: typeof grant, tell: (input: JoinInput) => void): Promise<void> {
    this.tells.push(tell);
    tell({ on: 'connected' });
    return Promise.resolve();
  }
  disconnect(): Promise<void> {
    this.disconnects++;
    return Promise.resolve();
  }
}

function setUp(answers: JoinAnswer[], overrides: Partial<Drivers> = {}) {
  const connector = new FakeConnector();
  const request = vi.fn(() => Promise.resolve(answers.shift() ?? away));
  const join = driveJoin({ connector: () => Promise.resolve(connector), request, random: () => 0.5, ...overrides });
  return { connector, request, join };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the join driver', () => {
  it('asks, connects and is live', async () => {
    const { join } = setUp([granted]);
    join.join(who);
    await vi.runAllTimersAsync();
    expect(join.state.get()).toEqual({ at: 'live', who, grant });
  });

  it('waits before it asks a server that is away again', async () => {
    const { join, request } = setUp([away, granted]);
    join.join(who);
    await vi.advanceTimersByTimeAsync(499);
    expect(request).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(request).toHaveBeenCalledTimes(2);
    expect(join.state.get().at).toBe('live');
  });

  it('does not connect when the person left while the server was thinking', async () => {
    let answer: (value: JoinAnswer) => void = () => undefined;
    const { join, connector } = setUp([], { request: () => new Promise((resolve) => (answer = resolve)) });
    join.join(who);
    await vi.advanceTimersByTimeAsync(10);
    join.leave();
    answer(granted);
    await vi.runAllTimersAsync();
    expect(connector.tells).toHaveLength(0);
    expect(join.state.get()).toEqual({ at: 'ended', who, why: 'left' });
  });

  it('does not hear an old connection once a new one is made', async () => {
    const { join, connector } = setUp([granted]);
    join.join(who);
    await vi.runAllTimersAsync();
    connector.tells[0]?.({ on: 'dropped', why: null });
    await vi.runAllTimersAsync();
    expect(connector.tells).toHaveLength(2);
    connector.tells[0]?.({ on: 'dropped', why: 'removed' });
    expect(join.state.get().at).toBe('live');
  });

  it('disconnects on leave', async () => {
    const { join, connector } = setUp([granted]);
    join.join(who);
    await vi.runAllTimersAsync();
    join.leave();
    await vi.runAllTimersAsync();
    expect(connector.disconnects).toBe(1);
  });

  it('says the page is outdated when the code of the call cannot be loaded', async () => {
    const { join } = setUp([granted], { connector: () => Promise.reject(new Error('404')) });
    join.join(who);
    await vi.runAllTimersAsync();
    expect(join.state.get()).toEqual({ at: 'failed', who, problem: { kind: 'page-outdated' } });
  });
});
