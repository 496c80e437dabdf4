import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Numbered } from './events';
import { FakePlane } from './fake_plane';
import { follow, SILENCE_MS, type StreamOptions } from './stream';
import { dice, instant } from './testing';

function setUp(more: Partial<StreamOptions> = {}) {
  const plane = new FakePlane();
  const heard: Numbered[] = [];
  let lastId = 0;
  const onBroken = vi.fn();
  const stop = new AbortController();
  const ended = follow(
    {
      url: '/api/v1/meetings/tea/events',
      participant: 'p1',
      lastId: () => lastId,
      onEvent: (event) => {
        heard.push(event);
        lastId = event.id ?? lastId;
      },
      onBroken,
      fetcher: plane.fetcher,
      random: () => 0.5,
      now: () => Date.now(),
      ...more,
    },
    stop.signal,
  );
  const numbers = () => heard.map(({ id }) => id).filter((id) => id !== null);
  const say = (text: string) => plane.happen({ on: 'lobby_message', text });
  return { plane, heard, numbers, say, onBroken, stop, ended };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the stream of events', () => {
  it('begins with hello and tells what happens, with its number', async () => {
    const { plane, heard, say } = setUp();
    await settle();
    say('Soon ☕');
    plane.ephemeral({ on: 'reaction', participant: 'p2', emoji: '👏' });
    await settle();
    expect(heard).toEqual([
      { id: null, event: { on: 'hello', seq: 0, now: instant(0) } },
      { id: 1, event: { on: 'lobby_message', text: 'Soon ☕' } },
      { id: null, event: { on: 'reaction', participant: 'p2', emoji: '👏' } },
    ]);
    expect(plane.asked[0]?.headers.get('parley-participant')).toBe('p1');
    expect(plane.asked[0]?.headers.get('accept')).toBe('text/event-stream');
  });

  it('goes on where it broke, with nothing missing and nothing twice', async () => {
    const { plane, numbers, say, onBroken } = setUp();
    await settle();
    say('1');
    await settle();
    plane.kill();
    say('2');
    say('3');
    await pass(4000);
    expect(onBroken.mock.calls.length).toBeGreaterThan(2);
    plane.down = false;
    await pass(2500);
    expect(plane.asked.at(-1)?.headers.get('last-event-id')).toBe('1');
    expect(numbers()).toEqual([1, 2, 3]);
  });

  it('is opened anew when it is silent for too long, and not because nothing happens', async () => {
    const { plane, numbers, say } = setUp();
    await settle();
    for (let i = 0; i < 5; i++) {
      await pass(SILENCE_MS - 1000);
      plane.ephemeral({ on: 'hello', seq: 0, now: '' });
    }
    expect(plane.asked).toHaveLength(1);
    plane.fallSilent();
    say('1');
    await pass(SILENCE_MS + 1000);
    expect(plane.asked).toHaveLength(2);
    expect(numbers()).toEqual([1]);
  });

  it.each([401, 403, 404])('is over at status %i', async (status) => {
    const { plane, ended } = setUp();
    await settle();
    plane.before = () => new Response('', { status });
    plane.breakStreams();
    await pass(1000);
    expect(await ended).toBe(status);
    await pass(60_000);
    expect(plane.asked).toHaveLength(2);
  });

  it.each([
    ['a proxy without its server', () => new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })],
    ['a page where a stream should be', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['a server with an error', () => new Response('', { status: 500 })],
    ['a limit', () => new Response('', { status: 429 })],
  ])('is tried again after %s', async (_what, reply) => {
    const { plane, numbers, say } = setUp();
    await settle();
    plane.before = reply;
    plane.breakStreams();
    await pass(10_000);
    expect(plane.asked.length).toBeGreaterThan(4);
    plane.before = () => null;
    say('1');
    await pass(2500);
    expect(numbers()).toEqual([1]);
  });

  it('is asked for later each time, and from the start again after it was whole', async () => {
    const { plane } = setUp();
    await settle();
    await pass(6000);
    plane.kill();
    const began = plane.asked.length;
    await pass(249);
    expect(plane.asked.length).toBe(began);
    await pass(1 + 500 + 1000 + 2000);
    expect(plane.asked.length).toBe(began + 4);
    plane.down = false;
    await pass(2000 + 6000);
    plane.kill();
    const again = plane.asked.length;
    await pass(250);
    expect(plane.asked.length).toBe(again + 1);
  });

  it('is left alone when it is called off', async () => {
    const { plane, stop, ended } = setUp();
    await settle();
    stop.abort();
    expect(await ended).toBeNull();
    expect(plane.open).toBe(0);
    await pass(60_000);
    expect(plane.asked).toHaveLength(1);
  });

  it('gives up an event that never ends', async () => {
    let sent = 0;
    const endless: typeof fetch = () => {
      const body = new ReadableStream<Uint8Array>({
        pull: (stream) => {
          sent += 1_000_000;
          stream.enqueue(new TextEncoder().encode(sent === 1_000_000 ? `data: ${'x'.repeat(999_994)}` : 'x'.repeat(1_000_000)));
        },
      });
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    };
    const { onBroken, stop } = setUp({ fetcher: endless });
    await pass(100);
    expect(onBroken).toHaveBeenCalledTimes(1);
    expect(sent).toBeLessThan(8_000_000);
    stop.abort();
  });
});

const SEEDS = Array.from({ length: 50 }, (_, i) => i + 1);

it.each(SEEDS)('whatever breaks when, every number comes, in its turn (seed %i)', async (seed) => {
  const roll = dice(seed);
  const { plane, numbers, say, stop } = setUp({ random: roll });
  let total = 0;
  for (let step = 0; step < 60; step++) {
    const now = roll();
    if (now < 0.5) say(`${++total}`);
    else if (now < 0.6) plane.breakStreams();
    else if (now < 0.65) plane.fallSilent();
    else if (now < 0.7) plane.kill();
    else if (now < 0.9) plane.down = false;
    await pass(roll() * 3000);
  }
  plane.down = false;
  await pass(SILENCE_MS + 5000);
  expect(numbers()).toEqual(Array.from({ length: total }, (_, i) => i + 1));
  stop.abort();
});
