import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from './client';
import { DOOR_MS, DoorWatch } from './door';

const plate = { link: 'tea', title: 'Tea', type: 'meeting', state: 'on', has_passcode: false, is_locked: false, host_is_here: true, people: [{ name: 'Ada' }], count: 1 };

function setUp(reply: () => Promise<Response> = () => Promise.resolve(Response.json(plate))) {
  const fetcher = vi.fn<typeof fetch>(reply);
  let visible = true;
  const watch = new DoorWatch('tea', new Client({ fetcher }), () => visible);
  return { watch, fetcher, look: (now: boolean) => (visible = now) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the door', () => {
  it('is looked at at once, then every few seconds, and drawn again only when it changed', async () => {
    const { watch, fetcher } = setUp();
    const drawn = vi.fn();
    watch.door.subscribe(drawn);
    watch.start();
    watch.start();
    await vi.advanceTimersByTimeAsync(2 * DOOR_MS);
    expect(fetcher).toHaveBeenCalledTimes(3);
    expect(fetcher.mock.calls[0]?.[0]).toBe('/api/v1/meetings/tea');
    expect(watch.door.get()).toEqual(plate);
    expect(drawn).toHaveBeenCalledTimes(1);
  });

  it('is not looked at by who does not look, nor by who has gone', async () => {
    const { watch, fetcher, look } = setUp();
    watch.start();
    await vi.advanceTimersByTimeAsync(0);
    look(false);
    await vi.advanceTimersByTimeAsync(10 * DOOR_MS);
    expect(fetcher).toHaveBeenCalledTimes(1);
    look(true);
    await vi.advanceTimersByTimeAsync(DOOR_MS);
    expect(fetcher).toHaveBeenCalledTimes(2);
    watch.stop();
    await vi.advanceTimersByTimeAsync(10 * DOOR_MS);
    expect(fetcher).toHaveBeenCalledTimes(2);
  });

  it('stays as it was while the server is away', async () => {
    const replies = [Response.json(plate), new Response('', { status: 502 })];
    const { watch } = setUp(() => (replies.length > 0 ? Promise.resolve(replies.shift() as Response) : Promise.reject(new TypeError('gone'))));
    watch.start();
    await vi.advanceTimersByTimeAsync(5 * DOOR_MS);
    expect(watch.door.get()).toEqual(plate);
  });

  it('leads nowhere when the server says so, not when a proxy does', async () => {
    const { watch } = setUp(() => Promise.resolve(Response.json({ code: 'not_found' }, { status: 404 })));
    watch.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.door.get()).toBe('nowhere');
  });
});
