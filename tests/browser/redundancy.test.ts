// A voice on a lossy path, with what the server adds to it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { hears, identityOf, join, newRoom } from '../harness/call.ts';
import { Link } from '../harness/link.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';

let pages: PageServer;
let server: Server;
let plain: Participant;
let alice: Participant;
let listener: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'redundancy' });
  [plain, alice, listener] = await Promise.all([
    chromiumParticipant(pages.url, 1),
    chromiumParticipant(pages.url, 2),
    chromiumParticipant(pages.url, 3),
  ]);
}, 60_000);

afterAll(async () => {
  await Promise.all([plain?.close(), alice?.close(), listener?.close()]);
  await server?.stop();
  await pages?.close();
});

interface Heard {
  readonly packets: number;
  readonly lost: number;
  readonly samples: number;
  readonly concealed: number;
  /** Packets that came twice: Chromium counts each block of redundancy as one. */
  readonly redundant: number;
}

/** Packets that the server has sent with redundancy of its own, on all shards. */
async function made(): Promise<number> {
  const counters = [...(await server.metrics('media'))].filter(([name]) => name.startsWith('parley_shard_red_sent_total'));
  return counters.reduce((sum, [, value]) => sum + value, 0);
}

/** By the SSRC of what is heard: as the browser counts it. */
async function heard(): Promise<Map<number, Heard>> {
  const out = new Map<number, Heard>();
  for (const entry of await listener.page.rtp()) {
    if (entry['type'] !== 'inbound-rtp' || entry['kind'] !== 'audio') continue;
    const number = (name: string) => Number(entry[name] ?? 0);
    out.set(number('ssrc'), {
      packets: number('packetsReceived'),
      lost: number('packetsLost'),
      samples: number('totalSamplesReceived'),
      // Silence that is played while nobody speaks is not missed.
      concealed: number('concealedSamples') - number('silentConcealedSamples'),
      redundant: number('packetsDiscarded'),
    });
  }
  return out;
}

// Both voices come by the same lossy path: one of a publisher who sends plain Opus, which the server may add redundancy
// to, one of a publisher who wants none (`disable_red`).
for (const singlePeerConnection of [true, false]) {
  const path = singlePeerConnection ? '/rtc/v1' : '/rtc';
  test(`of a voice with redundancy less is missing at a tenth of loss (${path})`, { timeout: 120_000, retry: 1 }, async () => {
    const link = await Link.between(server, { down: { delay: '40ms' } });
    try {
      const room = newRoom('redundancy');
      await plain.page.whip({ url: `${server.http}/whip/v1`, token: await token(room, identityOf(plain)), voice: true });
      await listener.page.join({ url: link.ws, token: await token(room, identityOf(listener)), singlePeerConnection });
      await hears(listener, plain);
      const [withRed] = [...(await heard()).keys()];
      await join(server, room, alice, { singlePeerConnection });
      await alice.page.publish({ camera: false, red: false });
      await hears(listener, alice);
      const without = [...(await heard()).keys()].find((ssrc) => ssrc !== withRed)!;
      const begun = await made();

      await link.set({ down: { loss: '10%' } });
      const seen = async () => ({ ...(await heard()).get(withRed!)!, made: await made() });
      await until('redundancy', seen, ({ made }) => made > begun, 30_000);
      const before = await heard();
      await sleep(20_000);
      const after = await heard();
      const over = (ssrc: number) => {
        const [a, b] = [before.get(ssrc)!, after.get(ssrc)!];
        const percent = (what: number, of: number) => Number(((100 * what) / of).toFixed(2));
        return {
          redundant: b.redundant - a.redundant,
          lost: percent(b.lost - a.lost, b.packets - a.packets + b.lost - a.lost),
          concealed: percent(b.concealed - a.concealed, b.samples - a.samples),
        };
      };
      const [redundant, bare] = [over(withRed!), over(without)];
      console.log(`redundancy ${path}:`, JSON.stringify({ redundant, bare }));
      // On /rtc livekit-client asks for what is lost of a voice, and gets it late.
      if (singlePeerConnection) {
        expect(redundant.lost, 'packets lost, in percent').toBeGreaterThan(5);
        expect(bare.lost).toBeGreaterThan(5);
      }
      expect(bare.redundant, 'its publisher wants none').toBeLessThan(20);
      expect(redundant.redundant, 'most packets come twice').toBeGreaterThan(500);
      expect(redundant.concealed, 'samples made up, in percent').toBeLessThan(bare.concealed / 2);
      await Promise.all([hears(listener, plain), hears(listener, alice)]);

      await link.set({ down: { loss: 0 } });
      const ended = async () => {
        const before = await made();
        await sleep(1000);
        return (await made()) - before;
      };
      await until('plain Opus again', ended, (more) => more === 0, 60_000);
      await hears(listener, plain);
    } finally {
      await Promise.all([plain.reload(), alice.reload(), listener.reload()]);
      await link.stop();
    }
  });
}
