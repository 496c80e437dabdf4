// Forty people part into eight rooms and come back, all of them at once: two in browsers that show their pictures, the
// others clients of `parley load`. Where somebody is, the media plane says; whom they meet there, the browsers say. How long
// it takes, `bench/run meeting` measures.
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { LOGS } from '../harness/paths.ts';
import { Parting } from '../harness/parting.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const PEOPLE = 40;
const ROOMS = 8;

let server: Server;
let parting: Parting;

/** Frames of the picture of everybody but oneself. */
const frames = (page: Page) =>
  page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('li[data-identity]:not([aria-label^="Your own"]) video')].map((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames)));

async function seeEachOther() {
  for (const page of parting.pages) {
    const before = await frames(page);
    await until('pictures move', () => frames(page), (count) => count > before + 10, 20_000);
  }
}

beforeAll(async () => {
  fs.mkdirSync(LOGS, { recursive: true });
  server = await Server.start({ name: 'parting' });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
  parting = await Parting.gather(server, PEOPLE, ROOMS);
}, 180_000);

afterAll(async () => {
  await parting?.disperse();
  await server?.stop();
}, 120_000);

test('everybody comes into the room of their group, and meets their group there', async () => {
  const took = await parting.open();
  console.log(`${PEOPLE} people into ${ROOMS} rooms: the last is there after ${took.toFixed(0)} ms`);
  await seeEachOther();
  await parting.pages[0]!.screenshot({ path: path.join(LOGS, 'parting.png') });
}, 120_000);

test('everybody comes back', async () => {
  const took = await parting.close();
  console.log(`${PEOPLE} people back from ${ROOMS} rooms: the last is there after ${took.toFixed(0)} ms`);
  await seeEachOther();
}, 120_000);
