// Meetings by their REST API and event stream, against people who ignore the page: a raw script beside a raw SDK.
import { RoomEvent, TrackSource, dispose } from '@livekit/rtc-node';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Json, MeetingClient } from '../harness/meeting_client.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

let server: Server;
let meetings = 0;

beforeAll(async () => {
  server = await Server.start({ name: 'meetings' });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

const somebody = (name: string, link: string) => new MeetingClient(server.http, link, name);

/** A host who is inside a meeting of theirs. */
async function hosted(settings: Json = {}): Promise<MeetingClient> {
  const host = somebody('Host', '');
  const made = await host.raw('POST', '/meetings', { title: `Meeting ${(meetings += 1)}`, lobby: 'nobody', join_before_host: true, ...settings });
  expect(made.status).toBe(201);
  host.link = made.body.link as string;
  await host.enter();
  return host;
}

async function arrive(host: MeetingClient, name: string): Promise<MeetingClient> {
  const one = somebody(name, host.link);
  await one.enter();
  return one;
}

async function inMedia(client: MeetingClient, id: number): Promise<NodeParticipant> {
  const participant = new NodeParticipant(id);
  await participant.join(server.ws, client.token);
  return participant;
}

const sourcesOf = (viewer: NodeParticipant, identity: string) =>
  [...(viewer.room.remoteParticipants.get(identity)?.trackPublications.values() ?? [])].map(({ source }) => source);

/** Whether a token opens the door of the media plane. */
const opens = async (token: string) => {
  const response = await fetch(`${server.http}/rtc/validate?access_token=${token}`);
  return response.status === 200;
};

test('who waits in the lobby sees nothing of the meeting, and comes in when somebody lets them in', async () => {
  const host = await hosted({ lobby: 'everybody' });
  const heard = host.listen();
  const gus = somebody('Gus', host.link);
  const plate = await gus.raw('GET', `/meetings/${host.link}`);
  expect([plate.body.people, plate.body.count, plate.body.host_is_here]).toEqual([null, null, true]);

  const { body } = await gus.join();
  expect([body.state, body.why, body.token]).toEqual(['waiting', 'lobby', undefined]);
  const waiting = gus.listen();
  expect((await heard.seen('lobby', (lobby) => lobby.waiting.length === 1)).waiting[0].name).toBe('Gus');
  const state = await gus.state();
  expect([state.participants, state.lobby, state.me.state]).toEqual([[], null, 'waiting']);
  for (const [method, path] of [['POST', '/token'], ['GET', '/chat'], ['PUT', '/hand'], ['POST', '/reactions']] as const) {
    expect(await gus.outcome(method, path, method === 'GET' ? undefined : {}), path).not.toBe('ok');
  }
  await host.do('PUT', '/lobby/message', { text: 'Two minutes' });
  expect((await waiting.seen('lobby_message')).text).toBe('Two minutes');
  await host.do('POST', '/chat', { text: 'not for the lobby' });
  expect(await somebody('Eve', host.link).outcome('GET', '/state')).toBe('401 no_session');

  await host.do('POST', '/lobby/admit', { participants: [gus.participant] });
  await waiting.seen('me', (me) => me.state === 'inside');
  await waiting.seen('reset');
  const inside = await inMedia(gus, 1).catch(() => null);
  expect(inside, 'no token before it is asked for').toBeNull();
  await gus.renew();
  const gusInMedia = await inMedia(gus, 1);
  expect(gusInMedia.room.localParticipant?.identity).toBe(gus.participant);
  expect(waiting.of('message')).toEqual([]);
  await gusInMedia.leave();

  const eve = somebody('Eve', host.link);
  await eve.join();
  const turnedAway = eve.listen();
  await host.do('POST', '/lobby/deny', { participants: [eve.participant] });
  await turnedAway.seen('me', (me) => me.state === 'denied');
  expect(await eve.outcome('POST', '/token')).toBe('403 not_inside');
  [heard, waiting, turnedAway].forEach((stream) => stream.close());
}, 60_000);

test('a hard mute holds against a client that ignores its page', async () => {
  const host = await hosted();
  const ben = await arrive(host, 'Ben');
  const [hostInMedia, benInMedia] = [await inMedia(host, 1), await inMedia(ben, 2)];
  await benInMedia.publish();
  await until('both tracks of ben are known', () => sourcesOf(hostInMedia, ben.participant), (sources) => sources.length === 2, 15_000);
  const before = ben.token;

  await host.do('PUT', `/participants/${ben.participant}/restrictions`, { microphone: true });
  await until('the microphone of ben is gone', () => sourcesOf(hostInMedia, ben.participant), (sources) => !sources.includes(TrackSource.SOURCE_MICROPHONE), 10_000);
  expect(sourcesOf(hostInMedia, ben.participant), 'the camera stays').toContain(TrackSource.SOURCE_CAMERA);
  // Again, past the page: refused by the media plane.
  await Promise.race([benInMedia.publish().catch(() => undefined), sleep(3000)]);
  await sleep(500);
  expect(sourcesOf(hostInMedia, ben.participant)).not.toContain(TrackSource.SOURCE_MICROPHONE);
  await benInMedia.leave();
  // Neither the token of before helps, nor another tab, nor a reload.
  expect(await opens(before)).toBe(false);
  const tab = ben.tab('Benjamin');
  await tab.enter();
  expect((await tab.state()).me).toMatchObject({ hard_muted: true });
  const tabInMedia = await inMedia(tab, 2);
  await Promise.race([tabInMedia.publish().catch(() => undefined), sleep(3000)]);
  await sleep(500);
  expect(sourcesOf(hostInMedia, tab.participant)).not.toContain(TrackSource.SOURCE_MICROPHONE);

  await host.do('PUT', `/participants/${tab.participant}/restrictions`, { microphone: false });
  expect((await tab.state()).me.capabilities).toContain('unmute_self');
  await Promise.all([hostInMedia.leave(), tabInMedia.leave()]);
}, 60_000);

test('a viewer publishes nothing, a removed one is out, a banned one stays out under a new name', async () => {
  const host = await hosted();
  const [ben, cat] = [await arrive(host, 'Ben'), await arrive(host, 'Cat')];
  await host.do('PUT', `/participants/${cat.participant}/role`, { role: 'viewer' });
  await sleep(1100); // A token of the second in which the role changed counts as one of before.
  await cat.renew();
  const hostInMedia = await inMedia(host, 1);
  const catInMedia = await inMedia(cat, 3);
  await Promise.race([catInMedia.publish().catch(() => undefined), sleep(3000)]);
  await sleep(300);
  expect(sourcesOf(hostInMedia, cat.participant)).toEqual([]);
  expect(await cat.outcome('POST', '/chat', { text: 'hi' })).toBe('403 forbidden');

  const benInMedia = await inMedia(ben, 2);
  const out = new Promise((resolve) => benInMedia.room.once(RoomEvent.Disconnected, resolve));
  const heard = ben.listen();
  const token = ben.token;
  await host.do('POST', `/participants/${ben.participant}/remove`, { ban: true });
  await out;
  await heard.seen('me', (me) => me.state === 'banned');
  expect(await opens(token)).toBe(false);
  for (const again of [ben, ben.tab('Somebody else'), ben.withoutSession('Another')]) {
    const { status, body } = await again.join();
    expect([status, body.code], again.name).toEqual([403, 'banned']);
  }
  const { items } = (await host.call('GET', '/bans')).body;
  await host.do('DELETE', `/bans/${items[0].id}`);
  expect((await ben.tab().join()).body.state, 'lifted, but removed: somebody lets them in').toBe('waiting');
  heard.close();
  await Promise.all([hostInMedia.leave(), catInMedia.leave()]);
}, 60_000);

test('what is written to one person is seen by nobody else, and a vote counts once', async () => {
  const host = await hosted();
  const [ben, cat] = [await arrive(host, 'Ben'), await arrive(host, 'Cat')];
  const catHears = cat.listen();
  const benHears = ben.listen();
  const secret = await host.do('POST', '/chat', { text: 'only for ben', to: ben.participant });
  await benHears.seen('message', (message) => message.text === 'only for ben');
  expect((await cat.call('GET', '/chat')).body.items).toEqual([]);
  expect(await cat.outcome('PATCH', `/chat/${secret.id}`, { text: 'mine' })).toBe('404 not_found');
  expect(await cat.outcome('DELETE', `/chat/${secret.id}`)).toBe('404 not_found');
  expect(await cat.outcome('POST', '/chat', { text: 're', reply_to: secret.id })).not.toBe('ok');

  const poll = await host.do('POST', '/polls', { question: 'Tea?', kind: 'single', options: ['Yes', 'No'], anonymous: false });
  await host.do('POST', `/polls/${poll.id}/open`);
  const vote = (who: MeetingClient, choice: number) => who.outcome('PUT', `/polls/${poll.id}/vote`, { choices: [choice] });
  expect(await vote(cat, 0)).toBe('ok');
  const tab = cat.tab('Cat again');
  await tab.enter();
  expect(await vote(tab, 0)).toBe('ok');
  expect(await vote(ben, 1)).toBe('ok');
  const [seen] = (await host.state()).polls;
  expect([seen.voters, seen.options.map(({ votes }: Json) => votes)]).toEqual([2, [1, 1]]);
  expect(catHears.of('message')).toEqual([]);
  expect((await cat.state()).polls[0].options[0].votes, 'not shared yet').toBeNull();
  [catHears, benHears].forEach((stream) => stream.close());
}, 30_000);

test('who was there says how it was, once, also after the end; the host reads it without names', async () => {
  const host = await hosted();
  const [ben, cat] = [await arrive(host, 'Ben'), await arrive(host, 'Cat')];
  const rate = (who: MeetingClient, rating: Json) => who.outcome('PUT', '/rating', rating);
  expect(await rate(ben, { stars: 1, reasons: ['sound', 'connection'], text: 'It broke off.' })).toBe('ok');
  const tab = ben.tab('Ben again');
  await tab.enter();
  expect(await rate(tab, { stars: 2, reasons: ['sound'], text: 'It broke off, then came back.' })).toBe('ok');
  await cat.do('POST', '/leave');
  expect(await rate(cat, { stars: 5 })).toBe('ok');
  await host.do('POST', '/end');
  expect(await rate(host, { stars: 4 })).toBe('ok');
  for (const wrong of [{ stars: 6 }, { stars: 0 }, { stars: 2.5 }, {}, { stars: 3, reasons: ['weather'] }, { stars: 3, text: 'x'.repeat(501) }]) {
    expect(await rate(cat, wrong), JSON.stringify(wrong)).toBe('400 bad_input');
  }
  const ratings = await host.do('GET', '/ratings');
  expect(ratings).toEqual({ count: 3, average: 11 / 3, reasons: { sound: 1, picture: 0, connection: 0, other: 0 }, texts: ['It broke off, then came back.'] });
  expect(JSON.stringify(ratings)).not.toMatch(/Ben|Cat/);
  expect(await ben.outcome('GET', '/ratings')).toBe('403 forbidden');
  const stranger = somebody('Stranger', host.link);
  stranger.participant = cat.participant;
  expect(await rate(stranger, { stars: 1 })).toBe('401 no_session');
}, 30_000);

test('bad input is named, and changes nothing', async () => {
  const host = await hosted();
  const wrong = async (method: string, path: string, body: Json) => {
    const { status, body: answer } = await host.call(method, path, body);
    return [status, answer.code, answer.member ?? ''];
  };
  expect(await wrong('PUT', '/lock', { locked: 'yes' })).toEqual([400, 'bad_input', 'locked']);
  expect(await wrong('PUT', '/lock', { locked: true, more: 1 })).toEqual([400, 'bad_input', 'more']);
  expect(await wrong('POST', '/polls', { question: 'q', kind: 'single', options: ['a', 7], anonymous: false })).toEqual([400, 'bad_input', 'options[1]']);
  expect(await wrong('POST', '/join', { name: 'a\u0000b' })).toEqual([400, 'bad_input', 'name']);
  expect(await wrong('POST', '/join', { name: '   ' })).toEqual([400, 'bad_input', 'name']);
  const foreign = await host.call('PUT', '/lock', { locked: true }, { origin: 'https://evil.example' });
  expect([foreign.status, foreign.body.code]).toEqual([403, 'foreign_origin']);
  expect((await host.state()).meeting.is_locked).toBe(false);
  expect((await host.call('GET', '/chat?limit=x')).status).toBe(400);
  expect((await host.call('GET', '/chat?unknown=1')).status).toBe(400);
  const unknown = await host.raw('PUT', '/session');
  expect([unknown.status, unknown.body.code]).toEqual([405, 'not_allowed']);
});

test('what was acknowledged survives kill -9, nothing is doubled, and streams go on where they broke', async () => {
  const host = await hosted();
  const ben = await arrive(host, 'Ben');
  const stream = ben.listen();
  await stream.seen('hello');
  const key = randomUUID();
  const send = (text: string, id: string) => host.call('POST', '/chat', { text }, { 'Idempotency-Key': id });
  expect((await send('one', key)).status).toBe(201);
  await stream.seen('message', ({ text }) => text === 'one');
  const last = stream.last;

  const { restarted } = server.kill('app');
  const acknowledged = ['one'];
  // Goes on writing through the death, as a page does: the same key until there is an answer.
  for (const text of ['two', 'three', 'four', 'five']) {
    const id = randomUUID();
    await until(`"${text}" is acknowledged`, async () => (await send(text, id).catch(() => ({ status: 0 }))).status, (status) => status === 201, 20_000, 50);
    acknowledged.push(text);
  }
  await restarted;
  expect((await send('one', key)).status, 'the key of before the death').toBe(201);
  expect((await send('another text', key)).body.code).toBe('key_used_before');
  await until('the old stream has ended', () => stream.ended, Boolean);

  const again = ben.listen(last);
  await again.seen('message', ({ text }) => text === 'five');
  expect(again.of('message').map(({ text }) => text)).toEqual(acknowledged.slice(1));
  expect(again.of('reset')).toEqual([]);
  const { items } = (await ben.call('GET', '/chat')).body;
  expect(items.map(({ text }: Json) => text).reverse()).toEqual(acknowledged);
  expect((await ben.state()).me.state).toBe('inside');
  again.close();
}, 60_000);

test('what one does is seen by the others at once', async () => {
  const host = await hosted();
  const [ben, cat] = [await arrive(host, 'Ben'), await arrive(host, 'Cat')];
  const stream = cat.listen();
  await stream.seen('hello');
  const took: number[] = [];
  for (let i = 0; i < 20; ++i) {
    const raised = i % 2 === 0;
    const count = stream.of('participant').length;
    const began = performance.now();
    await ben.do('PUT', '/hand', { raised });
    await until('the hand is seen', () => stream.of('participant').length, (n) => n > count, 5000, 2);
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  console.log(`a hand is seen by another after ${took[10]!.toFixed(0)} ms (median), ${took[18]!.toFixed(0)} ms (p95)`);
  const count = stream.of('reaction').length;
  await ben.do('POST', '/reactions', { emoji: '🎉' });
  await until('the reaction is seen', () => stream.of('reaction').length, (n) => n > count);
  expect(stream.of('reaction').at(-1)).toEqual({ participant: ben.participant, emoji: '🎉' });
  stream.close();
}, 30_000);

test('who is called back while still on the way to a breakout room comes back', async () => {
  const host = await hosted();
  const [ben, cat] = [await arrive(host, 'Ben'), await arrive(host, 'Cat')];
  const [here, ...others] = await Promise.all([inMedia(host, 1), inMedia(ben, 2), inMedia(cat, 3)]);
  const together = () => [...here.room.remoteParticipants.keys()].sort();
  const both = [ben.participant, cat.participant].sort().join();
  await until('all are together', together, (ids) => ids.join() === both);
  for (const pause of [0, 20, 60, 120, 250, 500]) {
    await host.do('PUT', '/breakouts', { rooms: [{ name: 'One', participants: [ben.participant] }, { name: 'Two', participants: [cat.participant] }] });
    await host.do('POST', '/breakouts/open');
    await sleep(pause);
    await host.do('POST', '/breakouts/close', { seconds: 0 });
    // Who was not yet gone when called back is not seen to leave; who was comes again. Nobody is elsewhere for long.
    await sleep(500);
    await until(`all are together again, called back after ${pause} ms`, together, (ids) => ids.join() === both);
  }
  await Promise.all([here, ...others].map((one) => one.leave()));
}, 90_000);
