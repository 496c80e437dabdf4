// The harness itself: two browsers wired to each other without a server. What these watchers say of a good
// connection is the yardstick for what they say of ours.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant, firefoxParticipant } from './browser.ts';
import { type PageServer, servePage } from './page_server.ts';
import { drawRgb, readPicture, toneHz } from './pattern.ts';
import { until } from './wait.ts';

let pages: PageServer;
let alice: Participant;
let bob: Participant;

beforeAll(async () => {
  pages = await servePage();
  [alice, bob] = await Promise.all([chromiumParticipant(pages.url, 1), chromiumParticipant(pages.url, 2)]);
});

afterAll(async () => {
  await Promise.all([alice?.close(), bob?.close()]);
  await pages?.close();
});

test('a drawn picture says who it is, and a broken one says nothing', () => {
  const rgb = drawRgb(5, 42, 320, 180);
  const rgba = new Uint8ClampedArray(320 * 180 * 4);
  for (let i = 0; i < 320 * 180; i++) rgba.set([...rgb.subarray(i * 3, i * 3 + 3), 255], i * 4);
  expect(readPicture(rgba, 320, 180)).toEqual({ id: 5, frame: 42, psnr: 99 });
  rgba.fill(90);
  expect(readPicture(rgba, 320, 180)).toBeNull();
});

test('picture and tone of a fake camera and microphone are recognised at the other end', async () => {
  const offer = await alice.page.directOffer();
  const answer = await bob.page.directAnswer(offer);
  await alice.page.directComplete(answer);

  const seen = await until('a readable picture', () => bob.page.directVideo(), (v) => v.id === 1 && v.psnr > 24);
  expect(seen.width).toBeGreaterThan(0);
  const first = seen.frames;
  const later = await until('more frames', () => bob.page.directVideo(), (v) => v.frames > first + 20);
  expect(later.frame).not.toBe(seen.frame);

  const heard = await until('the tone', () => bob.page.directAudio(), (a) => a.energy > 0.01 && a.clarity > 20);
  expect(Math.abs(heard.peakHz - toneHz(1))).toBeLessThan(15);
  console.log('without a server', JSON.stringify({ seen, heard, gaps: await bob.page.directGaps() }));
});

test('a browser can share a screen with sound', async () => {
  const kinds = await alice.page.displayKinds();
  expect(kinds.map((kind) => kind.split(' ')[0]).sort()).toEqual(['audio', 'video']);
});

test('Firefox loads the page and can be driven', async () => {
  const carol = await firefoxParticipant(pages.url, 3);
  expect(await carol.page.state()).toBe('disconnected');
  await carol.close();
});
