// Who may come in: keys that change while the server runs, people who were removed, and what tokens and presets
// say of a room.
import { dispose } from '@livekit/rtc-node';
import { RoomConfiguration } from '@livekit/protocol';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newRoom } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { Server } from '../harness/server.ts';
import { SignalClient, addressOf } from '../harness/signal_client.ts';
import { forge, goodClaims } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';

const FIRST = { id: 'APIfirst', secret: 'first-secret-first-secret-first-secret' };
const SECOND = { id: 'APIsecond', secret: 'second-secret-second-secret-second-sec' };
type Key = typeof FIRST;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-keys-'));
const keyFile = path.join(folder, 'keys.yaml');
const write = (text: string) => fs.writeFileSync(keyFile, text, { mode: 0o600 });
const writeKeys = (...keys: Key[]) => write(keys.map(({ id, secret }) => `${id}: ${secret}\n`).join(''));

let server: Server;
let backend: RoomServiceClient;

beforeAll(async () => {
  writeKeys(FIRST);
  server = await Server.start({
    name: 'keys',
    config: [
      `key_file: ${keyFile}`,
      'room:',
      '  room_configurations:',
      '    tiny: {max_participants: 1, metadata: "from the preset", empty_timeout: 77}',
    ].join('\n'),
  });
  backend = new RoomServiceClient(server.http, FIRST.id, FIRST.secret);
});

afterAll(async () => {
  await server?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
  await dispose();
});

async function tokenOf(key: Key, room: string, identity: string, change: (token: AccessToken) => void = () => {}) {
  const access = new AccessToken(key.id, key.secret, { identity, ttl: '10m' });
  access.addGrant({ roomJoin: true, room });
  change(access);
  return access.toJwt();
}

/** What a client sees that asks why it was not let in. */
async function validate(token: string): Promise<string> {
  const answer = await fetch(addressOf({ url: server.http, token }, '/validate'));
  return `${answer.status} ${await answer.text()}`;
}

const join = (token: string) => SignalClient.connect({ url: server.ws, token });
const attempt = (token: string) => join(token).then(() => 'joined', (error: Error) => error.message);

test('keys come and go while a call is on', { timeout: 60_000 }, async () => {
  const room = newRoom('keys');
  const ann = new NodeParticipant(1);
  await ann.join(server.ws, await tokenOf(FIRST, room, 'ann'));
  expect(await validate(await tokenOf(SECOND, room, 'ben'))).toMatch(/^401 .*not an API key/);

  writeKeys(FIRST, SECOND);
  await until('the second key is known', async () => validate(await tokenOf(SECOND, room, 'ben')), (said) => said === '200 success');
  expect(await validate(await tokenOf(FIRST, room, 'ben'))).toBe('200 success');

  write(`${SECOND.id}: [not a secret\n`);
  await until('the fault is counted', async () => (await server.metrics('signal')).get('parley_signal_key_reloads_total{outcome="failed"}'), (n) => n === 1);
  expect(await validate(await tokenOf(FIRST, room, 'ben')), 'the old keys stay').toBe('200 success');
  expect(server.log()).toMatch(/the old keys stay.*keys\.yaml:\d/);
  expect(server.log()).not.toContain(FIRST.secret);

  writeKeys(SECOND);
  await until('the first key is gone', async () => validate(await tokenOf(FIRST, room, 'ben')), (said) => said.startsWith('401'));
  expect(ann.room.isConnected, 'and the call goes on').toBe(true);
  const ben = new NodeParticipant(2);
  await ben.join(server.ws, await tokenOf(SECOND, room, 'ben'));
  await until('ann sees who came with the new key', () => [...ann.room.remoteParticipants.keys()], (all) => all.includes('ben'));
  await ben.leave();
  await ann.leave();

  writeKeys(FIRST);
  await until('the first key is back', async () => validate(await tokenOf(FIRST, room, 'ben')), (said) => said === '200 success');
});

