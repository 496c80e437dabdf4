// A meeting of 49 as a page shows it: what it downloads of each camera follows the size of its tile, and what nobody
// watches its publisher does not encode.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { identityOf, join, newRoom } from '../harness/call.ts';
import { startLoad } from '../harness/load.ts';
import { HD } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

/** Cameras of the load generator: real pictures of 320, 640 and 1280 pixels, 30 a second. */
const OTHERS = Number(process.env.PARLEY_GRID ?? 49) - 2;

let server: Server;
let pages: PageServer;
/** Publishes from a browser, and watches nobody. */
let sender: Participant;
/** Looks at the grid. */
let viewer: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'grid' });
  [sender, viewer] = await Promise.all([chromiumParticipant(pages.url, 1, { camera: HD }), chromiumParticipant(pages.url, 2)]);
});

afterAll(async () => {
  await Promise.all([sender?.close(), viewer?.close()]);
  await server?.stop();
  await pages?.close();
});

/** Frames that the sender has encoded of each layer. */
async function encoded(): Promise<Record<string, number>> {
  const layers = (await sender.page.rtp()).filter((it) => it['type'] === 'outbound-rtp' && it['kind'] === 'video');
  return Object.fromEntries(layers.map((it) => [String(it['rid']), Number(it['framesEncoded'] ?? 0)]));
}

/** How long until a layer has not been encoded for a second: when its last frame was. */
async function lastFrame(rid: string, since: number): Promise<number> {
  let [count, at] = [-1, since];
  await until(`layer ${rid} is not encoded any more`, async () => {
    const now = (await encoded())[rid]!;
    if (now !== count) [count, at] = [now, performance.now()];
    return performance.now() - at > 1000;
  }, Boolean, 30_000, 100);
  return at - since;
}

/** Of everybody's camera, bits a second over the next few. */
async function rates(seconds = 3) {
  const before = new Map((await viewer.page.cameras()).map((it) => [it.identity, it]));
  await sleep(seconds * 1000);
  return (await viewer.page.cameras()).map(({ identity, width, bytes, frames }) => ({
    identity, width, bps: (8 * (bytes - before.get(identity)!.bytes)) / seconds, frames: frames - before.get(identity)!.frames,
  }));
}

const show = async (whom: readonly string[], width: number, height: number) => {
  for (const who of whom) await viewer.page.show(who, width, height);
};

test('each tile brings what it shows', { timeout: 180_000 }, async () => {
  const room = newRoom('grid');
  const others = startLoad(server, 'meeting', '--publishers', String(OTHERS), '--tiles', '1', '--no-audio', '--join-rate', '20',
    '--duration', '170s', '--room', room);
  try {
    await join(server, room, viewer, { singlePeerConnection: true, adaptiveStream: true });
    const subscribed = async () => (await viewer.page.others()).filter(({ tracks }) => tracks.some((it) => it.subscribed));
    await until('all others are here', async () => (await subscribed()).length, (count) => count === OTHERS, 60_000, 500);
    const rest = (await subscribed()).map(({ identity }) => identity);
    await join(server, room, sender, { singlePeerConnection: true, dynacast: true, autoSubscribe: false });
    await sender.page.publish({ ...HD, codec: 'vp8', microphone: false });
    const large = identityOf(sender);
    await until('the sender too', async () => (await subscribed()).length, (count) => count === OTHERS + 1);

    await show([large, ...rest], 160, 90);
    const small = performance.now();
    const widths = async () => new Map((await viewer.page.cameras()).map(({ identity, width }) => [identity, width]));
    const all = (is: number) => (them: Map<string, number>) => [...them.values()].every((width) => width === is);
    await until('every tile has its picture, and none is larger than it must be', widths, all(320), 60_000, 500);
    // Both larger layers of the browser's camera stop: nobody watches them.
    const stopped = [await lastFrame('f', small), await lastFrame('h', small)].map(Math.round);
    const even = await rates();
    for (const tile of even) {
      expect(tile.width, tile.identity).toBe(320);
      expect(tile.frames, tile.identity).toBeGreaterThan(15);
    }

    const before = (await encoded())['f']!;
    const wanted = performance.now();
    await viewer.page.show(large, 1280, 720);
    await until('the largest layer is encoded again', async () => (await encoded())['f']!, (count) => count > before, 10_000, 50);
    const startedMs = Math.round(performance.now() - wanted);
    await until('one tile is large', widths, (them) => them.get(large) === 1280, 20_000);
    const shownMs = Math.round(performance.now() - wanted);
    const one = await rates();
    for (const tile of one) expect(tile.width, tile.identity).toBe(tile.identity === large ? 1280 : 320);

    await viewer.page.show(large, 160, 90);
    const pausedMs = Math.round(await lastFrame('f', performance.now()));

    const hidden = rest.slice(0, Math.floor(rest.length / 2));
    await show(hidden, 0, 0);
    const isHidden = (identity: string) => hidden.includes(identity);
    await until('nothing comes of those that are hidden', () => rates(2),
      (them) => them.every(({ identity, bps }) => !isHidden(identity) || bps === 0), 30_000);
    const some = await rates();
    for (const tile of some) expect(tile.frames > 0, tile.identity).toBe(!isHidden(tile.identity));
    await show(hidden, 160, 90);
    await until('they are back', () => rates(2), (them) => them.every(({ frames }) => frames > 10), 30_000);

    const kbps = (all: typeof even) => Math.round(all.reduce((sum, { bps }) => sum + bps, 0) / 1000);
    const ofTheLarge = kbps(one.filter((it) => it.identity === large));
    const downloaded = { allSmall: kbps(even), oneLarge: kbps(one), ofTheLarge, halfHidden: kbps(some) };
    console.log(`grid of ${OTHERS + 2}: ${JSON.stringify({ stoppedMs: stopped, startedMs, shownMs, pausedMs, kbps: downloaded })}`);
    for (const ms of stopped) expect(ms).toBeLessThan(10_000);
    // Less is told after five seconds: people come and go.
    expect(pausedMs).toBeGreaterThan(4000);
    expect(pausedMs).toBeLessThan(10_000);
    expect(startedMs).toBeLessThan(2000);
    expect(kbps(some)).toBeLessThan(kbps(one));
  } finally {
    others.child.kill('SIGINT');
    await others.ended;
  }
});
