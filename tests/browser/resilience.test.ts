// What a user notices when a process dies: of the edge nothing, of the media node three seconds.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, hears, identityOf, join, newRoom, seeAndHearEachOther, sees } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let alice: Participant;
let bob: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'resilience' });
  [alice, bob] = await Promise.all([chromiumParticipant(pages.url, 1), chromiumParticipant(pages.url, 2)]);
});

afterAll(async () => {
  await Promise.all([alice?.close(), bob?.close()]);
  const left = await server?.stop();
  await pages?.close();
  expect(left, 'processes left behind by Ctrl-C').toEqual([]);
});

const associations = async (participant: Participant) =>
  (await participant.page.connections()).map(({ association }) => association);

describe.each(PATHS)('$path', ({ singlePeerConnection }) => {
  beforeEach(async () => {
    await server.healthy();
    const room = newRoom('resilience');
    await Promise.all([alice.reload(), bob.reload()]);
    await Promise.all([
      join(server, room, alice, { singlePeerConnection }),
      join(server, room, bob, { singlePeerConnection }),
    ]);
    await Promise.all([alice.page.publish({}), bob.page.publish({})]);
    await seeAndHearEachOther([alice, bob]);
    // Encoders and bandwidth estimates are at rest before anything is measured.
    await sleep(3000);
  });

  // Both measure moments on a machine that also plays the clients: once more if it stumbled itself.
  test('kill -9 of signal: the picture goes on, and mute works two seconds after its restart', { timeout: 120_000, retry: 1 }, async () => {
    const before = await Promise.all([associations(alice), associations(bob)]);
    const seen = (await bob.page.events()).length;
    await Promise.all([bob.page.markGaps(identityOf(alice)), alice.page.markGaps(identityOf(bob))]);

    await sleep(2000);
    const { restarted } = server.kill('signal');
    const restartedAt = await restarted;
    await alice.page.mute('microphone', true);
    await until('bob knows that alice is muted', () => bob.page.others(), ([other]) =>
      other!.tracks.some((track) => track.source === 'microphone' && track.muted), 10_000, 20);
    const muteWorkedAfter = performance.now() - restartedAt;
    await alice.page.mute('microphone', false);

    await sleep(28_000);
    const gaps = await Promise.all([bob.page.gaps(identityOf(alice)), alice.page.gaps(identityOf(bob))]);
    const happened = (await bob.page.events(seen)).map(({ what }) => what);
    console.log('kill -9 of signal', JSON.stringify({ gaps, muteWorkedAfter, happened }));
    expect(Math.max(gaps[0].longest, gaps[1].longest), 'longest frame gap in ms').toBeLessThan(200);
    expect(muteWorkedAfter).toBeLessThan(2000);
    // livekit-client asks for an ICE restart whenever it resumes; nothing else may begin anew.
    expect(await Promise.all([associations(alice), associations(bob)])).toEqual(before);
    expect(happened.filter((what) => /^(left|disconnected|unsubscribed)/.test(what))).toEqual([]);
    await hears(bob, alice);
  });

  test('kill -9 of media: everybody is back in the call within three seconds of its restart', { timeout: 60_000, retry: 1 }, async () => {
    const restartedAt = await server.kill('media').restarted;
    const moved = async (viewer: Participant, other: Participant) => {
      const first = await until('a picture again', () => viewer.page.video(identityOf(other)), (v) => v.id === other.id, 20_000, 50);
      await until('it moves', () => viewer.page.video(identityOf(other)), (v) => v.frame !== first.frame && v.id === other.id, 20_000, 50);
      return performance.now() - restartedAt;
    };
    // The old tracks end first: a picture counts once the clients have seen that they were cut off.
    await Promise.all([alice, bob].map((p) => until('the cut is noticed', () => p.page.events(), (events) =>
      events.some(({ what }) => /reconnecting/.test(what)), 20_000, 50)));
    const back = await Promise.all([moved(alice, bob), moved(bob, alice)]);
    console.log('kill -9 of media', JSON.stringify({ back, events: (await bob.page.events()).slice(-20) }));
    expect(Math.max(...back)).toBeLessThan(3000);
    await seeAndHearEachOther([alice, bob]);
  });

  test('kill -9 of the bus: the call goes on, and others can join once it is back', { timeout: 60_000 }, async () => {
    await bob.page.markGaps(identityOf(alice));
    const { restarted } = server.kill('nats-server');
    await restarted;
    await sleep(5000);
    const gaps = await bob.page.gaps(identityOf(alice));
    expect(gaps.longest).toBeLessThan(300);
    await Promise.all([sees(bob, alice), hears(bob, alice)]);
    await alice.page.leave();
    await alice.reload();
    const room = newRoom('after-bus');
    await join(server, room, alice, { singlePeerConnection });
    expect(await alice.page.state()).toBe('connected');
  });
});
