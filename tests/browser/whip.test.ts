// Publishing and watching by HTTP alone: a page without LiveKit's SDK, in a room with people who have it.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { type Somebody, expectRoster, hears, identityOf, join, newRoom, sees } from '../harness/call.ts';
import { HD } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { toneHz } from '../harness/pattern.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let plain: Participant;
let alice: Participant;
let bob: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'whip' });
  [plain, alice, bob] = await Promise.all([
    chromiumParticipant(pages.url, 1, { camera: HD }),
    chromiumParticipant(pages.url, 2, { camera: HD }),
    chromiumParticipant(pages.url, 3),
  ]);
}, 60_000);

afterEach(async () => {
  await Promise.all([plain?.reload(), alice?.reload(), bob?.reload()]);
});

afterAll(async () => {
  await Promise.all([plain?.close(), alice?.close(), bob?.close()]);
  await server?.stop();
  await pages?.close();
});

async function publish(room: string, simulcast = false) {
  await plain.page.whip({ url: `${server.http}/whip/v1`, token: await token(room, identityOf(plain)), simulcast });
}

async function watch(room: string, query = '') {
  await plain.page.whep({ url: `${server.http}/whep/v1${query}`, token: await token(room, identityOf(plain)) });
}

async function playerSees(other: Somebody) {
  const seen = await until(`the player sees p${other.id}`, () => plain.page.httpVideo(), (v) =>
    v.id === other.id && v.psnr > 22, 20_000);
  await until('the picture moves', () => plain.page.httpVideo(), (v) => v.frames >= seen.frames + 10, 15_000);
}

async function playerHears(other: Somebody) {
  await until(`the player hears p${other.id}`, () => plain.page.httpAudio(), (a) =>
    a.energy > 0.02 && a.clarity > 10 && Math.abs(a.peakHz - toneHz(other.id)) < 20, 20_000);
}

test('what a page publishes by WHIP is seen, heard, named, and gone after DELETE', { timeout: 90_000 }, async () => {
  const room = newRoom('whip');
  await join(server, room, alice, { singlePeerConnection: true });
  await publish(room);
  await sees(alice, plain);
  await hears(alice, plain);
  const [publisher] = await alice.page.others();
  expect(publisher!.tracks.map((track) => track.source).sort()).toEqual(['camera', 'microphone']);
  expect((await plain.page.httpState()).session).toBe(`${server.http}/whip/v1/${publisher!.sid}`);

  expect(await plain.page.httpEnd()).toBe(200);
  await expectRoster(alice, []);
});

test('its simulcast layers are there to be chosen', { timeout: 90_000 }, async () => {
  const room = newRoom('whip-layers');
  await join(server, room, alice, { singlePeerConnection: true });
  await publish(room, true);
  await sees(alice, plain);
  const height = async () => (await alice.page.video(identityOf(plain))).height;
  await until('the highest layer', height, (h) => h === 720, 30_000);
  await alice.page.setQuality(identityOf(plain), 'camera', 'low');
  await until('the lowest layer', height, (h) => h === 180, 20_000);
  await alice.page.setQuality(identityOf(plain), 'camera', 'high');
  await until('the highest layer again', height, (h) => h === 720, 20_000);
});

test('a restart of ICE by PATCH keeps the picture, either way', { timeout: 120_000 }, async () => {
  const room = newRoom('whip-restart');
  await join(server, room, alice, { singlePeerConnection: true });
  await publish(room);
  await sees(alice, plain);
  const before = await plain.page.httpState();
  await plain.page.httpRestartIce();
  const after = await plain.page.httpState();
  expect(after.etag).not.toBe(before.etag);
  await until('connected', () => plain.page.httpState(), (s) => s.connection === 'connected');
  await sees(alice, plain);
  await plain.page.httpEnd();

  await plain.reload();
  await alice.page.publish({ codec: 'vp8' });
  await watch(room);
  await playerSees(alice);
  await plain.page.httpRestartIce();
  await until('connected', () => plain.page.httpState(), (s) => s.connection === 'connected');
  await playerSees(alice);
  await playerHears(alice);
});

test('a player sees and hears who publishes, and chooses the layer', { timeout: 120_000 }, async () => {
  const room = newRoom('whep');
  await join(server, room, alice, { singlePeerConnection: true });
  await alice.page.publish({ ...HD, codec: 'vp8' });
  await watch(room);
  await playerSees(alice);
  await playerHears(alice);

  const listed = JSON.parse((await plain.page.httpLayer('GET')).text) as Record<string, { participant: string; layers: { rid: string }[] }>;
  const [[mid, media]] = Object.entries(listed) as [[string, { participant: string; layers: { rid: string }[] }]];
  expect(media.participant).toBe(identityOf(alice));
  expect(media.layers.map((layer) => layer.rid)).toEqual(['q', 'h', 'f']);
  const height = async () => (await plain.page.httpVideo()).height;
  await until('the highest layer', height, (h) => h === 720, 30_000);
  for (const [choice, wanted] of [[{ mediaId: mid, rid: 'q' }, 180], [{ maxSpatialLayerId: 1 }, 360], [{}, 720]] as const) {
    expect((await plain.page.httpLayer('POST', choice)).status).toBe(200);
    await until(`a picture of ${wanted} lines`, height, (h) => h === wanted, 20_000);
  }
  expect(await plain.page.httpLayer('POST', { rid: 'x' })).toEqual({ status: 400, text: '{"error":"no layer has the rid x; there are: q, h, f"}' });
});

test('a player that comes first waits, and goes over to the next publisher, whatever the codec', { timeout: 150_000 }, async () => {
  const room = newRoom('whep-next');
  await watch(room);
  await until('connected', () => plain.page.httpState(), (s) => s.connection === 'connected');

  await join(server, room, alice, { singlePeerConnection: true });
  await alice.page.publish({ codec: 'vp8' });
  await playerSees(alice);
  await playerHears(alice);

  await join(server, room, bob, { singlePeerConnection: true });
  await bob.page.publish({ codec: 'h264' });
  await sees(alice, bob);
  await playerSees(alice);
  await alice.page.leave();
  await playerSees(bob);
  await playerHears(bob);

  await bob.page.leave();
  await join(server, room, alice, { singlePeerConnection: true });
  await alice.page.publish({ codec: 'vp8' });
  await playerSees(alice);
  await playerHears(alice);
});

test('a player that names somebody sees nobody else', { timeout: 90_000 }, async () => {
  const room = newRoom('whep-named');
  await join(server, room, alice, { singlePeerConnection: true });
  await join(server, room, bob, { singlePeerConnection: true });
  await alice.page.publish({});
  await bob.page.publish({});
  await watch(room, `?participant=${identityOf(bob)}`);
  await playerSees(bob);
  await playerHears(bob);
});
