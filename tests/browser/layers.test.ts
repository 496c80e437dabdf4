// Layers and codecs: what a subscriber asks for is what it gets, and a switch never breaks the picture.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { identityOf, join, newRoom, sees } from '../harness/call.ts';
import { HD } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let sender: Participant;
let viewer: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'layers' });
  [sender, viewer] = await Promise.all([
    chromiumParticipant(pages.url, 1, { camera: HD }),
    chromiumParticipant(pages.url, 2),
  ]);
});

afterEach(async () => {
  await Promise.all([sender?.reload(), viewer?.reload()]);
});

afterAll(async () => {
  await Promise.all([sender?.close(), viewer?.close()]);
  await server?.stop();
  await pages?.close();
});

async function watch(codec: 'vp8' | 'h264' | 'vp9' | 'av1', singlePeerConnection = true) {
  const room = newRoom(codec);
  await join(server, room, sender, { singlePeerConnection });
  await join(server, room, viewer, { singlePeerConnection });
  await sender.page.publish({ ...HD, codec, microphone: false });
  return identityOf(sender);
}

const height = async (who: string) => (await viewer.page.video(who)).height;

test.each(['vp8', 'h264'] as const)('%s simulcast: down and up again without a broken picture', { timeout: 90_000 }, async (codec) => {
  const who = await watch(codec);
  await sees(viewer, sender);
  await until('the highest layer', () => height(who), (h) => h === 720, 30_000);

  for (const [quality, wanted] of [['low', 180], ['high', 720], ['medium', 360], ['high', 720]] as const) {
    await viewer.page.setQuality(who, 'camera', quality);
    await until(`the ${quality} layer`, () => height(who), (h) => h === wanted, 20_000);
    const { psnr, id } = await until('a picture', () => viewer.page.video(who), (v) => v.id === sender.id);
    expect(id).toBe(sender.id);
    expect(psnr).toBeGreaterThan(20);
  }

  // From here on nothing switches: frames come evenly.
  await viewer.page.markGaps(who);
  await sleep(4000);
  const gaps = await viewer.page.gaps(who);
  expect(gaps.frames).toBeGreaterThan(25);
});

test.each(['vp9', 'av1'] as const)('%s is forwarded', { timeout: 90_000 }, async (codec) => {
  const who = await watch(codec);
  await sees(viewer, sender);
  const inbound = (await viewer.page.rtp()).filter((entry) => entry['type'] === 'inbound-rtp');
  expect(inbound.length).toBeGreaterThan(0);
  expect((await viewer.page.others())[0]!.tracks[0]!.mime.toLowerCase()).toBe(`video/${codec}`);
  expect(who).toBe('p1');
});
