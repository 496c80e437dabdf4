// Backends are told what happens: signed as LiveKit's own receiver verifies it, in order, at least once, whatever dies.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dispose } from '@livekit/rtc-node';
import { RoomServiceClient } from 'livekit-server-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { identityOf, newRoom } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { Server } from '../harness/server.ts';
import { SignalClient } from '../harness/signal_client.ts';
import { KEY, SECRET, token } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';
import { WebhookBackend } from '../harness/webhook_receiver.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-webhooks-'));

/** Signed by itself, for an address of ours. */
function certificate(address: string) {
  const [key, cert] = [path.join(folder, `${address}.key`), path.join(folder, `${address}.pem`)];
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=parley test', '-addext', `subjectAltName=IP:${address}`, '-keyout', key, '-out', cert],
  ], { stdio: 'ignore' });
  return { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
}

const trusted = certificate('127.0.0.1');
const misnamed = certificate('127.0.0.2');
const backend = new WebhookBackend();
const secure = new WebhookBackend(trusted);
/** Trusted as well, but as somebody else. */
const impostor = new WebhookBackend(misnamed);
const backends = [backend, secure, impostor];
let server: Server;

beforeAll(async () => {
  for (const each of backends) await each.up();
  // What is started here trusts these two alone.
  process.env.SSL_CERT_FILE = path.join(folder, 'trusted.pem');
  fs.writeFileSync(process.env.SSL_CERT_FILE, Buffer.concat([trusted.cert, misnamed.cert]));
  server = await Server.start({
    name: 'webhooks',
    config: ['room:', '  departure_timeout: 1s', 'webhook:', `  api_key: ${KEY}`, '  urls:', ...backends.map(({ url }) => `    - ${url}`)].join('\n'),
  });
});

beforeEach(() => {
  backend.status = () => 200;
});

afterAll(async () => {
  await server?.stop();
  for (const each of backends) await each.down();
  fs.rmSync(folder, { recursive: true });
  await dispose();
});

/** Somebody comes, is there and goes; cheap, since no media has to flow for these events. */
async function visit(room: string, identity: string) {
  const client = await SignalClient.connect({ url: server.ws, token: await token(room, identity) });
  await client.wait('join');
  await client.leave();
}

/** Rooms of a single visit each. */
async function visits(prefix: string, count: number): Promise<string[]> {
  const rooms = Array.from({ length: count }, (_, i) => newRoom(`${prefix}-${i}`));
  for (const room of rooms) await visit(room, 'guest');
  return rooms;
}

const VISIT = ['room_started', 'participant_connection_aborted', 'room_finished'];

async function allTold(rooms: readonly string[], timeoutMs = 30_000) {
  for (const room of rooms) {
    await until(`all of ${room} is told`, () => backend.names(room), (names) => names.includes('room_finished'), timeoutMs);
    expect(backend.names(room), room).toEqual(VISIT);
  }
  expect(backend.rejected).toEqual([]);
}

test('a call is told from its beginning to its end, signed, in order', async () => {
  const room = newRoom('told');
  const [ann, ben] = [new NodeParticipant(1), new NodeParticipant(2)];
  await new RoomServiceClient(server.http, KEY, SECRET).createRoom({ name: room, metadata: 'weekly', departureTimeout: 1 });
  await ann.join(server.ws, await token(room, identityOf(ann), { metadata: 'host' }));
  await until('ann is told of', () => backend.names(room).length, (n) => n === 2);
  await ben.join(server.ws, await token(room, identityOf(ben)));
  await ann.publish();
  await until('the tracks are told of', () => backend.names(room).filter((name) => name === 'track_published').length, (n) => n === 2);
  const published = [...ann.room.localParticipant!.trackPublications.values()];
  await ann.room.localParticipant!.unpublishTrack(published[0]!.sid!);
  await until('the end of the track is told', () => backend.names(room), (names) => names.includes('track_unpublished'));
  await visit(room, 'hesitant');
  const sids = [ann, ben].map(({ room: { localParticipant } }) => localParticipant!.sid);
  await ann.leave();
  await until('ann has left', () => backend.names(room), (names) => names.includes('participant_left'));
  await ben.leave();
  await until('the room is finished', () => backend.names(room), (names) => names.includes('room_finished'));

  const told = backend.of(room);
  expect(told.map(({ event, participant }) => `${event} ${participant?.identity ?? ''}`.trim())).toEqual([
    'room_started',
    'participant_joined p1',
    'participant_joined p2',
    'track_published p1',
    'track_published p1',
    'track_unpublished p1',
    'participant_connection_aborted hesitant',
    'track_unpublished p1',
    'participant_left p1',
    'participant_left p2',
    'room_finished',
  ]);
  expect(backend.rejected).toEqual([]);
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  const sid = told[0]!.room!.sid;
  for (const event of told) {
    expect(event.id).toMatch(/^EV_\w{12}$/);
    expect(Math.abs(Number(event.createdAt) - Date.now() / 1000)).toBeLessThan(60);
    expect(event.room!.sid).toBe(sid);
    expect(event.room!.metadata).toBe('weekly');
  }
  const [, joined] = told;
  expect([joined!.participant!.sid, joined!.participant!.metadata]).toEqual([sids[0], 'host']);
  const tracks = told.filter(({ event }) => event === 'track_published');
  expect(tracks.map(({ track }) => track!.sid)).toEqual(published.map(({ sid: track }) => track));
  expect(tracks[0]!.participant!.metadata, 'of who published, no more than who it is').toBe('');
  const { headers } = backend.received.find(({ event }) => event.id === told[0]!.id)!;
  expect(headers['content-type']).toBe('application/webhook+json');
  expect(headers['user-agent']).toBe('LiveKit');
});

