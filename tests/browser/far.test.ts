// Pictures on a path that loses some and is so long that what is sent again comes too late: with repair packets, and
// without.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { identityOf, join, newRoom, sees } from '../harness/call.ts';
import { Link } from '../harness/link.ts';
import { SMALL } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';

let pages: PageServer;
let server: Server;
let sender: Participant;
let far: Participant;
let bare: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'far' });
  [sender, far, bare] = await Promise.all([
    chromiumParticipant(pages.url, 1, { camera: SMALL }),
    chromiumParticipant(pages.url, 2),
    chromiumParticipant(pages.url, 3),
  ]);
}, 60_000);

afterAll(async () => {
  await Promise.all([sender?.close(), far?.close(), bare?.close()]);
  await server?.stop();
  await pages?.close();
});

/** What a viewer's browser says of the picture that it gets. */
async function picture(viewer: Participant) {
  const stats = (await viewer.page.rtp()).find((it) => it['type'] === 'inbound-rtp' && it['kind'] === 'video');
  const number = (name: string) => Number(stats?.[name] ?? 0);
  return {
    codec: String(stats?.['codec']),
    decoded: number('framesDecoded'),
    lost: number('packetsLost'),
    packets: number('packetsReceived'),
    repairs: number('fecPacketsReceived'),
    again: number('retransmittedPacketsReceived'),
    frozenMs: 1000 * number('totalFreezesDuration'),
    freezes: number('freezeCount'),
    waitedMs: 1000 * number('jitterBufferDelay'),
    shown: number('jitterBufferEmittedCount'),
  };
}

async function over(viewer: Participant, ms: number) {
  const before = await picture(viewer);
  await sleep(ms);
  const after = await picture(viewer);
  const since = (name: 'decoded' | 'repairs' | 'again' | 'frozenMs' | 'freezes' | 'packets') => Math.round(after[name] - before[name]);
  return {
    codec: after.codec,
    decoded: since('decoded'),
    packets: since('packets'),
    repairs: since('repairs'),
    again: since('again'),
    freezes: since('freezes'),
    frozenMs: since('frozenMs'),
    bufferMs: Math.round((after.waitedMs - before.waitedMs) / (after.shown - before.shown)),
  };
}

for (const codec of ['vp8', 'vp9', 'h264', 'av1'] as const) {
  test(`${codec}: a viewer far away is sent repair packets, and its picture stands still less`, { timeout: 150_000, retry: 1 }, async () => {
    const [one, other] = await Promise.all([
      Link.between(server, { both: { delay: '150ms' } }, { seed: 11 }),
      Link.between(server, { both: { delay: '150ms' } }, { seed: 12 }),
    ]);
    try {
      const room = newRoom('far');
      await join(server, room, sender, { singlePeerConnection: true });
      await sender.page.publish({ ...SMALL, codec, simulcast: false, microphone: false });
      const enter = async (viewer: Participant, link: Link, lacks: readonly string[]) =>
        viewer.page.join({ url: link.ws, token: await token(room, identityOf(viewer)), singlePeerConnection: false, lacks });
      await Promise.all([enter(far, one, []), enter(bare, other, ['flexfec-03'])]);
      await Promise.all([sees(far, sender), sees(bare, sender)]);
      expect((await picture(far)).repairs, 'nothing is lost').toBe(0);

      await Promise.all([one, other].map((link) => link.set({ down: { loss: '4%' } })));
      await until('repair packets', () => picture(far), ({ repairs }) => repairs > 0, 30_000);
      await sleep(5000);
      const [repaired, plain] = await Promise.all([over(far, 20_000), over(bare, 20_000)]);
      console.log(`far ${codec}:`, JSON.stringify({ repaired, plain }));
      expect(plain.repairs, 'it knows none').toBe(0);
      expect(repaired.repairs).toBeGreaterThan(20);
      expect(repaired.decoded, 'of 300').toBeGreaterThan(250);
      // Chance alone makes half a second of it with AV1, whose pictures are a packet each.
      expect(repaired.frozenMs, 'stood still').toBeLessThan(Math.max(plain.frozenMs / 2, 1000));
      await sees(far, sender);
    } finally {
      await Promise.all([sender.reload(), far.reload(), bare.reload()]);
      await Promise.all([one.stop(), other.stop()]);
    }
  });
}
