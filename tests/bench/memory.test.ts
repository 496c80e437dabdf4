// What a participant costs the server in memory: one who only listens in on the room, and one to whom sound
// and picture of a publisher go.
import { dispose } from '@livekit/rtc-node';
import { afterAll, test } from 'vitest';
import { newRoom } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { type Memory, memoryOf } from '../harness/processes.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { sleep } from '../harness/wait.ts';
import { page, report } from './report.ts';
import { Viewer } from './viewer.ts';

const PEOPLE = 40;
/** In the room before counting starts: what the first one brings is not what one more costs. */
const BEFORE = 2;
/** Until histories and windows have the size that they keep. */
const SETTLE_MS = 4000;
const LIVEKIT_SUBSCRIBER_KB = 2000;

const PLANES = ['media', 'signal'] as const;
type Usage = Record<(typeof PLANES)[number], Memory>;

afterAll(dispose);

const namesOf = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`);

function usageOf(server: Server): Usage {
  return { media: memoryOf(server.process('media').pid), signal: memoryOf(server.process('signal').pid) };
}

async function enter(server: Server, room: string, names: readonly string[]): Promise<Viewer[]> {
  const viewers: Viewer[] = [];
  // One after the other: the clients share a process, and together they take three times as long.
  for (const name of names) {
    const viewer = new Viewer();
    await viewer.join(server.ws, await token(room, name));
    viewers.push(viewer);
  }
  return viewers;
}

/** A server of its own for each kind: memory that one has given back would make the other look cheap. */
async function measure(kind: 'idle' | 'subscribed'): Promise<{ before: Usage; after: Usage }> {
  const server = await Server.start({ name: `bench-memory-${kind}` });
  const room = newRoom(kind);
  const publisher = new NodeParticipant(1);
  if (kind === 'subscribed') {
    await publisher.join(server.ws, await token(room, 'publisher'));
    await publisher.publish();
  }
  const settled = async (viewers: readonly Viewer[]) => {
    if (kind === 'subscribed') await Promise.all(viewers.flatMap((viewer) => [viewer.firstSound, viewer.firstPicture]));
    await sleep(SETTLE_MS);
    return usageOf(server);
  };
  const first = await enter(server, room, namesOf('first', BEFORE));
  const before = await settled(first);
  const others = await enter(server, room, namesOf('other', PEOPLE));
  const after = await settled(others);
  await Promise.all([...first, ...others].map((viewer) => viewer.leave()));
  if (kind === 'subscribed') await publisher.leave();
  await server.stop();
  return { before, after };
}

function rowsOf(kind: string, { before, after }: { before: Usage; after: Usage }): string[][] {
  const each = PLANES.map((plane) => ({
    plane,
    resident: (after[plane].residentKb - before[plane].residentKb) / PEOPLE,
    own: (after[plane].privateKb - before[plane].privateKb) / PEOPLE,
    start: before[plane].residentKb,
  }));
  return each.map(({ plane, resident, own, start }) => [
    `${plane}, per ${kind} participant`,
    resident.toFixed(0),
    own.toFixed(0),
    (start / 1024).toFixed(1),
  ]);
}

test('memory per participant', { timeout: 120_000 }, async () => {
  const idle = await measure('idle');
  const subscribed = await measure('subscribed');
  const sumOf = ({ before, after }: typeof idle) => PLANES.reduce((kb, plane) => kb + after[plane].privateKb - before[plane].privateKb, 0) / PEOPLE;
  const sum = sumOf(subscribed);
  page([
    { figure: 'memory of an idle participant, both processes', value: sumOf(idle), unit: 'KB', against: 100, what: 'wanted' },
    { figure: 'memory of a subscribed participant, both processes', value: sum, unit: 'KB', against: 300, what: 'wanted' },
  ]);
  report(
    `memory: ${PEOPLE} libwebrtc clients (@livekit/rtc-node); idle, or with sound and picture of one publisher`,
    ['growth per participant', 'RSS KB', 'private KB', 'start MB'],
    [...rowsOf('idle', idle), ...rowsOf('subscribed', subscribed)],
    [
      `LiveKit 1.11.0: ${LIVEKIT_SUBSCRIBER_KB} KB per subscriber; both planes together this is ${(sum / LIVEKIT_SUBSCRIBER_KB).toFixed(2)} of it`,
    ],
  );
});