test('certificates are verified', async () => {
  const [room] = await visits('tls', 1);
  await until('the one with a good certificate is told', () => secure.names(room!), (names) => names.includes('room_finished'));
  expect(secure.names(room!)).toEqual(VISIT);
  const name = `parley_webhook_failures_total{to="127.0.0.1:${impostor.port}",why="untrusted"}`;
  await until('the other is not believed', async () => (await server.metrics('app')).get(name) ?? 0);
  expect(impostor.requests).toBe(0);
});

test('a receiver that refuses or is down for a while gets everything, in order', async () => {
  backend.status = () => 500;
  const rooms = await visits('unwell', 3);
  await until('it was tried', () => backend.requests, (n) => n > 2);
  await backend.down();
  rooms.push(...(await visits('down', 3)));
  await sleep(4_000);
  expect(rooms.flatMap((room) => backend.names(room))).toEqual([]);
  backend.status = () => 200;
  await backend.up();
  await allTold(rooms, 60_000);
});

test('one room that a receiver cannot take does not hold up the others', async () => {
  const stuck = newRoom('stuck');
  backend.status = (event) => (event.room?.name === stuck ? 503 : 200);
  await visit(stuck, 'guest');
  const rooms = await visits('free', 3);
  await allTold(rooms);
  expect(backend.names(stuck)).toEqual([]);
  backend.status = () => 200;
  await allTold([stuck], 60_000);
});

test('nothing is lost when the deliverer, the bus, or both are killed', async () => {
  await backend.down();
  const rooms = await visits('killed', 2);
  const app = server.kill('app');
  rooms.push(...(await visits('no-app', 2)));
  await app.restarted;
  const bus = server.kill('nats-server');
  await bus.restarted;
  rooms.push(...(await until('joins work again', () => visits('new-bus', 1), Boolean, 20_000, 500)));
  await backend.up();
  const both = server.kill('nats-server');
  await server.kill('app').restarted;
  await both.restarted;
  rooms.push(...(await until('joins work again', () => visits('new-both', 1), Boolean, 20_000, 500)));
  await allTold(rooms, 60_000);
});

test('nothing is told twice without need, and nothing of it is in the log', async () => {
  const before = backend.received.length;
  const rooms = await visits('once', 3);
  await allTold(rooms);
  const app = server.kill('app');
  await app.restarted;
  await sleep(3_000);
  expect(backend.received.length - before, 'each event once, although the deliverer died after them').toBe(9);
  expect(server.log()).not.toContain('hunter2');
  const metrics = await until('the metrics answer', () => server.metrics('app'), (m) => m.size > 0);
  expect(metrics.get(`parley_webhook_waiting{to="127.0.0.1:${backend.port}"}`)).toBe(0);
});

test('rooms in which somebody tries their network are nobody’s: neither told of nor listed', async () => {
  const probe = await fetch(`${server.http}/api/v1/probe`, { method: 'POST' });
  const { room, token: pass } = (await probe.json()) as { room: string; token: string };
  expect(room).toMatch(/^parley-probe-\w+$/);
  const alone = new NodeParticipant(1);
  await alone.join(server.ws, pass);
  await alone.publish();
  const service = new RoomServiceClient(server.http, KEY, SECRET);
  const other = newRoom('beside-a-probe');
  await service.createRoom({ name: other, departureTimeout: 1 });
  expect((await service.listRooms()).map(({ name }) => name)).toContain(other);
  expect((await service.listRooms()).map(({ name }) => name)).not.toContain(room);
  expect(await service.listRooms([room])).toEqual([]);
  await alone.leave();
  // What comes after it has been told: so would have been what came before.
  await visit(other, 'guest');
  await until('the room beside it is told of', () => backend.names(other), (names) => names.includes('room_finished'));
  await sleep(2500);
  expect(backend.of(room)).toEqual([]);
}, 60_000);
