import { describe, expect, it, vi } from 'vitest';
import { Client } from '../meeting/client';
import { joinApi, readJoin, socketUrl } from './api';

const who = { room: 'tea time', name: 'Ada' };
const inside = { state: 'inside', participant: 'ada-1', token: 't', url: 'ws://meet.example:7880', room: 'r1' } as const;
const grant = { token: 't', participant: 'ada-1', url: 'ws://meet.example:7880', room: 'r1' };
const ok = <T>(body: T) => ({ ok: true, status: 200, body }) as const;
const signal = new AbortController().signal;

function setUp(reply: () => Promise<Response> = () => Promise.resolve(Response.json(inside))) {
  const fetcher = vi.fn<typeof fetch>(reply);
  const api = joinApi(new Client({ fetcher, newKey: () => 'own-key' }));
  const sent = () => {
    const [url, init] = fetcher.mock.calls[0] ?? [];
    const text = init?.body;
    return { url, init, headers: new Headers(init?.headers), body: typeof text === 'string' ? (JSON.parse(text) as unknown) : null };
  };
  return { api, sent, fetcher };
}

describe('the answer to a join', () => {
  it('is a grant when we are inside', () => {
    expect(readJoin(ok(inside))).toEqual({ is: 'inside', grant });
  });

  it('is a place to wait at', () => {
    expect(readJoin(ok({ state: 'waiting', participant: 'ada-1', why: 'host' }))).toEqual({ is: 'waiting', participant: 'ada-1', why: 'host' });
  });

  it('keeps the words of the server when it says no', () => {
    const refusal = { code: 'locked', title: 'Room is locked', detail: 'Ask the host.' };
    expect(readJoin({ ok: false, status: 403, refusal })).toEqual({ is: 'refused', problem: { kind: 'refused', status: 403, ...refusal } });
  });

  it.each([
    [0, 'away'],
    [408, 'away'],
    [502, 'away'],
    [503, 'away'],
    [504, 'away'],
    [429, 'busy'],
  ])('means "try again" at status %i', (status, is) => {
    expect(readJoin({ ok: false, status, refusal: { code: '', title: '', detail: '' } })).toEqual({ is });
  });
});

describe('asking to join', () => {
  it('sends name, passcode and who we were, with the key of the attempt', async () => {
    const { api, sent } = setUp();
    expect(await api.join({ ...who, passcode: 'blue' }, 'ada-1', 'k1', signal)).toEqual({ is: 'inside', grant });
    expect(sent().url).toBe('/api/v1/meetings/tea%20time/join');
    expect(sent().body).toEqual({ name: 'Ada', passcode: 'blue', participant: 'ada-1' });
    expect(sent().headers.get('idempotency-key')).toBe('k1');
  });

  it('says nothing of a passcode or a former self that are not there', async () => {
    const { api, sent } = setUp();
    await api.join(who, null, 'k1', signal);
    expect(sent().body).toEqual({ name: 'Ada' });
  });

  it('asks once: the machine has the patience, and shows it', async () => {
    const { api, fetcher } = setUp(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(await api.join(who, null, 'k1', signal)).toEqual({ is: 'away' });
    expect(fetcher).toHaveBeenCalledTimes(1);
  });

  it('is over, not away, when it was called off', async () => {
    const stop = new AbortController();
    stop.abort();
    const { api } = setUp(() => Promise.reject(new DOMException('', 'AbortError')));
    await expect(api.join(who, null, 'k1', stop.signal)).rejects.toThrow();
  });

  it('for a token alone is in the name of who has the place', async () => {
    const { api, sent } = setUp(() => Promise.resolve(Response.json({ state: 'inside', participant: 'ada-1', token: 't2', url: '/', room: 'b1' })));
    expect(await api.token('tea', 'ada-1', signal)).toEqual({ is: 'inside', grant: { token: 't2', participant: 'ada-1', url: '/', room: 'b1' } });
    expect(sent().headers.get('parley-participant')).toBe('ada-1');
  });
});

it('a goodbye goes out even while the page is closed', async () => {
  const { api, sent } = setUp(() => Promise.resolve(new Response(null, { status: 204 })));
  await api.leave('tea', 'ada-1');
  expect(sent()).toMatchObject({ url: '/api/v1/meetings/tea/leave', init: { method: 'POST', keepalive: true } });
  expect(sent().headers.get('parley-participant')).toBe('ada-1');
});

it.each([
  ['ws://a:7880', 'http://b/m/x', 'ws://a:7880/'],
  ['/', 'https://meet.example/m/x?name=a', 'wss://meet.example/'],
  ['http://a:1', 'http://b/', 'ws://a:1/'],
])('takes %s on %s to mean %s', (url, page, expected) => {
  expect(socketUrl(url, page)).toBe(expected);
});
