// Hundreds of switches between layers, each as soon as the one before was seen: no decoder ever stalls.
// PARLEY_SWITCHES=500 is the whole of it, for each codec; a few dozen are made otherwise.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { identityOf, join, newRoom, sees } from '../harness/call.ts';
import { HD, SMALL } from '../harness/media.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

const SWITCHES = Number(process.env.PARLEY_SWITCHES ?? 30);
const SEED = Number(process.env.PARLEY_SEED ?? 7);
const TWO_OF_SMALL = [320, 640] as const;
const THREE_OF_SMALL = [160, 320, 640] as const;
const THREE_OF_HD = [320, 640, 1280] as const;

let server: Server;
let pages: PageServer;
let sender: Participant;
let viewer: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'switches' });
  [sender, viewer] = await Promise.all([chromiumParticipant(pages.url, 1, { camera: HD }), chromiumParticipant(pages.url, 2)]);
});

afterEach(async () => {
  await Promise.all([sender?.reload(), viewer?.reload()]);
});

afterAll(async () => {
  await Promise.all([sender?.close(), viewer?.close()]);
  await server?.stop();
  await pages?.close();
});

/** What the viewer's browser counts of the picture that it gets. */
async function inbound(): Promise<Record<string, number>> {
  const stats = (await viewer.page.rtp()).find((it) => it['type'] === 'inbound-rtp' && it['kind'] === 'video');
  const names = [
    'freezeCount', 'totalFreezesDuration', 'framesDropped', 'framesReceived', 'framesDecoded', 'keyFramesDecoded', 'pliCount', 'nackCount',
  ];
  return Object.fromEntries(names.map((name) => [name, Number(stats?.[name] ?? 0)]));
}

/** The longest time in which the sender encoded nothing, until it is stopped: what a busy machine does to it. */
function watchEncoder() {
  let [stopped, count, at, longest] = [false, -1, performance.now(), 0];
  const watching = (async () => {
    while (!stopped) {
      const now = (await sender.page.rtp()).reduce((sum, it) => sum + Number(it['framesEncoded'] ?? 0), 0);
      longest = Math.max(longest, performance.now() - at);
      if (now !== count) [count, at] = [now, performance.now()];
      await sleep(50);
    }
    return longest;
  })();
  return () => ((stopped = true), watching);
}

const quantile = (values: readonly number[], q: number) =>
  Math.round([...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? NaN);

test.each([
  { codec: 'vp8', mode: undefined, camera: HD, widths: THREE_OF_HD, dynacast: false },
  { codec: 'vp8', mode: undefined, camera: HD, widths: THREE_OF_HD, dynacast: true },
  { codec: 'h264', mode: undefined, camera: HD, widths: THREE_OF_HD, dynacast: false },
  { codec: 'vp9', mode: 'L3T3_KEY', camera: SMALL, widths: THREE_OF_SMALL, dynacast: false },
  { codec: 'vp9', mode: 'L3T3', camera: SMALL, widths: THREE_OF_SMALL, dynacast: false },
  { codec: 'av1', mode: 'L3T3_KEY', camera: SMALL, widths: THREE_OF_SMALL, dynacast: false },
  { codec: 'av1', mode: 'L3T3', camera: SMALL, widths: THREE_OF_SMALL, dynacast: false },
  // Encodings of their own, each with temporal layers: simulcast of codecs that know SVC.
  { codec: 'vp9', mode: 'L1T3', camera: SMALL, widths: TWO_OF_SMALL, dynacast: false },
  { codec: 'vp9', mode: 'L1T2', camera: SMALL, widths: TWO_OF_SMALL, dynacast: true },
  { codec: 'av1', mode: 'L1T3', camera: SMALL, widths: TWO_OF_SMALL, dynacast: false },
  { codec: 'av1', mode: 'L1T2', camera: SMALL, widths: TWO_OF_SMALL, dynacast: true },
] as const)('$codec $mode, dynacast $dynacast', { timeout: 120_000 + SWITCHES * 2_000 }, async (one) => {
  const { codec, mode, camera, widths, dynacast } = one;
  const room = newRoom('switches');
  const who = identityOf(sender);
  await join(server, room, sender, { singlePeerConnection: true, dynacast });
  await join(server, room, viewer, { singlePeerConnection: true });
  await sender.page.publish({ ...camera, codec, ...(mode ? { scalabilityMode: mode } : {}), microphone: false });
  await sees(viewer, sender);
  await until('the highest layer', async () => (await viewer.page.video(who)).width, (width) => width === widths.at(-1), 30_000);

  const before = await inbound();
  const encoderGap = watchEncoder();
  const report = await viewer.page.switchLayers(who, { seed: SEED, count: SWITCHES, widths, rates: [4, 10, 30, 30] });
  const encoderGapMs = await encoderGap();
  const after = await inbound();
  const counted = Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]!]));
  const facts = {
    switches: report.switches,
    seen: report.seen,
    changes: report.changes,
    seenMs: [0.5, 0.95, 1].map((q) => quantile(report.seenMs, q)),
    gapMs: [0.5, 0.95, 1].map((q) => quantile(report.gapsMs, q)),
    worst: report.worst,
    stillMs: Math.round(report.stillMs),
    encoderGapMs: Math.round(encoderGapMs),
    ...counted,
  };
  console.log(`${codec} ${mode ?? 'simulcast'}${dynacast ? ' dynacast' : ''}: ${JSON.stringify(facts)}`);

  expect(report.finalWidth).toBe(widths.at(-1));
  await sees(viewer, sender);
  expect(report.changes).toBeGreaterThan(SWITCHES / 6);
  // A decoder that lacks something asks for a key frame; a machine that is too busy may be the reason, now and then.
  expect(counted['pliCount'], 'the decoder could not go on').toBeLessThanOrEqual(1 + SWITCHES / 100);
  // A decoder that stalls does so until it asks for a key frame, which libwebrtc does after three seconds. The largest
  // layer at its lowest rate takes 270 ms between frames of a camera of 15, a busy machine longer; what was not encoded
  // cannot be seen.
  const longest = Math.max(...report.gapsMs);
  expect(longest, `no decoded frame for so long, at ${report.worst}`).toBeLessThan(2000 + 2 * encoderGapMs);
});
