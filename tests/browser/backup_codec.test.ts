// A publisher's second codec: for who lacks the first, and for nobody else unless it wishes so.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant, firefoxParticipant } from '../harness/browser.ts';
import { PATHS, identityOf, join, newRoom, sees } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let sender: Participant;
let modern: Participant;
/** Decodes neither VP9 nor AV1. */
let old: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'backup-codec' });
  [sender, modern, old] = await Promise.all([
    chromiumParticipant(pages.url, 1),
    chromiumParticipant(pages.url, 2),
    firefoxParticipant(pages.url, 3, {
      'media.peerconnection.video.vp9_enabled': false,
      'media.webrtc.codec.video.av1.enabled': false,
    }),
  ]);
});

afterEach(async () => {
  await Promise.all([sender?.reload(), modern?.reload(), old?.reload()]);
});

afterAll(async () => {
  await Promise.all([sender?.close(), modern?.close(), old?.close()]);
  await server?.stop();
  await pages?.close();
});

/** Of the pictures that come or go, counted from now on. */
async function codecs(participant: Participant, type: 'inbound-rtp' | 'outbound-rtp') {
  const counted = type === 'inbound-rtp' ? 'framesDecoded' : 'framesEncoded';
  const frames = async () => {
    const pictures = (await participant.page.rtp()).filter((it) => it['type'] === type && it['kind'] === 'video');
    return new Map(pictures.map((it) => [String(it['id']), { codec: String(it['codec']), frames: Number(it[counted] ?? 0) }]));
  };
  const before = await frames();
  const since = ([id, now]: [string, { frames: number }]) => now.frames - (before.get(id)?.frames ?? 0);
  const after = await until('frames', frames, (all) => [...all].some((it) => since(it) > 10), 20_000);
  return [...new Set([...after].filter((it) => since(it) > 0).map(([, { codec }]) => codec))].sort();
}

const CASES = PATHS.flatMap((path) => (['vp9', 'av1'] as const).map((codec) => ({ ...path, codec })));

test.each(CASES)('over $path: who lacks $codec sees VP8, the others go on with $codec', { timeout: 120_000 }, async ({ singlePeerConnection, codec }) => {
  const room = newRoom('backup');
  const first = `video/${codec.toUpperCase()}`;
  await join(server, room, sender, { singlePeerConnection, dynacast: true });
  await join(server, room, modern, { singlePeerConnection });
  await sender.page.publish({ codec, backup: 'vp8', microphone: false });
  await sees(modern, sender);
  expect(await codecs(modern, 'inbound-rtp')).toEqual([first]);
  expect(await codecs(sender, 'outbound-rtp'), 'nobody needs the second').toEqual([first]);

  await join(server, room, old, { singlePeerConnection });
  await sees(old, sender);
  expect(await codecs(old, 'inbound-rtp')).toEqual(['video/VP8']);
  await sees(modern, sender);
  expect(await codecs(modern, 'inbound-rtp')).toEqual([first]);
  const seen = (await old.page.others()).find(({ identity }) => identity === identityOf(sender))!;
  expect(seen.tracks, 'one track, whatever its codecs').toHaveLength(1);

  await old.page.leave();
  await until('the second codec is not sent any more', () => codecs(sender, 'outbound-rtp'), (all) => String(all) === first, 40_000);
  await sees(modern, sender);
});

test.each(PATHS)('over $path: as the publisher wishes, all go over to the second codec once somebody needs it', { timeout: 120_000 }, async ({ singlePeerConnection }) => {
  const room = newRoom('regression');
  await join(server, room, sender, { singlePeerConnection, dynacast: true });
  await join(server, room, modern, { singlePeerConnection });
  await sender.page.publish({ codec: 'vp9', backup: 'vp8', regresses: true, microphone: false });
  await sees(modern, sender);
  expect(await codecs(modern, 'inbound-rtp')).toEqual(['video/VP9']);

  await join(server, room, old, { singlePeerConnection });
  await sees(old, sender);
  await until('the other has gone over', () => codecs(modern, 'inbound-rtp'), (all) => String(all) === 'video/VP8', 20_000);
  await sees(modern, sender);
  await until('only one is encoded', () => codecs(sender, 'outbound-rtp'), (all) => String(all) === 'video/VP8', 40_000);
  await sees(old, sender);
});

test.each(PATHS)('over $path: where there is no second codec, who lacks the first is told so', { timeout: 90_000 }, async ({ singlePeerConnection }) => {
  const room = newRoom('no-backup');
  await join(server, room, sender, { singlePeerConnection });
  await join(server, room, modern, { singlePeerConnection });
  await join(server, room, old, { singlePeerConnection });
  await sender.page.publish({ codec: 'vp9', microphone: false });
  await sees(modern, sender);
  await until('the subscription failed', () => old.page.events(), (events) =>
    events.some(({ what }) => what.startsWith(`subscription failed ${identityOf(sender)}`)), 20_000);
});
