// One viewer's network becomes narrow, and wide again: its picture follows, and nobody else notices.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { identityOf, join, newRoom, sees } from '../harness/call.ts';
import { Link } from '../harness/link.ts';
import { LIFELIKE } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';

let pages: PageServer;
let server: Server;
let sender: Participant;
let wide: Participant;
let narrow: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'narrow' });
  [sender, wide, narrow] = await Promise.all([
    chromiumParticipant(pages.url, 1, { camera: LIFELIKE }),
    chromiumParticipant(pages.url, 2),
    chromiumParticipant(pages.url, 3),
  ]);
});

// A second attempt is not to look at what the first has left.
afterEach(async () => {
  await Promise.all([sender?.reload(), wide?.reload(), narrow?.reload()]);
});

afterAll(async () => {
  await Promise.all([sender?.close(), wide?.close(), narrow?.close()]);
  await server?.stop();
  await pages?.close();
});

/** What a viewer's browser says of the picture that it gets. */
async function picture(viewer: Participant) {
  const stats = (await viewer.page.rtp()).find((it) => it['type'] === 'inbound-rtp' && it['kind'] === 'video');
  const number = (name: string) => Number(stats?.[name] ?? 0);
  return { height: number('frameHeight'), decoded: number('framesDecoded'), freezes: number('freezeCount') };
}

/** Milliseconds until the picture is so high, and the longest time without one meanwhile. */
async function untilHeight(viewer: Participant, height: number, within: number) {
  const begin = performance.now();
  let [decoded, at, pause] = [-1, begin, 0];
  for (;;) {
    const now = await picture(viewer);
    if (now.decoded !== decoded) [decoded, at] = [now.decoded, performance.now()];
    pause = Math.max(pause, performance.now() - at);
    const took = performance.now() - begin;
    if (now.height === height || took > within) return { took: Math.round(took), pause: Math.round(pause), height: now.height };
    await sleep(50);
  }
}

// 500 kbit/s carry the lowest of three layers and the sound, and not the next.
test('500 of 4000 kbit/s are left for one of two viewers', { timeout: 120_000, retry: 1 }, async () => {
  const link = await Link.between(server, { both: { delay: '20ms' }, down: { rate: '4M', queue: '300ms' } });
  try {
    const room = newRoom('narrow');
    await join(server, room, sender, { singlePeerConnection: true });
    await sender.page.publish({ ...LIFELIKE });
    await join(server, room, wide, { singlePeerConnection: true });
    await narrow.page.join({ url: link.ws, token: await token(room, identityOf(narrow)), singlePeerConnection: true });
    await Promise.all([sees(wide, sender), sees(narrow, sender)]);
    await until('the highest layer', () => picture(narrow), ({ height }) => height === 720, 20_000);
    await until('the highest layer', () => picture(wide), ({ height }) => height === 720, 20_000);
    await sleep(2000);

    await link.clear();
    await link.set({ down: { rate: '500k' } });
    const down = await untilHeight(narrow, 180, 20_000);
    await sleep(8000);
    const [settled, untouched, { down: stats }] = await Promise.all([picture(narrow), picture(wide), link.stats()]);
    await link.set({ down: { rate: '4M' } });
    const up = await untilHeight(narrow, 720, 30_000);
    console.log('narrow:', JSON.stringify({ down, up, lost: stats.lost.queue, queueMs: stats.queue_ms, settled, untouched }));

    expect(down.height, 'the low layer').toBe(180);
    expect(down.took).toBeLessThan(5000);
    expect(down.pause).toBeLessThan(3000);
    expect(settled.height, 'it stays').toBe(180);
    expect(untouched.height, 'nobody else has less').toBe(720);
    expect(up.height, 'all of it again').toBe(720);
    expect(up.took).toBeLessThan(15_000);
  } finally {
    await link.stop();
  }
});
