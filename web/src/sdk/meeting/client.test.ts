import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '../api/operations';
import { Client, newKey, PATIENCE_MS, readAnswer, retryAfterMs, retryDelayMs } from './client';

type Reply = () => Response;
const gone: Reply = () => {
  throw new TypeError('Failed to fetch');
};
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => () => Response.json(body, { status, headers });
const nothing: Reply = () => new Response(null, { status: 204 });
const proxy: Reply = () => new Response('<html>502 Bad Gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } });

/** Answers with these, one after the other, and the last one for ever. */
function setUp(...replies: Reply[]) {
  const fetcher = vi.fn<typeof fetch>(async () => {
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    await Promise.resolve();
    return (reply ?? gone)();
  });
  let keys = 0;
  const client = new Client({ fetcher, random: () => 0.5, now: () => Date.now(), newKey: () => `key-${++keys}` });
  const ask = client.ask.bind(client);
  const sent = (i: number) => {
    const init = fetcher.mock.calls[i]?.[1];
    return { ...init, headers: new Headers(init?.headers) };
  };
  return { ask, fetcher, sent };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function settled<T>(promise: Promise<T>): Promise<T> {
  await vi.runAllTimersAsync();
  return promise;
}

describe('an operation', () => {
  it('is asked as JSON, with who asks and from which tab', async () => {
    const { ask, fetcher, sent } = setUp(nothing);
    const answer = await settled(ask(api.raiseHand, { path: { link: 'tea' }, body: { raised: true }, participant: 'p1' }));
    expect(answer).toEqual({ ok: true, status: 204, body: null });
    expect(fetcher.mock.calls[0]?.[0]).toBe('/api/v1/meetings/tea/hand');
    expect(sent(0)).toMatchObject({ method: 'PUT', body: '{"raised":true}', credentials: 'same-origin', cache: 'no-store' });
    expect(sent(0).headers.get('parley-participant')).toBe('p1');
    expect(sent(0).headers.get('content-type')).toBe('application/json');
    expect(sent(0).headers.has('idempotency-key')).toBe(false);
  });

  it('tells the refusal in the words of the server', async () => {
    const { ask } = setUp(json(403, { type: 'x', title: 'Locked', status: 403, detail: 'Ask the host.', code: 'locked' }));
    expect(await settled(ask(api.createMeeting))).toEqual({
      ok: false,
      status: 403,
      refusal: { code: 'locked', title: 'Locked', detail: 'Ask the host.' },
    });
  });

  it('that only a proxy answers is away, not a crash', async () => {
    const { ask } = setUp(proxy);
    expect(await settled(ask(api.getSession))).toMatchObject({ ok: false, status: 502, refusal: { code: 'away', title: '' } });
  });

  it('that something else answers, and claims success, was not answered', async () => {
    const { ask, fetcher } = setUp(() => new Response('<html>Sign in to this network</html>', { status: 200 }), nothing);
    expect(await settled(ask(api.signOut))).toMatchObject({ ok: true });
    expect(fetcher).toHaveBeenCalledTimes(2);
  });

  it('that nobody answers is tried again with the same key, later each time, for as long as patience lasts', async () => {
    const { ask, fetcher, sent } = setUp(gone);
    const began = Date.now();
    const answer = await settled(ask(api.createMeeting, { body: {} }));
    expect(answer).toMatchObject({ ok: false, status: 0, refusal: { code: 'away' } });
    expect(Date.now() - began).toBeGreaterThan(PATIENCE_MS - 2500);
    expect(Date.now() - began).toBeLessThanOrEqual(PATIENCE_MS);
    const keys = fetcher.mock.calls.map((_, i) => sent(i).headers.get('idempotency-key'));
    expect(keys.length).toBeGreaterThan(5);
    expect(new Set(keys)).toEqual(new Set(['key-1']));
  });

  it.each([408, 425, 429, 502, 503, 504])('is tried again after status %i', async (status) => {
    const { ask, fetcher } = setUp(() => new Response('', { status }), json(200, { ok: 1 }));
    expect(await settled(ask(api.getSession))).toEqual({ ok: true, status: 200, body: { ok: 1 } });
    expect(fetcher).toHaveBeenCalledTimes(2);
  });

  it.each([400, 401, 403, 404, 409, 422, 500])('is not tried again after status %i', async (status) => {
    const { ask, fetcher } = setUp(() => new Response('', { status }));
    expect(await settled(ask(api.createMeeting))).toMatchObject({ ok: false, status });
    expect(fetcher).toHaveBeenCalledTimes(1);
  });

  it('waits for as long as the server wishes, and does not wait for what is too long', async () => {
    const { ask, fetcher } = setUp(json(429, {}, { 'retry-after': '3' }), nothing);
    const soon = ask(api.createMeeting);
    await vi.advanceTimersByTimeAsync(2999);
    expect(fetcher).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await soon).toMatchObject({ ok: true });
    const { ask: askLater, fetcher: later } = setUp(json(429, { code: 'too_many' }, { 'retry-after': '900' }));
    expect(await settled(askLater(api.createMeeting))).toMatchObject({ ok: false, status: 429, refusal: { code: 'too_many' } });
    expect(later).toHaveBeenCalledTimes(1);
  });

  it('that was deleted by a try whose answer was lost is deleted', async () => {
    const { ask } = setUp(gone, json(404, { code: 'not_found' }));
    expect(await settled(ask(api.signOut))).toMatchObject({ ok: true });
    const { ask: askOnce } = setUp(json(404, { code: 'not_found' }));
    expect(await settled(askOnce(api.signOut))).toMatchObject({ ok: false, status: 404 });
  });

  it('stops when it is called off', async () => {
    const { ask, fetcher } = setUp(gone);
    const stop = new AbortController();
    const asked = ask(api.getSession, { signal: stop.signal });
    const over = expect(asked).rejects.toThrow();
    await vi.advanceTimersByTimeAsync(100);
    stop.abort();
    await over;
    await vi.runAllTimersAsync();
    expect(fetcher).toHaveBeenCalledTimes(1);
  });
});

it('delays are spread by half their length, and bounded', () => {
  expect([1, 2, 3, 4, 9].map((attempt) => retryDelayMs(attempt, 0.5))).toEqual([250, 500, 1000, 2000, 2000]);
  expect(retryDelayMs(1, 0)).toBe(187.5);
  expect(retryDelayMs(1, 0.999)).toBeCloseTo(312.4, 0);
});

it.each([
  ['7', 7000],
  [null, 0],
  ['Fri, 31 Dec 1999 23:59:59 GMT', 0],
  ['-4', 0],
  ['99999999999', 0],
])('Retry-After %s is %i ms', (header, ms) => expect(retryAfterMs(header)).toBe(ms));

it.each([null, 'oops', 7, [], { code: 5, title: {}, detail: null }])('a refusal is one, whatever comes: %j', (body) => {
  expect(readAnswer(403, body)).toEqual({ ok: false, status: 403, refusal: { code: 'forbidden', title: '', detail: '' } });
});

it('keys are version 4 UUIDs, each another', () => {
  expect(newKey()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(newKey()).not.toBe(newKey());
});
