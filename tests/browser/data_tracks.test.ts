// Data tracks between two browsers, over both signaling paths.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, join, newRoom } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let alice: Participant;
let bob: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'data-tracks' });
  [alice, bob] = await Promise.all([chromiumParticipant(pages.url, 1), chromiumParticipant(pages.url, 2)]);
});

afterEach(async () => {
  await Promise.all([alice?.reload(), bob?.reload()]);
});

afterAll(async () => {
  await Promise.all([alice?.close(), bob?.close()]);
  await server?.stop();
  await pages?.close();
});

describe.each(PATHS)('$path', ({ singlePeerConnection }) => {
  test('frames of a data track reach who watches it, until it ends', async () => {
    const room = newRoom('data-tracks');
    await join(server, room, alice, { singlePeerConnection });
    await alice.page.publishDataTrack('pose');
    await join(server, room, bob, { singlePeerConnection });
    await bob.page.watchDataTrack('p1', 'pose');
    let pushed = 0;
    const large = 'x'.repeat(40_000); // In many packets.
    const seen = await until(
      'frames arrive',
      async () => {
        await alice.page.pushFrame('pose', pushed++ % 2 ? large : `frame ${pushed}`);
        return (await bob.page.frames('p1', 'pose')).texts;
      },
      (texts) => texts.length >= 10,
    );
    expect(seen.some((text) => text === large)).toBe(true);
    expect(seen.filter((text) => text !== large).every((text) => /^frame \d+$/.test(text))).toBe(true);

    await alice.page.unpublishDataTrack('pose');
    await until('the track ends', () => bob.page.frames('p1', 'pose'), ({ ended }) => ended);
    await expect(alice.page.publishDataTrack('pose'), 'its name is free again').resolves.toBeUndefined();
    await expect(alice.page.publishDataTrack('pose')).rejects.toThrow(/name/i);
  });
});
