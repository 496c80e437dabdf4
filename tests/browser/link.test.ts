// The network that other tests put between a browser and a server is the one that they asked for: what the browser
// measures itself (getStats) is what was set.
import { spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant, launchChromium } from '../harness/browser.ts';
import { identityOf, join, newRoom, sees } from '../harness/call.ts';
import { Link, MediaLink, withoutCandidates } from '../harness/link.ts';
import { HD } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { ROOT } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { token } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';

let pages: PageServer;
let link: MediaLink | undefined;

beforeAll(async () => {
  pages = await servePage();
});

afterEach(async () => {
  await link?.stop();
});

afterAll(async () => {
  await pages?.close();
});

test('the traces are those that their script makes', () => {
  const { status, stderr } = spawnSync('python3', [path.join(ROOT, 'emulator/traces/generate.py'), '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

/** Half of the round trips to an echo took less. */
async function medianRoundTrip(port: number): Promise<number> {
  const socket = dgram.createSocket('udp4');
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const sent = performance.now();
    const answered = new Promise((resolve) => socket.once('message', resolve));
    socket.send('ping', port, '127.0.0.1');
    await answered;
    times.push(performance.now() - sent);
  }
  socket.close();
  return times.sort((a, b) => a - b)[100]!;
}

test('a link that is told nothing adds less than 2 ms to a round trip', async () => {
  const echo = dgram.createSocket('udp4');
  echo.on('message', (text, from) => echo.send(text, from.port, from.address));
  await new Promise<void>((resolve) => echo.bind(0, '127.0.0.1', resolve));
  link = await MediaLink.open();
  const direct = await medianRoundTrip(echo.address().port);
  const through = await medianRoundTrip((await link.way('127.0.0.1', echo.address().port)).port);
  echo.close();
  console.log('link: round trip', JSON.stringify({ directMs: direct, throughMs: through }));
  expect(through - direct).toBeLessThan(2);
});

/** Opus at a constant 510 kbit/s that nothing slows down: what it does to a link is known beforehand. */
const unyielding = (offer: string) =>
  offer.replaceAll('useinbandfec=1', 'stereo=1;cbr=1;maxaveragebitrate=510000').replaceAll(/^a=rtcp-fb:\d+ transport-cc\r\n/gm, '');

/**
 * Two connections within one page: `client` is behind the link, `server` is whom it talks to, who sends it six tones,
 * 3 Mbit/s in 300 packets a second.
 */
class Pair {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  static async open(network: MediaLink): Promise<Pair> {
    const browser = await launchChromium(2);
    const page = await browser.newPage();
    await page.goto(pages.url);
    const offer = await page.evaluate(async () => {
      const [client, server] = [new RTCPeerConnection(), new RTCPeerConnection()];
      const context = new AudioContext();
      for (let i = 0; i < 6; i++) {
        const tone = new OscillatorNode(context, { frequency: 300 + 50 * i });
        const out = new MediaStreamAudioDestinationNode(context);
        tone.connect(out);
        tone.start();
        server.addTrack(out.stream.getAudioTracks()[0]!, out.stream);
        client.addTransceiver('audio', { direction: 'recvonly' });
      }
      Object.assign(window, { client, server });
      await client.setLocalDescription();
      return client.localDescription!.sdp;
    });
    const answer = await page.evaluate(async (sdp) => {
      const { server } = window as unknown as { server: RTCPeerConnection };
      await server.setRemoteDescription({ type: 'offer', sdp });
      const gathered = new Promise<void>((resolve) =>
        server.addEventListener('icegatheringstatechange', () => server.iceGatheringState === 'complete' && resolve()),
      );
      await server.setLocalDescription();
      await gathered;
      return server.localDescription!.sdp;
    }, unyielding(withoutCandidates(offer)));
    await page.evaluate(async (sdp) => {
      const { client } = window as unknown as { client: RTCPeerConnection };
      const connected = new Promise<void>((resolve) =>
        client.addEventListener('connectionstatechange', () => client.connectionState === 'connected' && resolve()),
      );
      await client.setRemoteDescription({ type: 'answer', sdp });
      await connected;
    }, await network.rewriteSdp(answer));
    return new Pair(browser, page);
  }

  /** As the client's browser counts it. */
  async measured() {
    return this.page.evaluate(async () => {
      const { client } = window as unknown as { client: RTCPeerConnection };
      const found = { at: performance.now(), bytes: 0, packets: 0, rttMs: 0, lost: 0, received: 0 };
      (await client.getStats()).forEach((entry) => {
        if (entry.type === 'transport') [found.bytes, found.packets] = [entry.bytesReceived, entry.packetsReceived];
        if (entry.type === 'candidate-pair' && entry.nominated) found.rttMs = entry.currentRoundTripTime * 1000;
        if (entry.type === 'inbound-rtp') {
          found.lost += entry.packetsLost;
          found.received += entry.packetsReceived;
        }
      });
      return found;
    });
  }

  async over(ms: number) {
    const before = await this.measured();
    // The least of several: a busy machine answers late, and never early.
    let [after, rttMs] = [before, Infinity];
    while (after.at < before.at + ms) {
      await sleep(500);
      after = await this.measured();
      rttMs = Math.min(rttMs, after.rttMs);
    }
    const [lost, received] = [after.lost - before.lost, after.received - before.received];
    // With IP and UDP headers, as the link counts.
    const bytes = after.bytes - before.bytes + 28 * (after.packets - before.packets);
    return { rttMs, lossPercent: (100 * lost) / (lost + received), bitrate: (8000 * bytes) / (after.at - before.at) };
  }

  close = () => this.browser.close();
}

test('Chromium measures the delay, the loss and the rate that were set', { retry: 1 }, async () => {
  link = await MediaLink.open({ down: { delay: '100ms', loss: '5%' } });
  const pair = await Pair.open(link);
  try {
    // The browser has done all that comes with a call's beginning.
    await sleep(1000);
    await link.clear();
    const { rttMs, lossPercent } = await pair.over(5000);
    const { down: lossy } = await link.stats();
    const lostPercent = (100 * lossy.lost.loss) / lossy.in.packets;
    await link.set({ down: { loss: 0, rate: '2M', queue: '100ms' } });
    await sleep(1000);
    await link.clear();
    const { bitrate } = await pair.over(3000);
    const { down } = await link.stats();
    console.log('link: measured', JSON.stringify({ rttMs, lossPercent, lostPercent, bitrate, down }));
    expect(rttMs, '100 ms, and up to 20 for the browser').toBeGreaterThanOrEqual(100);
    expect(rttMs).toBeLessThan(120);
    expect(lostPercent, '5 % of 1500 packets, within four deviations').toBeGreaterThan(2.7);
    expect(lostPercent).toBeLessThan(7.3);
    expect(Math.abs(lossPercent - lostPercent), 'what was under way at either end').toBeLessThan(1);
    expect(bitrate / 2e6, 'of 2 Mbit/s, within 5 %').toBeGreaterThan(0.95);
    expect(bitrate / 2e6).toBeLessThan(1.05);
    expect(down.queue_ms.max, '100 ms, and what is being sent').toBeLessThan(115);
    expect(down.lost.overload).toBe(0);
  } finally {
    await pair.close();
  }
});

test('all media of a participant goes through its link, and no other way is known to it', async () => {
  const server = await Server.start({ name: 'link' });
  const [sender, viewer]: Participant[] = await Promise.all([
    chromiumParticipant(pages.url, 1, { camera: HD }),
    chromiumParticipant(pages.url, 2),
  ]);
  const own = await Link.between(server, { both: { delay: '20ms' } });
  link = own;
  try {
    const room = newRoom('link');
    await join(server, room, sender!, { singlePeerConnection: true });
    await sender!.page.publish({ ...HD });
    await viewer!.page.join({ url: own.ws, token: await token(room, identityOf(viewer!)), singlePeerConnection: true });
    await sees(viewer!, sender!);

    for (const { protocol, remoteCandidates } of await viewer!.page.connections()) {
      expect(protocol).toBe('udp');
      expect(remoteCandidates.filter((candidate) => !candidate.startsWith('udp '))).toEqual([]);
      const ports = remoteCandidates.map((candidate) => Number(/:(\d+) /.exec(candidate)![1]));
      expect(ports.filter((port) => server.mediaPorts.includes(port))).toEqual([]);
    }
    // Payload and header, the 10 to 16 bytes of SRTP's tag, IP and UDP; RTCP and checks are the link's alone.
    const received = async () =>
      (await viewer!.page.rtp())
        .filter(({ type }) => type === 'inbound-rtp')
        .map((entry) => entry as Record<string, number>)
        .reduce((sum, one) => sum + one['bytesReceived']! + one['headerBytesReceived']! + 40 * one['packetsReceived']!, 0);
    await own.clear();
    const before = await received();
    await sleep(3000);
    const [after, { down }] = await Promise.all([received(), own.stats()]);
    console.log('link: through', JSON.stringify({ browser: after - before, link: down.out.bytes }));
    expect((after - before) / down.out.bytes, 'of what the link let through').toBeGreaterThan(0.9);
    expect((after - before) / down.out.bytes).toBeLessThan(1.05);

    await own.set({ down: { loss: '100%' } });
    const { frames } = await viewer!.page.video(identityOf(sender!));
    await sleep(1000);
    const dark = await viewer!.page.video(identityOf(sender!));
    expect(dark.frames - frames, 'frames that came after the link was cut').toBeLessThan(5);
    await own.set({ down: { loss: 0 } });
    await until('the picture is back', () => viewer!.page.video(identityOf(sender!)), (v) => v.frames > dark.frames + 10);
  } finally {
    await Promise.all([sender!.close(), viewer!.close()]);
    await server.stop();
  }
});
