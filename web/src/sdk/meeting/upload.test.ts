import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE_MS } from './client';
import { upload, type Sender, type Sending } from './upload';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const file = new File(['x'], 'Käse & Brot.txt', { type: 'text/plain' });

function setUp(...statuses: number[]) {
  const sent: Sending[] = [];
  const sender: Sender = (sending) => {
    sent.push(sending);
    return Promise.resolve({ status: statuses[Math.min(sent.length, statuses.length) - 1] ?? 0, body: { code: 'x' } });
  };
  const stop = new AbortController();
  const done = upload({ link: 'tea', file, participant: 'p1', key: 'k1', onProgress: () => undefined, signal: stop.signal }, sender);
  return { sent, done, stop };
}

describe('an upload', () => {
  it('says what it is, who sends it, and by which key it is known', async () => {
    const { sent, done } = setUp(201);
    expect(await done).toMatchObject({ ok: true, status: 201 });
    expect(sent[0]?.url).toBe('/api/v1/meetings/tea/files?name=K%C3%A4se+%26+Brot.txt');
    expect(sent[0]?.headers).toMatchObject({ 'content-type': 'text/plain', 'parley-participant': 'p1', 'idempotency-key': 'k1' });
  });

  it.each([0, 429, 502, 503])('is sent again after %i, with the same key', async (status) => {
    const { sent, done } = setUp(status, status, 201);
    await vi.runAllTimersAsync();
    expect(await done).toMatchObject({ ok: true });
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['k1', 'k1', 'k1']);
  });

  it.each([403, 409, 413, 415])('that is refused with %i is not sent again', async (status) => {
    const { sent, done } = setUp(status);
    expect(await done).toMatchObject({ ok: false, status });
    expect(sent).toHaveLength(1);
  });

  it('is given up when nothing moves for as long as patience lasts', async () => {
    const { done } = setUp(0);
    const began = performance.now();
    await vi.runAllTimersAsync();
    expect(await done).toMatchObject({ ok: false, refusal: { code: 'away' } });
    expect(performance.now() - began).toBeLessThanOrEqual(PATIENCE_MS);
  });

  it('ends when it is called off', async () => {
    const { done, stop } = setUp(0);
    const ended = expect(done).rejects.toThrow();
    stop.abort();
    await vi.runAllTimersAsync();
    await ended;
  });
});
