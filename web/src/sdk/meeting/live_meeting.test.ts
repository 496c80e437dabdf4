import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from './client';
import { FakePlane } from './fake_plane';
import { AWAY_AFTER_MS, LiveMeeting } from './live_meeting';
import { aMe, aMessage, aParticipant, anyEvent, aState, dice, instant } from './testing';

function setUp() {
  const plane = new FakePlane();
  const { fetcher } = plane;
  const random = (): number => 0.5;
  let keys = 0;
  const newKey = (): string => `key-${++keys}`;
  const onUnseated = vi.fn();
  const client = new Client({ fetcher, random, newKey, now: () => Date.now() });
  const meeting = new LiveMeeting({ link: 'tea', client, fetcher, random, newKey, wallNow: () => Date.parse(instant(0)) - 5000, onUnseated });
  return { plane, meeting, view: () => meeting.view.get(), onUnseated };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a meeting', () => {
  it('is read, then followed from there', async () => {
    const { plane, meeting, view } = setUp();
    plane.state = aState({ seq: 7, participants: [aParticipant('p1')] });
    meeting.open('p1');
    await settle();
    expect(plane.asked.map(({ path }) => path)).toEqual(['/api/v1/meetings/tea/state', '/api/v1/meetings/tea/events']);
    expect(plane.asked[1]?.headers.get('last-event-id')).toBe('7');
    plane.happen({ on: 'participant', participant: aParticipant('p2') });
    await settle();
    expect(view().state?.participants.map(({ id }) => id)).toEqual(['p1', 'p2']);
    expect(view()).toMatchObject({ away: false, skew: 5000 });
  });

  it('is opened once by who asks twice', async () => {
    const { plane, meeting } = setUp();
    meeting.open('p1');
    meeting.open('p1');
    await settle();
    expect(plane.count('GET', /events$/)).toBe(1);
  });

  it('says that the plane is away when it stays away, and repairs itself', async () => {
    const { plane, meeting, view } = setUp();
    meeting.open('p1');
    await settle();
    plane.kill();
    await pass(AWAY_AFTER_MS - 1);
    expect(view().away).toBe(false);
    await pass(1);
    expect(view().away).toBe(true);
    expect(view().state).not.toBeNull();
    plane.happen({ on: 'participant', participant: aParticipant('p2') });
    plane.down = false;
    await pass(3000);
    expect(view().away).toBe(false);
    expect(view().state?.participants).toHaveLength(2);
  });

  it('does not speak of a plane that is back at once', async () => {
    const { plane, meeting, view } = setUp();
    const away = vi.fn();
    meeting.open('p1');
    await settle();
    meeting.view.subscribe(() => {
      if (view().away) away();
    });
    plane.breakStreams();
    await pass(10_000);
    expect(away).not.toHaveBeenCalled();
  });

  it('is read anew when too much was missed', async () => {
    const { plane, meeting, view } = setUp();
    meeting.open('p1');
    await settle();
    plane.kill();
    plane.happen({ on: 'timer', timer: null });
    plane.forgetLog();
    plane.state = { ...plane.state, meeting: { ...plane.state.meeting, title: 'Anew' } };
    plane.down = false;
    await pass(3000);
    expect(view().state).toMatchObject({ seq: 1, meeting: { title: 'Anew' } });
  });

  it('shows who waits only themselves, and everybody once they are let in', async () => {
    const { plane, meeting, view } = setUp();
    plane.state = aState({ seq: 2, me: aMe({ state: 'waiting', why: 'lobby' }), participants: [], lobby_message: 'Soon' });
    meeting.open('p1');
    await settle();
    expect(view().state).toMatchObject({ participants: [], lobby_message: 'Soon' });
    plane.state = { ...plane.state, me: aMe(), participants: [aParticipant('p1'), aParticipant('p2')] };
    plane.happen({ on: 'me', me: aMe() });
    await settle();
    expect(view().state?.participants).toHaveLength(2);
    expect(plane.count('GET', /state$/)).toBe(2);
  });

  it.each([401, 403, 404])('says once that the server knows us no longer (%i), and stops', async (status) => {
    const { plane, meeting, onUnseated } = setUp();
    meeting.open('p1');
    await settle();
    plane.before = () => new Response('', { status });
    plane.breakStreams();
    await pass(60_000);
    expect(onUnseated).toHaveBeenCalledTimes(1);
    const asked = plane.asked.length;
    plane.before = () => null;
    await pass(60_000);
    expect(plane.asked).toHaveLength(asked);
    meeting.open('p1');
    await settle();
    expect(plane.open).toBe(1);
  });

  it('does not hammer a server whose state makes no sense', async () => {
    const { plane, meeting } = setUp();
    plane.before = ({ path }) => (path.endsWith('/state') ? Response.json({ hello: 1 }) : null);
    meeting.open('p1');
    await pass(60_000);
    expect(plane.count('GET', /state$/)).toBeLessThan(40);
  });

  it('is silent once it is closed', async () => {
    const { plane, meeting, view } = setUp();
    meeting.open('p1');
    await settle();
    meeting.close();
    expect(plane.open).toBe(0);
    await pass(60_000);
    expect(plane.asked).toHaveLength(2);
    expect(view().state).toBeNull();
  });

  it('lets reactions fly for a moment, and a broadcast stand until it is put away', async () => {
    const { plane, meeting, view } = setUp();
    meeting.open('p1');
    await settle();
    plane.ephemeral({ on: 'reaction', participant: 'p2', emoji: '🎉' });
    plane.happen({ on: 'broadcast', text: 'Five minutes', from_name: 'Ada' });
    await settle();
    expect(view().reactions).toMatchObject([{ participant: 'p2', emoji: '🎉' }]);
    await pass(5000);
    expect(view().reactions).toEqual([]);
    expect(view().broadcast).toEqual({ text: 'Five minutes', from_name: 'Ada' });
    meeting.dismissBroadcast();
    plane.breakStreams();
    await pass(3000);
    expect(view().broadcast).toBeNull();
  });
});

