import { describe, expect, it, vi } from 'vitest';
import { readAnswer, requestJoin, socketUrl } from './api';

const who = { room: 'tea', name: 'Ada' };
const body = { token: 't', identity: 'ada-1', url: 'ws://meet.example:7880' };

describe('the answer to a join', () => {
  it('is a grant when it has a token and an identity', () => {
    expect(readAnswer(200, body)).toEqual({ ok: true, grant: body });
  });

  it('means this very origin when it names no address', () => {
    expect(readAnswer(200, { token: 't', identity: 'i' })).toMatchObject({ ok: true, grant: { url: '/' } });
  });

  it('keeps the words of the server when it says no', () => {
    const problem = { title: 'Room is locked', detail: 'Ask the host.', status: 403 };
    expect(readAnswer(403, problem)).toEqual({
      ok: false,
      problem: { kind: 'refused', status: 403, title: 'Room is locked', detail: 'Ask the host.' },
    });
  });

  it.each([null, 'oops', {}, { token: 7, identity: 'x' }])('is a refusal when 200 comes with %j', (nonsense) => {
    expect(readAnswer(200, nonsense)).toMatchObject({ ok: false, problem: { kind: 'refused', status: 200 } });
  });

  it.each([429, 502, 503])('means "try again" at status %i', (status) => {
    expect(readAnswer(status, null)).toEqual({ ok: false, problem: { kind: 'server-away' } });
  });
});

describe('asking to join', () => {
  it('sends room and name as JSON to the origin of the page', async () => {
    const fetcher = vi.fn<typeof fetch>(() => Promise.resolve(Response.json(body)));
    await requestJoin(who, new AbortController().signal, fetcher);
    const [url, init] = fetcher.mock.calls[0] ?? [];
    expect(url).toBe('/api/join');
    expect(JSON.parse(init?.body as string)).toEqual(who);
  });

  it('answers "server away" when nothing answers', async () => {
    const fetcher = vi.fn<typeof fetch>(() => Promise.reject(new TypeError('Failed to fetch')));
    const answer = await requestJoin(who, new AbortController().signal, fetcher);
    expect(answer).toEqual({ ok: false, problem: { kind: 'server-away' } });
  });

  it('is over, not away, when it was called off', async () => {
    const controller = new AbortController();
    controller.abort();
    const fetcher = vi.fn<typeof fetch>(() => Promise.reject(new DOMException('', 'AbortError')));
    await expect(requestJoin(who, controller.signal, fetcher)).rejects.toThrow();
  });
});

it.each([
  ['ws://a:7880', 'http://b/m/x', 'ws://a:7880/'],
  ['/', 'https://meet.example/m/x?name=a', 'wss://meet.example/'],
  ['http://a:1', 'http://b/', 'ws://a:1/'],
])('takes %s on %s to mean %s', (url, page, expected) => {
  expect(socketUrl(url, page)).toBe(expected);
});
