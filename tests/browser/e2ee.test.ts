// End-to-end encryption by the SDK's own worker: who has the key sees and hears; who has another, or none, gets the same
// packets from the server and makes nothing of them.
import { dispose } from '@livekit/rtc-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BROWSERS, type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, hears, identityOf, join, newRoom, publish, sees } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { toneHz } from '../harness/pattern.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';

const KEY = 'a key that the server never learns';
let server: Server;
let pages: PageServer;
/** In the browser that is tested. */
let alice: Participant;
let bob: Participant;
let eve: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'e2ee' });
  [bob, eve] = await Promise.all([chromiumParticipant(pages.url, 2), chromiumParticipant(pages.url, 3)]);
});

afterEach(async () => {
  await Promise.all([alice?.reload(), bob?.reload(), eve?.reload()]);
});

afterAll(async () => {
  await Promise.all([bob?.close(), eve?.close()]);
  await server?.stop();
  await pages?.close();
  await dispose();
});

describe.each(BROWSERS)('$browser', ({ open }) => {
  beforeAll(async () => {
    alice = await open(pages.url, 1);
  });

  afterAll(async () => {
    await alice?.close();
  });

  test.each(PATHS)('over $path: only who has the key sees and hears', { timeout: 120_000 }, async ({ singlePeerConnection }) => {
    const room = newRoom('e2ee');
    const who = identityOf(alice);
    await join(server, room, alice, { singlePeerConnection, e2eeKey: KEY });
    await join(server, room, bob, { singlePeerConnection, e2eeKey: KEY });
    await join(server, room, eve, { singlePeerConnection });
    const sniffer = new NodeParticipant(4);
    await sniffer.join(server.ws, await token(room, identityOf(sniffer)));
    await publish(alice);
    await sees(bob, alice);
    await hears(bob, alice);
    await publish(bob);
    await sees(alice, bob);
    await hears(alice, bob);

    // Eve's browser receives as many packets as Bob's. A packet counts as received when it is authenticated: these are
    // what the server forwards, not noise.
    const packets = async (page: Participant['page']) =>
      (await page.rtp()).filter((it) => it['type'] === 'inbound-rtp').map((it) => Number(it['packetsReceived'] ?? 0));
    await until('eve receives sound and picture', () => packets(eve.page), (all) => all.filter((n) => n > 50).length >= 2, 20_000);
    await sleep(2000);
    const seen = await eve.page.video(who);
    expect(seen.id, 'the code in the picture').not.toBe(alice.id);
    expect(seen.psnr).toBeLessThan(15);

    // The same by another engine, which decodes what it can. What either makes of the sound is noise: its loudest
    // frequency jumps about and is the tone by chance alone, while the tone would be there each time.
    const picture = sniffer.sees(who);
    expect(picture.id).not.toBe(alice.id);
    const isTone = (hz: number) => Math.abs(hz - toneHz(alice.id)) < 20;
    const hits = { bob: 0, eve: 0, sniffer: 0 };
    for (let i = 0; i < 8; i++) {
      await sleep(250);
      if (isTone((await bob.page.audio(who)).peakHz)) hits.bob += 1;
      if (isTone((await eve.page.audio(who)).peakHz)) hits.eve += 1;
      if (isTone(sniffer.hears(who).peakHz)) hits.sniffer += 1;
    }
    expect(hits.bob, 'who has the key').toBeGreaterThanOrEqual(7);
    expect(hits.eve, 'a browser without it').toBeLessThanOrEqual(3);
    expect(hits.sniffer, 'an engine without it').toBeLessThanOrEqual(3);
    await sniffer.leave();
  });

  test('with another key there is nothing to see either, and the right one later mends it', { timeout: 90_000 }, async () => {
    const room = newRoom('e2ee');
    await join(server, room, alice, { singlePeerConnection: true, e2eeKey: KEY });
    await join(server, room, eve, { singlePeerConnection: true, e2eeKey: 'a guess' });
    await publish(alice);
    await until('packets arrive', async () => (await eve.page.rtp()).some((it) => it['type'] === 'inbound-rtp' && Number(it['packetsReceived']) > 100), Boolean, 20_000);
    await sleep(1000);
    expect((await eve.page.video(identityOf(alice))).id).not.toBe(alice.id);
    await eve.reload();
    await join(server, room, eve, { singlePeerConnection: true, e2eeKey: KEY });
    await sees(eve, alice);
  });
});