describe('a command', () => {
  it('is one operation of the API, and says how it went', async () => {
    const { plane, meeting } = setUp();
    meeting.open('p1');
    await settle();
    expect(await meeting.setLocked(true)).toEqual({ ok: true });
    expect(plane.asked.at(-1)).toMatchObject({ method: 'PUT', path: '/api/v1/meetings/tea/lock', body: { locked: true } });
    expect(plane.asked.at(-1)?.headers.get('parley-participant')).toBe('p1');
    plane.before = () => Response.json({ code: 'forbidden', title: 'No', detail: 'Only hosts' }, { status: 403 });
    expect(await meeting.remove('p2', true)).toEqual({ ok: false, refusal: { code: 'forbidden', title: 'No', detail: 'Only hosts' } });
  });

  const all: [string, (meeting: LiveMeeting) => Promise<unknown>, string, string, unknown][] = [
    ['admit all', (m) => m.admit(), 'POST', '/lobby/admit', {}],
    ['admit one', (m) => m.admit(['p2']), 'POST', '/lobby/admit', { participants: ['p2'] }],
    ['rename', (m) => m.rename('Eve'), 'PATCH', '/participants/p1', { name: 'Eve' }],
    ['settings', (m) => m.setSettings({ passcode: null }), 'PATCH', '', { passcode: null }],
    ['restrict', (m) => m.restrict('p2', { microphone: true }), 'PUT', '/participants/p2/restrictions', { microphone: true }],
    ['lower a hand', (m) => m.lowerHand('p2'), 'DELETE', '/participants/p2/hand', null],
    ['close a poll', (m) => m.setPollState('x/y', 'closed'), 'POST', '/polls/x%2Fy/close', {}],
    ['plan breakouts', (m) => m.planBreakouts([{ name: 'A', participants: ['p2'] }], null, true), 'PUT', '/breakouts', { rooms: [{ name: 'A', participants: ['p2'] }], may_hop: true }],
    ['move', (m) => m.moveTo('p1', null), 'PUT', '/participants/p1/breakout', { breakout: null }],
    ['answer', (m) => m.answerQuestion('q', ''), 'POST', '/questions/q/answer', {}],
  ];
  it.each(all)('%s', async (_name, run, method, path, body) => {
    const { plane, meeting } = setUp();
    meeting.open('p1');
    await settle();
    expect(await run(meeting)).toEqual({ ok: true });
    expect(plane.asked.at(-1)).toMatchObject({ method, path: `/api/v1/meetings/tea${path}`, body });
  });

  it('waits for a plane that is being restarted', async () => {
    const { plane, meeting } = setUp();
    meeting.open('p1');
    await settle();
    plane.kill();
    const done = meeting.raiseHand(true);
    await pass(3000);
    plane.down = false;
    await pass(3000);
    expect(await done).toEqual({ ok: true });
  });
});

