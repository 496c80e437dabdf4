// VP9 and AV1 in each way that a browser sends them, and what Firefox makes of what Chromium sends: layers are chosen, what
// nobody watches is not sent, and no decoder ever has to ask for help.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Participant, chromiumParticipant, firefoxParticipant } from '../harness/browser.ts';
import { identityOf, join, newRoom, sees } from '../harness/call.ts';
import { SMALL } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

const CODECS = ['vp9', 'av1'] as const;

let server: Server;
let pages: PageServer;
let sender: Participant;
let viewer: Participant;
let firefox: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'codecs' });
  [sender, viewer, firefox] = await Promise.all([
    chromiumParticipant(pages.url, 1),
    chromiumParticipant(pages.url, 2),
    firefoxParticipant(pages.url, 3),
  ]);
});

afterEach(async () => {
  await Promise.all([sender?.reload(), viewer?.reload(), firefox?.reload()]);
});

afterAll(async () => {
  await Promise.all([sender?.close(), viewer?.close(), firefox?.close()]);
  await server?.stop();
  await pages?.close();
});

type Stats = Record<string, unknown>;

const pictures = async (of: Participant, type: 'inbound-rtp' | 'outbound-rtp') =>
  (await of.page.rtp()).filter((it) => it['type'] === type && it['kind'] === 'video');

/** What a browser counts of the picture that it gets. */
async function decoding(who: Participant) {
  const stats = (await pictures(who, 'inbound-rtp'))[0] ?? {};
  const count = (name: string) => Number(stats[name] ?? 0);
  return {
    codec: String(stats['codec']),
    decoded: count('framesDecoded'),
    asked: count('pliCount'),
    freezes: count('freezeCount'),
  };
}

const sum = (all: readonly Stats[], name: string) => all.reduce((total, it) => total + Number(it[name] ?? 0), 0);

/** Pictures that are encoded in a second, of all encodings or of the one with this name. */
async function encodedPerSecond(rid?: string) {
  const now = async () =>
    sum((await pictures(sender, 'outbound-rtp')).filter((it) => rid === undefined || it['rid'] === rid), 'framesEncoded');
  const before = await now();
  await sleep(2000);
  return ((await now()) - before) / 2;
}

async function decodedPerSecond(who: Participant) {
  const before = (await decoding(who)).decoded;
  await sleep(2000);
  return ((await decoding(who)).decoded - before) / 2;
}

/** In a time in which nothing is switched the picture never stands still, and the decoder asks for nothing. */
async function expectSteady(who: Participant) {
  const before = await decoding(who);
  await sleep(4000);
  const after = await decoding(who);
  expect(after.decoded - before.decoded).toBeGreaterThan(40);
  expect(after.asked, 'key frames that the decoder asked for').toBe(before.asked);
  expect(after.freezes, 'times that it stood still').toBe(before.freezes);
}

