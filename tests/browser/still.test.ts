// Where a viewer's network has no room for a moving picture, a still one each second (rtc.congestion_control
// .still_picture): it is shown, sound does not suffer from it, and the viewer is told that the picture is paused.
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

const CAMERA: Camera = { ...SMALL, grain: 24 };

let pages: PageServer;
let server: Server;
let sender: Participant;
let viewer: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'still', rtc: ['congestion_control: { allow_pause: true, still_picture: true }'] });
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

/** Pictures that were decoded, and how many of them were key frames. */
async function decoded() {
  const stats = (await viewer.page.rtp()).find((it) => it['type'] === 'inbound-rtp' && it['kind'] === 'video');
  return { frames: Number(stats?.['framesDecoded'] ?? 0), keys: Number(stats?.['keyFramesDecoded'] ?? 0) };
}

test('with room for a key frame now and then, there are still pictures', { timeout: 180_000, retry: 1 }, async () => {
  const link = await Link.between(server, { both: { delay: '20ms' }, down: { rate: '3M', queue: '300ms' } });
  const who = identityOf(sender);
  const told = async (state: string, since: number) =>
    until(`told ${state}`, () => viewer.page.events(since), (all) => all.some(({ what }) => what === `stream ${state} ${who} camera`), 40_000);
  try {
    const room = newRoom('still');
    await join(server, room, sender, { singlePeerConnection: true });
    await sender.page.publish({ ...CAMERA, thrifty: true });
    await viewer.page.join({ url: link.ws, token: await token(room, identityOf(viewer)), singlePeerConnection: true });
    await sees(viewer, sender);

    let since = (await viewer.page.events()).length;
    await link.set({ down: { rate: '200k' } });
    await told('paused', since);
    since = (await viewer.page.events()).length;
    await until('the moving picture has ended', async () => {
      const before = (await decoded()).frames;
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return (await decoded()).frames - before;
    }, (frames) => frames <= 4, 20_000);

    const before = await decoded();
    const begin = performance.now();
    const heard = await hearing(viewer, sender, 16);
    const seconds = (performance.now() - begin) / 1000;
    const after = await decoded();
    const stills = after.frames - before.frames;
    const { down } = await link.stats();
    console.log('still:', JSON.stringify({ seconds, stills, keys: after.keys - before.keys, heard, lost: down.lost.queue, queueMs: down.queue_ms }));
    expect(after.keys - before.keys, 'each of them by itself').toBe(stills);
    expect(stills).toBeGreaterThan(seconds / 3);
    expect(stills).toBeLessThan(seconds * 1.3);
    expect((await viewer.page.video(who)).id).toBe(sender.id);
    expect(heard.sound.opinion, 'by what is heard').toBeGreaterThan(3.5);
    expect(heard.network.opinion, 'by what was counted').toBeGreaterThan(3.5);
    expect((await viewer.page.events(since)).filter(({ what }) => what.startsWith('stream ')), 'it stays paused').toEqual([]);

    since = (await viewer.page.events()).length;
    await link.set({ down: { rate: '3M' } });
    await told('active', since);
    await sees(viewer, sender);
  } finally {
    await Promise.all([sender.page.leave(), viewer.page.leave()]);
    await link.stop();
  }
});
