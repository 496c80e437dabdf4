// An implementation that shares no code with libwebrtc, in one room with Chromium.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, hears, identityOf, join, newRoom, sees } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { toneHz } from '../harness/pattern.ts';
import { ForeignPeer } from '../harness/foreign_peer.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let browser: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'aiortc' });
  browser = await chromiumParticipant(pages.url, 1);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await pages?.close();
});

test.each(PATHS)('aiortc over $path: ICE, DTLS, SRTP both ways and a data channel', { timeout: 90_000 }, async ({ singlePeerConnection }) => {
  await browser.reload();
  const room = newRoom('aiortc');
  await join(server, room, browser, { singlePeerConnection: true });
  await browser.page.publish({ codec: 'vp8' });

  const peer = ForeignPeer.start(6, server.ws, await token(room, 'p6'), singlePeerConnection);
  try {
    await until('aiortc is connected', () => peer.all('connected').length, (n) => n >= (singlePeerConnection ? 1 : 2), 30_000);
    await sees(browser, peer);
    await hears(browser, peer);

    await until('aiortc sees the browser', () => peer.last('video'), (v) => v?.['id'] === browser.id, 30_000);
    const frames = peer.last('video')!['frames'] as number;
    await until('the picture moves', () => peer.last('video')!['frames'] as number, (n) => n >= frames + 20);
    await until('aiortc hears the browser', () => peer.last('audio'), (a) =>
      a !== undefined && (a['energy'] as number) > 0.02 && a['hz'] === toneHz(browser.id), 20_000);

    const wanted = Array.from({ length: 50 }, (_, i) => `${i} ${'z'.repeat((i * 131) % 5000)}`);
    for (const text of wanted) await browser.page.send(text, true);
    await until('data at aiortc', () => peer.all('data').length, (n) => n >= wanted.length);
    expect(peer.all('data').map((data) => data['text'])).toEqual(wanted);
    expect(peer.all('data').every((data) => data['sender'] === identityOf(browser))).toBe(true);

    for (const text of wanted) peer.send(text);
    const got = await until('data at the browser', () => browser.page.received(), (all) => all.length >= wanted.length);
    expect(got.map(({ text }) => text)).toEqual(wanted);
  } finally {
    peer.stop();
  }
});
