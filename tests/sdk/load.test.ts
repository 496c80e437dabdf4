// The load generator against a whole server: every shape on both paths, nothing lost; and its publishers as a
// real decoder sees and hears them.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ParticipantInfo_State } from '@livekit/protocol';
import { dispose } from '@livekit/rtc-node';
import { RoomServiceClient } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newRoom } from '../harness/call.ts';
import { type Result, load, spotless, startLoad } from '../harness/load.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { toneHz } from '../harness/pattern.ts';
import { LOGS } from '../harness/paths.ts';
import { BINARY, Server } from '../harness/server.ts';
import { KEY, SECRET, token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

let server: Server;

beforeAll(async () => {
  server = await Server.start({ name: 'load' });
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

const SHAPES: Record<string, string[]> = {
  livestream: ['--subscribers', '6'],
  meeting: ['--publishers', '4', '--tiles', '2'],
  audio: ['--publishers', '3', '--subscribers', '6'],
  churn: ['--subscribers', '6', '--join-rate', '3'],
  webinar: ['--publishers', '2', '--subscribers', '4'],
};

describe.each(['--v1', '--v0'])('%s', (path) => {
  test.each(Object.keys(SHAPES))('%s: all are in, nothing is lost', async (shape) => {
    const result = await load(server, shape, path, '--duration', '4s', '--room', newRoom(shape), ...SHAPES[shape]!);
    spotless(result);
    if (shape !== 'churn') expect(result.tracks.silent).toBe(0);
    // A camera beyond the tiles may have shown a frame before it was said that it is one.
    if (shape === 'meeting') expect(result.tracks.with_media).toBeGreaterThanOrEqual(result.tracks.expected);
    else if (shape !== 'churn') expect(result.tracks.with_media).toBe(result.tracks.expected);
    if (shape !== 'meeting') expect(result.first_media.count).toBeGreaterThan(0);
  });
});

test.each(['--v1', '--v0'])('a room over several shards, %s: each stream crosses, and nothing is lost', async (path) => {
  const apart = await Server.start({ name: 'load-apart', rtc: ['shards: 3', 'small_room: 0'] });
  try {
    const result = await load(apart, 'webinar', path, '--publishers', '3', '--subscribers', '6', '--duration', '4s');
    spotless(result);
    expect(result.tracks).toMatchObject({ with_media: result.tracks.expected, silent: 0 });
    const metrics = await apart.metrics('media');
    const piped = [...metrics].filter(([name]) => name.startsWith('parley_shard_piped_received_total')).map(([, value]) => value);
    expect(piped).toHaveLength(3);
    for (const packets of piped) expect(packets).toBeGreaterThan(100);
  } finally {
    await apart.stop();
  }
});

/** More than 20 000 packets of sound a second of one shard: they wait for each other. */
const MANY_SPEAKERS = ['audio', '--publishers', '12', '--subscribers', '50', '--duration', '4s'];

test.skipIf(process.env.PARLEY_GSO === 'off')('sound of many speakers to many listeners comes in trains, and all of it', async () => {
  const one = await Server.start({ name: 'load-speakers', rtc: ['shards: 1'] });
  const sent = async () => {
    const metrics = await one.metrics('media');
    const sum = (name: string) => [...metrics].filter(([key]) => key.startsWith(name)).reduce((total, [, value]) => total + value, 0);
    return { datagrams: sum('parley_shard_datagrams_sent_total'), trains: sum('parley_shard_trains_sent_total') };
  };
  try {
    spotless(await load(one, ...MANY_SPEAKERS));
    const { datagrams, trains } = await sent();
    expect(datagrams / trains).toBeGreaterThan(1.5);
  } finally {
    await one.stop();
  }
});

test('without anything that only makes it faster it does the same', async () => {
  const slow = await Server.start({ name: 'load-slow', environment: { PARLEY_GSO: 'off', PARLEY_GRO: 'off', PARLEY_IPSEC_MB: 'off' } });
  try {
    spotless(await load(slow, ...MANY_SPEAKERS, '--room', newRoom('speakers')));
    for (const suite of ['gcm', 'cm']) {
      spotless(await load(slow, 'webinar', '--publishers', '2', '--subscribers', '10', '--suite', suite, '--duration', '4s', '--room', newRoom(suite)));
    }
  } finally {
    await slow.stop();
  }
});

test.each(['h264', 'av1'])('%s', async (codec) => {
  spotless(await load(server, 'livestream', '--codec', codec, '--subscribers', '2', '--duration', '4s', '--room', newRoom(codec)));
});

test('equal packets, either suite, and what the server spends on them', async () => {
  const { pid } = server.process('media');
  for (const suite of ['gcm', 'cm']) {
    const result = await load(server,
      'livestream', '--packet-size', '1200', '--fps', '25', '--subscribers', '5', '--suite', suite,
      '--duration', '4s', '--room', newRoom(suite), '--pid', `${pid}`, '--threads', '2',
    );
    spotless(result);
    // 8 packets in each of 25 frames a second, to each of five.
    expect(result.delivered.packets).toBeGreaterThan(0.9 * 8 * 25 * 5 * 4);
    expect(result.servers[0]!.pid).toBe(pid);
    expect(result.us_per_packet).toBeGreaterThan(0);
    expect(result.servers[0]!.resident_kb).toBeGreaterThan(1000);
  }
});

test.each(['vp8', 'h264'])('libwebrtc sees and hears a publisher of %s', async (codec) => {
  const room = newRoom('seen');
  const running = startLoad(server, 'livestream', '--codec', codec, '--subscribers', '1', '--duration', '60s', '--room', room);
  const viewer = new NodeParticipant(1);
  await viewer.join(server.ws, await token(room, 'viewer'));
  const identity = await until('the publisher is there', () =>
    [...viewer.room.remoteParticipants.keys()].find((name) => name.startsWith('publisher-0')), Boolean, 20_000);
  const first = await until('a picture', () => viewer.sees(identity!), (seen) => seen.id === 0, 20_000);
  await until('it moves', () => viewer.sees(identity!), (seen) => seen.id === 0 && seen.frame !== first.frame, 10_000);
  await until('the tone', () => viewer.hears(identity!), (heard) => Math.abs(heard.peakHz - toneHz(0)) <= 15 && heard.energy > 0.01, 15_000);
  await viewer.leave();
  running.child.kill('SIGINT');
  const { code, out } = await running.ended;
  const result = JSON.parse(out) as Result;
  expect(result.interrupted).toBe(true);
  expect(result.whole_run.lost).toBe(0);
  expect(code).toBe(0);
});

test('with tokens of somebody else; who is sent into another room goes there', async () => {
  const [room, elsewhere] = [newRoom('tokens'), newRoom('elsewhere')];
  const file = path.join(LOGS, 'load-tokens');
  fs.writeFileSync(file, (await Promise.all(['ann', 'bob', 'cid'].map((who) => token(room, who)))).join('\n'));
  const running = startLoad(server, 'livestream', '--subscribers', '2', '--duration', '60s', '--tokens', file);
  const service = new RoomServiceClient(server.http, KEY, SECRET);
  const active = async (where: string) => (await service.listParticipants(where).catch(() => []))
    .filter(({ state }) => state === ParticipantInfo_State.ACTIVE).map(({ identity }) => identity).sort();
  await until('all are there', () => active(room), (all) => all.join() === 'ann,bob,cid', 10_000);
  await service.moveParticipant(room, 'bob', elsewhere);
  await until('one is in the other room', () => active(elsewhere), (all) => all.join() === 'bob', 10_000);
  expect(await active(room)).toEqual(['ann', 'cid']);
  running.child.kill('SIGINT');
  const result = JSON.parse((await running.ended).out) as Result;
  expect(result.participants).toMatchObject({ asked: 3, refused: 0, dropped: 0, sent_on: 1 });
});

test('fewer tokens than participants are an error that says so', async () => {
  const file = path.join(LOGS, 'load-tokens');
  fs.writeFileSync(file, 'one');
  const { code, err } = await startLoad(server, 'livestream', '--subscribers', '2', '--tokens', file).ended;
  expect([code, err]).toEqual([78, 'parley load: there are 1 tokens for 3 participants\n']);
});

test('who cannot join is a failure, and why is said', async () => {
  const child = spawn(BINARY, ['load', 'livestream', '--url', server.ws, '--api-key', 'nobody', '--api-secret', 'x'.repeat(32),
    '--subscribers', '1', '--duration', '1s']);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(1);
  expect(out).toContain('refused: 401');
  expect(err).toContain('2 of 2 participants did not get in');
});
