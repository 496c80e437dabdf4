import { describe, expect, it, vi } from 'vitest';
import { probe, type ProbeOptions } from './probe';

const granted = { token: 'T', url: '/' };
const ok = () => Promise.resolve(new Response('OK'));

function options(more: Partial<ProbeOptions> = {}): ProbeOptions {
  return {
    fetcher: vi.fn(ok),
    request: vi.fn(() => Promise.resolve(granted)),
    connect: vi.fn(() => Promise.resolve({ flows: true, rttMs: 20, detour: false })),
    ...more,
  };
}
const run = (more: Partial<ProbeOptions> = {}) => probe(options(more), new AbortController().signal);

describe('a probe', () => {
  it('asks for a token to a room of its own, and connects with it', async () => {
    const connect = vi.fn(() => Promise.resolve({ flows: true, rttMs: 20, detour: false }));
    expect(await run({ connect })).toBe('good');
    expect(connect).toHaveBeenCalledWith('ws://localhost:3000/', 'T', expect.anything());
  });

  it('says that media is blocked when signaling answers and no connection comes about', async () => {
    expect(await run({ connect: () => Promise.resolve({ flows: false, rttMs: null, detour: false }) })).toBe('blocked');
  });

  it('asks an absent server once, and for no token', async () => {
    const fetcher = vi.fn(() => Promise.reject(new TypeError('Failed to fetch')));
    const request = vi.fn();
    expect(await run({ fetcher, request })).toBe('away');
    expect(fetcher).toHaveBeenCalledTimes(1);
    expect(request).not.toHaveBeenCalled();
  });

  it('says nothing of media where the server gives no tokens', async () => {
    const connect = vi.fn();
    expect(await run({ connect, request: () => Promise.resolve(null) })).toBe('good');
    expect(connect).not.toHaveBeenCalled();
  });

  it('stops when nobody waits for it any more', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(probe(options({ fetcher: () => Promise.reject(new Error('aborted')) }), stop.signal)).rejects.toThrow();
  });
});