test('who was removed stays removed, until the backend says otherwise', { timeout: 60_000 }, async () => {
  const room = newRoom('removed');
  const token = await tokenOf(FIRST, room, 'ann');
  const ann = await join(token);
  const { participant } = await ann.wait('join');
  const refreshed = await ann.wait('refreshToken');
  const other = await tokenOf(FIRST, room, 'ben');
  await backend.removeParticipant(room, 'ann');
  await ann.waitClosed();

  const refused = /^401 revoked token: its holder was removed from the room/;
  for (const stale of [token, refreshed]) {
    expect(await validate(stale)).toMatch(refused);
    expect(await attempt(stale)).toMatch(refused);
  }
  const resume = await fetch(`${server.http}/rtc/validate?access_token=${refreshed}&reconnect=1&sid=${participant!.sid}`);
  expect(resume.status, 'a resume is no way in either').toBe(401);
  const { iat: _, nbf: __, ...ageless } = goodClaims(room, 'ann');
  expect(await validate(forge({ ...ageless, iss: FIRST.id }, FIRST)), 'who does not say how old').toMatch(refused);

  expect(await validate(other), 'nobody else is concerned').toBe('200 success');
  expect(await validate(await tokenOf(FIRST, newRoom('elsewhere'), 'ann')), 'nor another room').toBe('200 success');
  // A token counts seconds; the one of the removal is over by now.
  await sleep(1100);
  const again = await join(await tokenOf(FIRST, room, 'ann'));
  await again.wait('join');
  expect(await validate(await again.wait('refreshToken'))).toBe('200 success');
  await again.leave();
  const counted = (await server.metrics('signal')).get('parley_signal_tokens_refused_total{why="revoked"}');
  expect(counted).toBeGreaterThanOrEqual(6);
  const bucket = fs.readFileSync(`${server.folder}/nats/jetstream/$G/streams/KV_parley-revocations/meta.inf`, 'utf8');
  expect(JSON.parse(bucket), 'the store forgets after a week').toMatchObject({ max_age: 7 * 24 * 3600 * 1e9 });
});

test('a backend may say which tokens it means', async () => {
  const room = newRoom('dated');
  const now = Math.floor(Date.now() / 1000);
  const aged = (age: number) => forge({ ...goodClaims(room, 'ann'), iss: FIRST.id, iat: now - age }, FIRST);
  const [old, young] = [aged(300), aged(100)];
  const ann = await join(young);
  await ann.wait('join');
  const admin = new AccessToken(FIRST.id, FIRST.secret);
  admin.addGrant({ roomAdmin: true, room });
  const remove = async (revoke_token_ts: number) => {
    const answer = await fetch(`${server.http}/twirp/livekit.RoomService/RemoveParticipant`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await admin.toJwt()}` },
      body: JSON.stringify({ room, identity: 'ann', revoke_token_ts }),
    });
    return answer.status;
  };
  expect(await remove(now - 200)).toBe(200);
  await ann.waitClosed();
  expect(await validate(old)).toMatch(/^401 revoked/);
  expect(await validate(young)).toBe('200 success');
  // Also somebody who is not there just now; and a date that stands is not taken back.
  expect(await remove(now - 50)).not.toBe(200);
  expect(await validate(young)).toMatch(/^401 revoked/);
  await remove(now - 200);
  expect(await validate(young)).toMatch(/^401 revoked/);
});

test('a token says how the room that it opens is to be', async () => {
  const room = newRoom('configured');
  const roomConfig = new RoomConfiguration({ maxParticipants: 7, metadata: 'from the token' });
  expect(await validate(await tokenOf(FIRST, room, 'ann', (token) => {
    token.roomConfig = roomConfig;
    token.roomPreset = 'tiny';
  }))).toBe('200 success');
  expect(await validate(await tokenOf(FIRST, room, 'ann', (token) => (token.roomPreset = 'huge')))).toBe(
    '400 roomPreset: there is no room preset named huge (room.room_configurations)');
  const claims = { ...goodClaims(room, 'ann'), iss: FIRST.id };
  for (const broken of ['tiny', ['tiny'], { maxParticipants: 'many' }]) {
    expect(await validate(forge({ ...claims, roomConfig: broken }, FIRST))).toBe(
      '401 invalid token: roomConfig is not a RoomConfiguration');
  }
});

test('CreateRoom takes from a preset what it leaves open', async () => {
  const call = async (body: object) => {
    const access = new AccessToken(FIRST.id, FIRST.secret);
    access.addGrant({ roomCreate: true });
    const answer = await fetch(`${server.http}/twirp/livekit.RoomService/CreateRoom`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await access.toJwt()}` },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const made = await call({ name: newRoom('preset'), room_preset: 'tiny', metadata: 'mine' });
  expect(made.status).toBe(200);
  expect(made.body).toMatchObject({ max_participants: 1, empty_timeout: 77, metadata: 'mine' });
  const refused = await call({ name: newRoom('preset'), room_preset: 'huge' });
  expect([refused.status, refused.body['code']]).toEqual([400, 'invalid_argument']);
});
