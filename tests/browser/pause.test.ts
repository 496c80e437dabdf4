// A viewer's network carries sound and no picture: the picture pauses, the viewer is told so, and sound goes on as if
// nothing were the matter. Sound of 24 kbit/s: what SDKs send by default, 48 kbit/s and all of it twice (RED), takes more
// than 60 kbit/s by itself.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { identityOf, join, newRoom, sees } from '../harness/call.ts';
import { hearing } from '../harness/hearing.ts';
import { Link } from '../harness/link.ts';
import { type Camera, SMALL } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

/** Small: browsers hold sound back until the picture that belongs to it is decoded, which is late on a busy machine. */
const CAMERA: Camera = { ...SMALL, grain: 24 };

let pages: PageServer;
let server: Server;
let sender: Participant;
let viewer: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({
    name: 'pause',
    rtc: ['congestion_control: { allow_pause: true }'],
  });
  [sender, viewer] = await Promise.all([
    chromiumParticipant(pages.url, 1, { camera: CAMERA, speaks: true }),
    chromiumParticipant(pages.url, 2),
  ]);
});

afterAll(async () => {
  await Promise.all([sender?.close(), viewer?.close()]);
  await server?.stop();
  await pages?.close();
});

/** When the viewer was told that of the sender's camera, in seconds from now. */
async function told(state: 'paused' | 'active', since: number) {
  const begin = performance.now();
  const wanted = `stream ${state} ${identityOf(sender)} camera`;
  await until(wanted, () => viewer.page.events(since), (events) => events.some(({ what }) => what === wanted), 40_000);
  return Math.round((performance.now() - begin) / 100) / 10;
}

const happened = async () => (await viewer.page.events()).length;

test('at 60 kbit/s the picture pauses with notice, and sound goes on', { timeout: 180_000, retry: 1 }, async () => {
  const link = await Link.between(server, { both: { delay: '20ms' }, down: { rate: '3M', queue: '300ms' } });
  try {
    const room = newRoom('pause');
    await join(server, room, sender, { singlePeerConnection: true });
    await sender.page.publish({ ...CAMERA, thrifty: true });
    await viewer.page.join({ url: link.ws, token: await token(room, identityOf(viewer)), singlePeerConnection: true });
    await sees(viewer, sender);
    const wide = await hearing(viewer, sender, 8);

    let since = await happened();
    await link.set({ down: { rate: '60k' } });
    const paused = await told('paused', since);
    const narrow = await hearing(viewer, sender, 16);
    const { down } = await link.stats();

    since = await happened();
    await link.set({ down: { rate: '3M' } });
    const active = await told('active', since);
    await sees(viewer, sender);
    console.log('pause:', JSON.stringify({ wide, paused, narrow, active, lost: down.lost.queue, queueMs: down.queue_ms }));

    expect(wide.sound.opinion, 'with room for everything').toBeGreaterThan(3.5);
    expect(wide.network.opinion).toBeGreaterThan(4);
    expect(paused, 'seconds until it is told').toBeLessThan(15);
    expect(narrow.sound.opinion, 'by what is heard').toBeGreaterThan(3.5);
    expect(narrow.network.opinion, 'by what was counted').toBeGreaterThan(3.5);
    expect(active).toBeLessThan(40);
  } finally {
    await Promise.all([sender.page.leave(), viewer.page.leave()]);
    await link.stop();
  }
});

test('the measures tell when sound is bad', { timeout: 120_000 }, async () => {
  const link = await Link.between(server, { down: { loss: '30%' } });
  try {
    const room = newRoom('bad');
    await join(server, room, sender, { singlePeerConnection: true });
    await sender.page.publish({ camera: false, thrifty: true });
    await viewer.page.join({ url: link.ws, token: await token(room, identityOf(viewer)), singlePeerConnection: true });
    await until('a microphone', () => viewer.page.others(), (others) => others.some(({ tracks }) => tracks.some(({ subscribed }) => subscribed)));
    const bad = await hearing(viewer, sender, 10);
    console.log('pause: a third lost', JSON.stringify(bad));
    expect(bad.sound.opinion).toBeLessThan(3);
    expect(bad.network.opinion).toBeLessThan(3);
  } finally {
    await Promise.all([sender.page.leave(), viewer.page.leave()]);
    await link.stop();
  }
});
