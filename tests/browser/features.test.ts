// What livekit-client offers beyond a call, in Chromium and over both paths: text streams and calls between
// participants, streams that adapt to the page, and every fault that it can ask for.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, hears, identityOf, join, newRoom, sees } from '../harness/call.ts';
import { HD } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let ann: Participant;
let ben: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'features' });
  [ann, ben] = await Promise.all([chromiumParticipant(pages.url, 1, { camera: HD }), chromiumParticipant(pages.url, 2)]);
});

afterEach(async () => {
  await Promise.all([ann?.reload(), ben?.reload()]);
});

afterAll(async () => {
  await Promise.all([ann?.close(), ben?.close()]);
  await server?.stop();
  await pages?.close();
});

/** All that livekit-client can ask for and a call outlives. */
const FAULTS = [
  'signal-reconnect', 'resume-reconnect', 'disconnect-signal-on-resume', 'disconnect-signal-on-resume-no-messages',
  'full-reconnect', 'node-failure', 'migration', 'leave-full-reconnect', 'speaker', 'force-tcp',
] as const;

const interruptions = async (participant: Participant) =>
  (await participant.page.events()).map(({ what }) => what).filter((what) => /^(reconnect|disconnected|signal reconnecting)/.test(what));

describe.each(PATHS)('over $path', ({ singlePeerConnection }) => {
  test('text streams and calls between participants', async () => {
    const room = newRoom('talk');
    await join(server, room, ann, { singlePeerConnection });
    await join(server, room, ben, { singlePeerConnection });
    const long = 'ünï ☺ '.repeat(10_000);
    await ann.page.sendText('hello');
    await ann.page.sendText(long);
    const texts = await until('both texts', () => ben.page.texts(), (all) => all.length === 2);
    expect(texts).toEqual([{ from: 'p1', text: 'hello' }, { from: 'p1', text: long }]);
    expect(await ben.page.call('p1', 'echo', 'hi')).toBe('p2 said hi');
    expect(await ben.page.call('p1', 'nothing', '')).toBe('error 1400');
    expect(await ben.page.call('p9', 'echo', '')).toMatch(/^error 1[45]0[012]$/);
  });

  test('a stream follows the size in which it is shown', async () => {
    const room = newRoom('adaptive');
    const who = identityOf(ann);
    await join(server, room, ann, { singlePeerConnection });
    await join(server, room, ben, { singlePeerConnection, adaptiveStream: true });
    await ann.page.publish({ ...HD, codec: 'vp8', microphone: false });
    await until('ben knows the camera', async () => (await ben.page.others())[0]?.tracks.some(({ subscribed }) => subscribed), Boolean);
    const height = async () => (await ben.page.video(who)).height;
    await ben.page.show(who, 1280, 720);
    await until('large: the highest layer', height, (h) => h === 720, 30_000);
    await ben.page.show(who, 200, 112);
    await until('small: the lowest', height, (h) => h === 180, 20_000);
    await ben.page.show(who, 0, 0);
    let last = -1;
    await until('hidden: it stands still', async () => (await ben.page.video(who)).frames, (frames) => {
      const still = frames === last;
      last = frames;
      return still;
    }, 20_000, 1500);
    await ben.page.show(who, 640, 360);
    await sees(ben, ann);
  });

  // In one call, one after the other: Ann asks for the fault, and then all see and hear each other again.
  test('the call goes on after every fault', { timeout: 180_000 }, async () => {
    const room = newRoom('simulate');
    await join(server, room, ann, { singlePeerConnection });
    await join(server, room, ben, { singlePeerConnection });
    await Promise.all([ann.page.publish({}), ben.page.publish({})]);
    await sees(ben, ann);
    await sees(ann, ben);
    for (const fault of FAULTS) {
      const before = (await interruptions(ann)).length;
      await ann.page.simulate(fault);
      // What only the server knows of happens at the next resume.
      if (fault.startsWith('disconnect-signal')) await ann.page.simulate('signal-reconnect');
      const happened = async () => (await interruptions(ann)).length - before;
      if (fault !== 'speaker') await until(`${fault} is noticed`, happened, (n) => n > 0, 20_000);
      await until(`ann is connected after ${fault}`, () => ann.page.state(), (state) => state === 'connected', 30_000, 500);
      await sees(ben, ann);
      await hears(ben, ann);
      await sees(ann, ben);
      await hears(ann, ben);
    }
  });

  test('who is sent away by the server knows it', async () => {
    const room = newRoom('simulate');
    await join(server, room, ann, { singlePeerConnection });
    await ann.page.simulate('server-leave');
    await until('ann is disconnected', () => ann.page.state(), (state) => state === 'disconnected');
    expect((await interruptions(ann)).some((what) => what.startsWith('disconnected'))).toBe(true);
  });
});