describe('chat', () => {
  it('is there once, however often its answer is lost', async () => {
    const { plane, meeting, view } = setUp();
    meeting.open('p1');
    await settle();
    plane.loseAnswers = 3;
    const sent = meeting.send(' Hello ', null, null);
    expect(view().chat.sending).toMatchObject([{ text: 'Hello', failed: false }]);
    await pass(10_000);
    expect(await sent).toEqual({ ok: true });
    expect(plane.messages.map(({ text }) => text)).toEqual(['Hello']);
    expect(view().chat).toMatchObject({ sending: [], unread: 0, messages: [{ text: 'Hello' }] });
  });

  it('that failed is sent again with the same key, so that nothing is said twice', async () => {
    const { plane, meeting, view } = setUp();
    meeting.open('p1');
    await settle();
    plane.loseAnswers = Infinity;
    const sent = meeting.send('Hello', 'p2', 'm0');
    await pass(20_000);
    expect(await sent).toMatchObject({ ok: false, refusal: { code: 'away' } });
    const [failed] = view().chat.sending;
    expect(failed).toMatchObject({ text: 'Hello', to: 'p2', failed: true });
    plane.loseAnswers = 0;
    expect(await meeting.resend(failed?.key ?? '')).toEqual({ ok: true });
    expect(plane.messages).toHaveLength(1);
    expect(view().chat.sending).toEqual([]);
  });

  it('is read page by page, once each', async () => {
    const { plane, meeting, view } = setUp();
    plane.messages.push(...Array.from({ length: 120 }, (_, i) => aMessage(`m${i}`, i)));
    meeting.open('p1');
    await settle();
    await meeting.loadChat();
    await meeting.loadChat();
    expect(view().chat).toMatchObject({ more: true, loading: false });
    expect(view().chat.messages.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, i) => `m${i + 70}`));
    await Promise.all([meeting.loadOlder(), meeting.loadOlder()]);
    await meeting.loadOlder();
    await meeting.loadOlder();
    expect(view().chat.more).toBe(false);
    expect(view().chat.messages).toHaveLength(120);
    expect(plane.count('GET', /chat/)).toBe(3);
  });

  it('counts what is unread, and looks again after a gap', async () => {
    const { plane, meeting, view } = setUp();
    meeting.open('p1');
    await settle();
    await meeting.loadChat();
    plane.happen({ on: 'message', message: aMessage('a', 1) });
    await settle();
    expect(view().chat.unread).toBe(1);
    meeting.chatSeen();
    expect(view().chat.unread).toBe(0);
    plane.kill();
    plane.happen({ on: 'message', message: aMessage('b', 2) });
    plane.messages.push(aMessage('a', 1, { text: '', deleted: true }), aMessage('b', 2));
    plane.forgetLog();
    plane.down = false;
    await pass(3000);
    expect(view().chat.messages).toMatchObject([{ id: 'a', deleted: true }, { id: 'b' }]);
  });
});

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

it.each(SEEDS)('through broken streams, silence, restarts and lost logs the page ends where the server is (seed %i)', async (seed) => {
  const roll = dice(seed * 31);
  const { plane, meeting, view } = setUp();
  meeting.open('p1');
  for (let step = 0; step < 60; step++) {
    const now = roll();
    if (now < 0.55) plane.happen(anyEvent(roll, step));
    else if (now < 0.65) plane.breakStreams();
    else if (now < 0.7) plane.fallSilent();
    else if (now < 0.75) plane.kill();
    else if (now < 0.8) plane.forgetLog();
    else plane.down = false;
    await pass(roll() * 2000);
  }
  plane.down = false;
  await pass(40_000);
  expect(view().state).toEqual({ ...plane.state, now: view().state?.now });
  expect(view().away).toBe(false);
  meeting.close();
});
