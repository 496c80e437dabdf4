// What livekit-client offers beyond a call, in each browser and over both paths: text and byte streams, calls between
// participants, streams that adapt to the page and to who watches, and every fault that it can ask for.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BROWSERS, type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, hears, identityOf, join, newRoom, publish, sees } from '../harness/call.ts';
import { HD } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
/** In the browser that is tested. */
let ann: Participant;
let ben: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'features' });
  ben = await chromiumParticipant(pages.url, 2, { camera: HD });
});

afterEach(async () => {
  await Promise.all([ann?.reload(), ben?.reload()]);
});

afterAll(async () => {
  await ben?.close();
  await server?.stop();
  await pages?.close();
});

/** All that livekit-client can ask for and a call outlives. */
const FAULTS = [
  'signal-reconnect', 'resume-reconnect', 'disconnect-signal-on-resume', 'disconnect-signal-on-resume-no-messages',
  'full-reconnect', 'fail-on-v1-path', 'node-failure', 'migration', 'leave-full-reconnect', 'speaker', 'force-tcp',
] as const;

const interruptions = async (participant: Participant) =>
  (await participant.page.events()).map(({ what }) => what).filter((what) => /^(reconnect|disconnected|signal reconnecting)/.test(what));

describe.each(BROWSERS)('$browser', ({ open }) => {
  beforeAll(async () => {
    ann = await open(pages.url, 1);
  });

  afterAll(async () => {
    await ann?.close();
  });

  describe.each(PATHS)('over $path', ({ singlePeerConnection }) => {
    test('text and byte streams, and calls between participants', async () => {
      const room = newRoom('talk');
      await join(server, room, ann, { singlePeerConnection });
      await join(server, room, ben, { singlePeerConnection });
      const long = 'ünï ☺ '.repeat(10_000);
      await ann.page.sendText('hello');
      await ann.page.sendText(long);
      const texts = await until('both texts', () => ben.page.texts(), (all) => all.length === 2);
      expect(texts).toEqual([{ from: 'p1', text: 'hello' }, { from: 'p1', text: long }]);
      await ben.page.sendText(long);
      expect((await until("ben's text", () => ann.page.texts(), (all) => all.length === 1))[0]).toEqual({ from: 'p2', text: long });
      for (const [from, to] of [[ann, ben], [ben, ann]] as const) {
        const digest = await from.page.sendFile('some.bin', 300_000);
        const files = await until('the file', () => to.page.files(), (all) => all.length === 1, 20_000);
        expect(files).toEqual([{ from: identityOf(from), name: 'some.bin', mime: 'application/x-test', digest }]);
      }
      expect(await ben.page.call('p1', 'echo', 'hi')).toBe('p2 said hi');
      expect(await ann.page.call('p2', 'echo', 'hi')).toBe('p1 said hi');
      expect(await ben.page.call('p1', 'nothing', '')).toBe('error 1400');
      expect(await ben.page.call('p9', 'echo', '')).toMatch(/^error 1[45]0[012]$/);
    });

    test('a stream follows the size in which it is shown', async () => {
      const room = newRoom('adaptive');
      const who = identityOf(ben);
      await join(server, room, ben, { singlePeerConnection });
      await join(server, room, ann, { singlePeerConnection, adaptiveStream: true });
      await ben.page.publish({ ...HD, codec: 'vp8', microphone: false });
      await until('ann knows the camera', async () => (await ann.page.others())[0]?.tracks.some(({ subscribed }) => subscribed), Boolean);
      const height = async () => (await ann.page.video(who)).height;
      await ann.page.show(who, 1280, 720);
      await until('large: the highest layer', height, (h) => h === 720, 30_000);
      await ann.page.show(who, 200, 112);
      await until('small: the lowest', height, (h) => h === 180, 20_000);
      await ann.page.show(who, 0, 0);
      let last = -1;
      await until('hidden: it stands still', async () => (await ann.page.video(who)).frames, (frames) => {
        const still = frames === last;
        last = frames;
        return still;
      }, 20_000, 1500);
      await ann.page.show(who, 640, 360);
      await sees(ann, ben);
    });

    test('a layer that nobody watches is not sent', { timeout: 90_000 }, async () => {
      const room = newRoom('dynacast');
      const who = identityOf(ann);
      await join(server, room, ann, { singlePeerConnection, dynacast: true });
      await join(server, room, ben, { singlePeerConnection });
      await publish(ann, { codec: 'vp8', microphone: false });
      await sees(ben, ann);
      await until('the large layer', async () => (await ben.page.video(who)).height, (height) => height === 360, 30_000);
      const encoded = async () =>
        Number((await ann.page.rtp()).find((it) => it['type'] === 'outbound-rtp' && it['rid'] === 'h')?.['framesEncoded'] ?? 0);
      const inTwoSeconds = async () => {
        const before = await encoded();
        await sleep(2000);
        return (await encoded()) - before;
      };
      expect(await inTwoSeconds()).toBeGreaterThan(10);
      await ben.page.setQuality(who, 'camera', 'low');
      // Firefox cannot switch an encoding off: the SDK brings it down to two frames in a second.
      await until('the large layer is not sent', inTwoSeconds, (frames) => frames <= 5, 30_000);
      expect((await ben.page.video(who)).height).toBe(180);
      await ben.page.setQuality(who, 'camera', 'high');
      await until('it is sent again', inTwoSeconds, (frames) => frames > 10, 30_000);
      await until('the large layer', async () => (await ben.page.video(who)).height, (height) => height === 360, 30_000);
    });

    // In one call, one after the other: Ann asks for the fault, and then all see and hear each other again.
    test('the call goes on after every fault', { timeout: 300_000 }, async () => {
      const room = newRoom('simulate');
      await join(server, room, ann, { singlePeerConnection });
      await join(server, room, ben, { singlePeerConnection });
      await Promise.all([publish(ann), publish(ben)]);
      await sees(ben, ann);
      await sees(ann, ben);
      for (const fault of FAULTS) {
        const before = (await interruptions(ann)).length;
        await ann.page.simulate(fault);
        // What only the server knows of happens at the next resume.
        if (fault.startsWith('disconnect-signal')) await ann.page.simulate('signal-reconnect');
        // A join that finds no /rtc/v1 goes on over /rtc.
        if (fault === 'fail-on-v1-path') await ann.page.simulate('full-reconnect');
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
});
