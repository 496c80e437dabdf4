// Whole servers under `parley load`: the processes on one core, the clients on the other.
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeEach, afterEach, expect, test } from 'vitest';
import { newRoom } from '../harness/call.ts';
import { type Result, startLoadUnder } from '../harness/load.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { sleep } from '../harness/wait.ts';
import { NoisyCamera } from './noisy_camera.ts';
import { median, page, report } from './report.ts';

const RUNS = 5;
const SERVER_CORE = '0';
const CLIENT_CORE = os.cpus().length > 1 ? '1' : '0';

let server: Server;
let pids: number[];

beforeEach(async () => {
  server = await Server.start({ name: 'bench-load', rtc: ['shards: 1'] });
  pids = [server.process('media').pid, server.process('signal').pid];
  for (const pid of pids) execFileSync('taskset', ['-apc', SERVER_CORE, String(pid)]);
});
afterEach(() => server.stop());
afterAll(dispose);

/** What is wrong with a run is in its result: a machine that is too busy is told, and does not end the others. */
async function load(...options: string[]): Promise<Result> {
  const { out, err } = await startLoadUnder(['taskset', '-c', CLIENT_CORE], server, '--suite', 'gcm', '--pid', pids.join(','), ...options).ended;
  expect(out, err).not.toBe('');
  return JSON.parse(out) as Result;
}

const media = (result: Result) => result.servers.find((one) => one.pid === pids[0])!;
const usOf = (result: Result) => (media(result).cpu_s * 1e6) / result.delivered.packets;
const perSecond = (result: Result) => result.delivered.packets / result.window_s;
const lostOf = (results: readonly Result[]) => results.reduce((sum, result) => sum + result.whole_run.lost, 0);

async function times(count: number, ...options: string[]): Promise<Result[]> {
  const out: Result[] = [];
  for (let i = 0; i < count; i++) out.push(await load('--duration', '4s', ...options));
  return out;
}

/** What most cases have in common, as a table. */
function table(title: string, results: readonly Result[], more: readonly (readonly string[])[] = []) {
  const each = (of: (result: Result) => number) => results.map(of);
  const row = (name: string, values: readonly number[], digits: number) => [
    name,
    median(values).toFixed(digits),
    Math.min(...values).toFixed(digits),
    Math.max(...values).toFixed(digits),
  ];
  report(
    title,
    [`runs: ${results.length}`, 'median', 'least', 'most'],
    [
      row('packets/s to subscribers', each(perSecond), 0),
      row('us of CPU per packet, parley media', each(usOf), 2),
      row('forwarding delay p50, ms', each((result) => result.forwarding_delay.p50_ms), 1),
      row('forwarding delay p99, ms', each((result) => result.forwarding_delay.p99_ms), 1),
      ...more,
    ],
    [`${lostOf(results)} packets lost in all`],
  );
}

test('400 subscribers, 100 000 packets a second', { timeout: 180_000 }, async () => {
  const results = await times(RUNS, 'livestream', '--packet-size', '1200', '--fps', '31', '--subscribers', '400', '--join-rate', '150');
  table('one publisher, 400 subscribers, frames of 8 x 1200 bytes', results);
  page([{ figure: '400 subscribers, 100 000 packets/s: forwarding delay p99', value: median(results.map((one) => one.forwarding_delay.p99_ms)), unit: 'ms', against: 3, what: 'wanted' }]);
});

test('10 speakers, 1000 listeners', { timeout: 180_000 }, async () => {
  const results = await times(RUNS, 'audio', '--publishers', '10', '--subscribers', '1000', '--join-rate', '250');
  table('10 speakers, 1000 listeners', results);
  page([
    { figure: 'sound, 10 speakers to 1000 listeners: CPU per packet', value: median(results.map(usOf)), unit: 'us', against: 1.6, what: 'wanted' },
    { figure: 'the same: packets lost', value: lostOf(results), unit: '', against: 0, what: 'wanted' },
  ]);
});

test('joining, 300 a second', { timeout: 120_000 }, async () => {
  const results = await times(RUNS, 'livestream', '--packet-size', '1200', '--frame-packets', '1', '--subscribers', '900', '--join-rate', '300');
  const cpu = results.map((one) => (one.joining_cpu_s * 1e3) / one.participants.joined);
  const p95 = results.map((one) => one.first_media.p95_ms);
  const refused = results.reduce((sum, one) => sum + one.participants.refused, 0);
  table('900 join one room at 300 a second', results, [
    ['ms of CPU per join, both processes', median(cpu).toFixed(2), Math.min(...cpu).toFixed(2), Math.max(...cpu).toFixed(2)],
    ['first whole frame after p95, ms', median(p95).toFixed(0), Math.min(...p95).toFixed(0), Math.max(...p95).toFixed(0)],
    ['refused', String(refused)],
  ]);
  page([
    { figure: 'joining: CPU of both processes', value: median(cpu), unit: 'ms', against: 1000 / 300, what: 'wanted: 300/s/core' },
    { figure: 'joining at 300/s: first media p95', value: median(p95), unit: 'ms', against: 500, what: 'wanted' },
  ]);
});

test('meeting of 50', { timeout: 120_000 }, async () => {
  const results = await times(3, 'meeting', '--publishers', '50', '--tiles', '25', '--join-rate', '20');
  const each = results.map((one) => (100 * media(one).cpu_s) / one.window_s / one.participants.joined);
  table('meeting of 50: sound and simulcast pictures, 25 tiles each', results, [
    ['% of a core per participant, parley media', median(each).toFixed(2), Math.min(...each).toFixed(2), Math.max(...each).toFixed(2)],
  ]);
  page([{ figure: 'meeting of 50: packets lost', value: lostOf(results), unit: '', against: 0, what: 'wanted' }]);
});

test('3000 in one room', { timeout: 120_000 }, async () => {
  const results = await times(1, 'livestream', '--packet-size', '1200', '--frame-packets', '1', '--fps', '10', '--subscribers', '3000', '--join-rate', '100');
  const [only] = results as [Result];
  table('one publisher, 3000 subscribers in one room, 10 packets of 1200 bytes a second', results, [
    ['memory per participant, KB', media(only).kb_per_participant.toFixed(0)],
    ['joined', String(only.participants.joined)],
  ]);
  page([{ figure: '3000 subscribers in one room: packets lost', value: lostOf(results), unit: '', against: 0, what: 'wanted' }]);
});

test('a camera of libwebrtc at 3 Mbit/s, 100 subscribers', { timeout: 120_000 }, async () => {
  const room = newRoom('libwebrtc');
  const camera = new NoisyCamera();
  await camera.join(server.ws, await token(room, 'camera'));
  await sleep(8000); // Until it believes that it may send as much.
  const results = await times(RUNS, 'livestream', '--publishers', '0', '--no-audio', '--room', room, '--subscribers', '100');
  await camera.leave();
  table('a camera of libwebrtc, 100 subscribers', results, [['packets/s of the camera', (median(results.map(perSecond)) / 100).toFixed(0)]]);
  page([{ figure: 'camera of libwebrtc to 100 subscribers: CPU per packet', value: median(results.map(usOf)), unit: 'us', against: 1.6, what: 'wanted' }]);
});
