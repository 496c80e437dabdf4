// The network moves under a call: a router forgets who is behind which port, a phone goes from Wi-Fi to mobile. Who it
// happens to does not leave, and is seen and heard again.
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, identityOf, join, newRoom, seeAndHearEachOther } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { type SignalProxy, startSignalProxy } from '../harness/signal_proxy.ts';
import { token } from '../harness/tokens.ts';
import { UdpProxy } from '../harness/udp_proxy.ts';
import { sleep, until } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
/** Her packets and her signaling go through the proxies. */
let alice: Participant;
let bob: Participant;
let network: UdpProxy;
let signal: SignalProxy;
/** The TCP connection of her WebSocket. */
let wire: Duplex;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'network-change' });
  [alice, bob] = await Promise.all([chromiumParticipant(pages.url, 1), chromiumParticipant(pages.url, 2)]);
});

beforeEach(async () => {
  network = await UdpProxy.start(server.mediaPorts);
  signal = await startSignalProxy(server.ws, {
    opened: (session) => void (wire = session.wire),
    fromServer: (_session, message) => network.rewrite(message),
  });
});

afterEach(async () => {
  await Promise.all([alice?.reload(), bob?.reload()]);
  await signal?.close();
  await network?.close();
});

afterAll(async () => {
  await Promise.all([alice?.close(), bob?.close()]);
  await server?.stop();
  await pages?.close();
});

const happened = async (participant: Participant, since = 0) => (await participant.page.events(since)).map(({ what }) => what);
const associations = async (participant: Participant) =>
  (await participant.page.connections()).map(({ association }) => association);

describe.each(PATHS)('$path', ({ singlePeerConnection }) => {
  beforeEach(async () => {
    const room = newRoom('network');
    await alice.page.join({ url: signal.ws, token: await token(room, identityOf(alice)), singlePeerConnection });
    await join(server, room, bob, { singlePeerConnection });
    await Promise.all([alice.page.publish({}), bob.page.publish({})]);
    await seeAndHearEachOther([alice, bob]);
    expect(network.sources, 'one port at the server for each of her connections').toHaveLength(singlePeerConnection ? 1 : 2);
  });

  // How long depends on the browser: the server learns of the new address by its next check, every 2.5 seconds.
  test.each([
    ['another port', '127.0.0.1'],
    ['another address and port', '127.0.0.2'],
  ])('she is given %s: nobody sees more than a short halt', { timeout: 90_000, retry: 1 }, async (_what, address) => {
    const [before, seen, heard] = [await associations(alice), (await bob.page.events()).length, network.sources.length];
    await Promise.all([bob.page.markGaps(identityOf(alice)), alice.page.markGaps(identityOf(bob))]);
    network.move(address);
    await until('the server hears her from there', () => network.sources.slice(heard), (fresh) =>
      fresh.length >= heard && fresh.every((source) => source.startsWith(`${address}:`)), 30_000);
    await seeAndHearEachOther([alice, bob]);
    const gaps = await Promise.all([bob.page.gaps(identityOf(alice)), alice.page.gaps(identityOf(bob))]);
    console.log('moved to', address, JSON.stringify(gaps));
    for (const { longest } of gaps) expect(longest, 'longest time without a new frame, in ms').toBeLessThan(5000);
    expect((await happened(bob, seen)).filter((what) => /^(left|unsubscribed)/.test(what))).toEqual([]);
    expect(await associations(alice), 'the DTLS associations of before').toEqual(before);
  });

  test('she goes over to another network, which cuts her WebSocket too: she resumes', { timeout: 90_000 }, async () => {
    const [before, seen] = [await associations(alice), (await bob.page.events()).length];
    network.move('127.0.0.2');
    wire.destroy();
    await until('her SDK has resumed', () => happened(alice), (events) => events.includes('reconnected'), 40_000);
    await seeAndHearEachOther([alice, bob]);
    expect(network.sources.filter((source) => source.startsWith('127.0.0.2:')).length).toBeGreaterThan(0);
    expect((await happened(bob, seen)).filter((what) => /^(left|unsubscribed)/.test(what))).toEqual([]);
    expect(await associations(alice), 'the DTLS associations of before').toEqual(before);
  });

  test('all is dark for eight seconds, then there is another way: she comes back by herself', { timeout: 120_000 }, async () => {
    const [before, seen] = [await associations(alice), (await bob.page.events()).length];
    network.goDark();
    await sleep(8000);
    await network.comeBackElsewhere('127.0.0.2');
    const back = performance.now();
    await until('her SDK has resumed', () => happened(alice), (events) =>
      events.includes('reconnected'), 40_000);
    await seeAndHearEachOther([alice, bob]);
    console.log('dark', JSON.stringify({ backAfter: performance.now() - back }));
    expect((await happened(alice)).filter((what) => /^disconnected/.test(what))).toEqual([]);
    expect((await happened(bob, seen)).filter((what) => /^(left|unsubscribed)/.test(what))).toEqual([]);
    expect(await associations(alice), 'resumed, not begun anew').toEqual(before);
  });
});
