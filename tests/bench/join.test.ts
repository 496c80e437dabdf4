// How long until somebody who joins a running call is connected, hears and sees.
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, test } from 'vitest';
import { newRoom } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { Server } from '../harness/server.ts';
import { SignalClient, cannedOffer } from '../harness/signal_client.ts';
import { token } from '../harness/tokens.ts';
import { sleep } from '../harness/wait.ts';
import { median, page, quantile, report } from './report.ts';
import { Viewer } from './viewer.ts';

const JOINS = 15;
/** Publishers are asked for a keyframe once a second at most: nobody waits for it who joins after this. */
const APART_MS = 1200;
/** A libwebrtc client with LiveKit 1.11.0 on this kind of machine; not measured in this run. */
const LIVEKIT_CONNECTED_MS = 115;

let server: Server;

beforeAll(async () => {
  server = await Server.start({ name: 'bench-join' });
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

/** What the server alone takes: the WebSocket, the join response and the answer to an offer. */
async function signalingAlone(room: string, identity: string): Promise<number> {
  const options = { url: server.ws, token: await token(room, identity), v1: true, offer: cannedOffer() };
  const start = performance.now();
  const client = await SignalClient.connect(options);
  await client.wait('join');
  await client.wait('answer');
  const passed = performance.now() - start;
  await client.leave();
  return passed;
}

async function join(room: string, identity: string) {
  const viewer = new Viewer();
  const connected = await viewer.join(server.ws, await token(room, identity));
  const [sound, picture] = await Promise.all([viewer.firstSound, viewer.firstPicture]);
  await viewer.leave();
  return { connected, sound, picture };
}

test('join to first frame', { timeout: 120_000 }, async () => {
  const room = newRoom('join');
  const publisher = new NodeParticipant(1);
  await publisher.join(server.ws, await token(room, 'publisher'));
  await publisher.publish();
  await sleep(2000);
  // The first join of a process loads code that the others find loaded.
  await join(room, 'first');

  const signaling: number[] = [];
  const behind: number[] = [];
  const joins: Awaited<ReturnType<typeof join>>[] = [];
  for (let i = 0; i < JOINS; i++) {
    signaling.push(await signalingAlone(room, `signaling-${i}`));
    await sleep(APART_MS);
    joins.push(await join(room, `viewer-${i}`));
    behind.push((await join(room, `behind-${i}`)).picture);
  }
  await publisher.leave();

  const rows = [
    { name: 'signaling alone, until the answer', ms: signaling },
    { name: 'connected', ms: joins.map(({ connected }) => connected) },
    { name: 'first sound', ms: joins.map(({ sound }) => sound) },
    { name: 'first picture', ms: joins.map(({ picture }) => picture) },
    { name: 'first picture, right behind another', ms: behind },
  ];
  const connected = median(rows[1]!.ms);
  page([{ figure: 'a libwebrtc client is connected after', value: connected, unit: 'ms', against: LIVEKIT_CONNECTED_MS, what: 'LiveKit 1.11.0, elsewhere' }]);
  report(
    'join to first frame: libwebrtc (@livekit/rtc-node) into a room where one publishes, on loopback',
    [`median of ${JOINS}`, 'ms', 'p90', 'x connected'],
    rows.map(({ name, ms }) => [
      name,
      median(ms).toFixed(0),
      quantile(ms, 0.9).toFixed(0),
      (median(ms) / connected).toFixed(2),
    ]),
    [
      `LiveKit 1.11.0, elsewhere: connected in ${LIVEKIT_CONNECTED_MS} ms; this is ${(connected / LIVEKIT_CONNECTED_MS).toFixed(2)} of it`,
      '15 pictures a second are published: half the time between two is part of the wait for the first',
    ],
  );
});
