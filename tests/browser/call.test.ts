// Two people in a call, over both signaling paths.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import {
  PATHS,
  expectRoster,
  hears,
  hearsNothing,
  identityOf,
  join,
  newRoom,
  seeAndHearEachOther,
  sees,
} from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let alice: Participant;
let bob: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'call' });
  [alice, bob] = await Promise.all([chromiumParticipant(pages.url, 1), chromiumParticipant(pages.url, 2)]);
});

afterEach(async () => {
  await Promise.all([alice?.reload(), bob?.reload()]);
});

afterAll(async () => {
  await Promise.all([alice?.close(), bob?.close()]);
  const left = await server?.stop();
  await pages?.close();
  expect(left, 'processes left behind by Ctrl-C').toEqual([]);
});

describe.each(PATHS)('$path', ({ singlePeerConnection }) => {
  async function call(name: string): Promise<string> {
    const room = newRoom(name);
    await Promise.all([
      join(server, room, alice, { singlePeerConnection }),
      join(server, room, bob, { singlePeerConnection }),
    ]);
    await Promise.all([alice.page.publish({}), bob.page.publish({})]);
    return room;
  }

  test('two people see and hear each other', async () => {
    await call('two');
    await seeAndHearEachOther([alice, bob]);
    for (const { state, srtpCipher, dtlsVersion } of await alice.page.connections()) {
      expect(state).toBe('connected');
      expect(srtpCipher).toBe('SRTP_AEAD_AES_128_GCM');
      expect(dtlsVersion).toBe('FEFD'); // DTLS 1.2
    }
  });

  test('who comes later sees who was there', async () => {
    const room = newRoom('later');
    await join(server, room, alice, { singlePeerConnection });
    await alice.page.publish({});
    await join(server, room, bob, { singlePeerConnection });
    await sees(bob, alice);
    await hears(bob, alice);
    await expectRoster(bob, [alice]);
  });

  test('mute is seen and heard, and ends', async () => {
    await call('mute');
    await seeAndHearEachOther([alice, bob]);
    await alice.page.mute('microphone', true);
    await hearsNothing(bob, alice);
    await until('bob knows that alice is muted', () => bob.page.others(), ([other]) =>
      other!.tracks.some((track) => track.source === 'microphone' && track.muted));
    await alice.page.mute('microphone', false);
    await hears(bob, alice);
    await alice.page.mute('camera', true);
    await until('bob knows that alice has no picture', () => bob.page.others(), ([other]) =>
      other!.tracks.some((track) => track.source === 'camera' && track.muted));
    await alice.page.mute('camera', false);
    await sees(bob, alice);
  });

  test('who speaks is told', async () => {
    await call('speakers');
    await hears(bob, alice);
    await until('bob is told that alice speaks', () => bob.page.events(), (events) =>
      events.some(({ what }) => what.startsWith('speakers') && what.includes(identityOf(alice))));
  });

  test('reliable data arrives whole and in order, lossy data arrives', async () => {
    await call('data');
    await seeAndHearEachOther([alice, bob]);
    const wanted = Array.from({ length: 200 }, (_, i) => `${i} ${'x'.repeat((i * 53) % 9000)}`);
    for (const text of wanted) await alice.page.send(text, true);
    for (let i = 0; i < 50; i++) await alice.page.send(`lossy ${i}`, false);
    const got = await until('all reliable data', () => bob.page.received(), (all) =>
      all.filter((data) => data.reliable).length >= wanted.length);
    expect(got.filter((data) => data.reliable).map((data) => data.text)).toEqual(wanted);
    expect(got.every((data) => data.from === identityOf(alice) && data.topic === 'test')).toBe(true);
    await until('lossy data', () => bob.page.received(), (all) => all.filter((data) => !data.reliable).length >= 45);
  });

  test('data for somebody else is not delivered', async () => {
    await call('private');
    await seeAndHearEachOther([alice, bob]);
    await alice.page.send('for nobody', true, 'test', ['somebody-else']);
    await alice.page.send('for bob', true, 'test', [identityOf(bob)]);
    await until('what is for bob', () => bob.page.received(), (all) => all.length > 0);
    expect((await bob.page.received()).map(({ text }) => text)).toEqual(['for bob']);
  });

  test('a screen is shared with its sound', async () => {
    await call('share');
    await seeAndHearEachOther([alice, bob]);
    expect((await alice.page.share()).sort()).toEqual(['screen_share', 'screen_share_audio']);
    const first = await until('the screen', () => bob.page.video(identityOf(alice), 'screen_share'), (v) =>
      v.frames > 0 && v.width > 0);
    await until('the screen moves', () => bob.page.video(identityOf(alice), 'screen_share'), (v) =>
      v.frames > first.frames + 5);
    // The fake screen's sound is the same file as the microphone's.
    await hears(bob, alice, 'screen_share_audio');
    // The camera goes on beside it.
    await sees(bob, alice);
    await alice.page.stopShare();
    await until('the screen is gone', () => bob.page.others(), ([other]) =>
      !other!.tracks.some((track) => track.source.startsWith('screen')));
  });

  test('who leaves is gone, and can come again', async () => {
    const room = await call('again');
    await seeAndHearEachOther([alice, bob]);
    await alice.page.leave();
    await expectRoster(bob, []);
    await join(server, room, alice, { singlePeerConnection });
    await alice.page.publish({});
    await seeAndHearEachOther([alice, bob]);
    await expectRoster(bob, [alice]);
  });

  test('a reloaded page is back in the call', async () => {
    const room = await call('reload');
    await seeAndHearEachOther([alice, bob]);
    await alice.reload();
    await join(server, room, alice, { singlePeerConnection });
    await alice.page.publish({});
    await seeAndHearEachOther([alice, bob]);
    await expectRoster(bob, [alice]);
  });

  test('unsubscribing stops the picture, subscribing brings it back', async () => {
    await call('subscribe');
    await sees(bob, alice);
    await bob.page.setSubscribed(identityOf(alice), 'camera', false);
    await until('bob has no picture', () => bob.page.others(), ([other]) =>
      other!.tracks.every((track) => track.source !== 'camera' || !track.subscribed));
    await bob.page.setSubscribed(identityOf(alice), 'camera', true);
    await sees(bob, alice);
  });

  test('where only TCP gets through, the call uses TCP', async () => {
    const room = newRoom('tcp');
    await join(server, room, alice, { singlePeerConnection, tcpOnly: true });
    await join(server, room, bob, { singlePeerConnection });
    await Promise.all([alice.page.publish({}), bob.page.publish({})]);
    await seeAndHearEachOther([alice, bob]);
    for (const { protocol } of await alice.page.connections()) expect(protocol).toBe('tcp');
    for (const { protocol } of await bob.page.connections()) expect(protocol).toBe('udp');
  });

  test('no candidate and no server outside of this machine is offered', async () => {
    await call('local');
    await sees(bob, alice);
    for (const { remoteCandidates } of await alice.page.connections()) {
      for (const candidate of remoteCandidates) expect(candidate).toMatch(/ (host|prflx)$/);
    }
  });
});