describe.each(CODECS)('%s', (codec) => {
  const mime = `video/${codec.toUpperCase()}`;

  test('in one size with three rates', { timeout: 120_000, retry: 1 }, async () => {
    const room = newRoom('l1t3');
    const who = identityOf(sender);
    await join(server, room, sender, { singlePeerConnection: true, dynacast: true });
    await join(server, room, viewer, { singlePeerConnection: true });
    await sender.page.publish({ ...SMALL, codec, simulcast: false, scalabilityMode: 'L1T3', microphone: false });
    await sees(viewer, sender);
    expect((await pictures(sender, 'outbound-rtp')).map((it) => it['scalabilityMode'])).toEqual(['L1T3']);
    expect((await decoding(viewer)).codec).toBe(mime);
    await expectSteady(viewer);

    const { asked } = await decoding(viewer);
    for (const [wanted, least, most] of [[4, 2, 5.5], [12, 5.5, 9.5], [30, 12, 16], [4, 2, 5.5], [30, 12, 16]] as const) {
      await viewer.page.setRate(who, wanted);
      await until(`of ${wanted} pictures a second`, () => decodedPerSecond(viewer), (rate) => rate >= least && rate <= most, 20_000);
    }
    expect(await encodedPerSecond(), 'the publisher goes on at its rate').toBeGreaterThan(12);
    expect((await decoding(viewer)).asked, 'a rate is changed without a key frame').toBe(asked);
    expect((await viewer.page.video(who)).width).toBe(640);
    await sees(viewer, sender);

    await viewer.page.leave();
    await until('nobody watches, and it is not sent', encodedPerSecond, (rate) => rate === 0, 30_000);
  });

  test('in two encodings', { timeout: 120_000, retry: 1 }, async () => {
    const room = newRoom('simulcast');
    const who = identityOf(sender);
    const width = async () => (await viewer.page.video(who)).width;
    await join(server, room, sender, { singlePeerConnection: true, dynacast: true });
    await join(server, room, viewer, { singlePeerConnection: true });
    await sender.page.publish({ ...SMALL, codec, scalabilityMode: 'L1T3', microphone: false });
    await sees(viewer, sender);
    expect((await pictures(sender, 'outbound-rtp')).map((it) => it['scalabilityMode'])).toEqual(['L1T3', 'L1T3']);
    await until('the large one', width, (seen) => seen === 640, 30_000);
    await expectSteady(viewer);

    const { asked } = await decoding(viewer);
    await viewer.page.setQuality(who, 'camera', 'low');
    await until('the small one', width, (seen) => seen === 320, 20_000);
    await until('the large one is not sent', () => encodedPerSecond('h'), (rate) => rate === 0, 30_000);
    await expectSteady(viewer);
    await viewer.page.setQuality(who, 'camera', 'high');
    await until('the large one again', width, (seen) => seen === 640, 20_000);
    await sees(viewer, sender);
    expect((await decoding(viewer)).asked, 'the server asks the publisher, not the decoder the server').toBe(asked);
  });

  test.each(['L3T3_KEY', 'L3T3', 'L1T3'] as const)('of Chromium in Firefox: %s', { timeout: 120_000, retry: 1 }, async (mode) => {
    const room = newRoom('firefox');
    const who = identityOf(sender);
    const width = async () => (await firefox.page.video(who)).width;
    await join(server, room, sender, { singlePeerConnection: true });
    await join(server, room, firefox, { singlePeerConnection: true });
    await sender.page.publish({ ...SMALL, codec, scalabilityMode: mode, microphone: false });
    await sees(firefox, sender);
    expect((await decoding(firefox)).codec).toBe(mime);
    await until('the largest', width, (seen) => seen === 640, 30_000);
    // Of so small a picture Chromium makes two sizes, whatever the mode says.
    for (const [quality, wanted] of [['low', 320], ['high', 640], ['low', 320], ['high', 640]] as const) {
      await firefox.page.setQuality(who, 'camera', quality);
      await until(`the ${quality} layer`, width, (seen) => seen === wanted, 20_000);
      await sees(firefox, sender);
    }
    const { asked } = await decoding(firefox);
    expect(await decodedPerSecond(firefox)).toBeGreaterThan(8);
    expect((await decoding(firefox)).asked).toBe(asked);
  });
});

test('H265 goes through where a browser has it', { timeout: 90_000 }, async ({ skip }) => {
  const [sends, receives] = await Promise.all([sender.page.codecs('send'), viewer.page.codecs('receive')]);
  // Debian's Chromium has neither; media/shard and sim/ have tests of it that need no browser.
  if (!sends.includes('video/H265') || !receives.includes('video/H265')) return skip('no H265 in this Chromium');
  const room = newRoom('h265');
  await join(server, room, sender, { singlePeerConnection: true });
  await join(server, room, viewer, { singlePeerConnection: true });
  await sender.page.publish({ ...SMALL, codec: 'h265', microphone: false });
  await sees(viewer, sender);
  expect((await decoding(viewer)).codec).toBe('video/H265');
});
