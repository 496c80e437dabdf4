// Firefox ESR and Chromium share no WebRTC code worth mentioning: both ways, over both paths.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant, firefoxParticipant } from '../harness/browser.ts';
import { PATHS, join, newRoom, seeAndHearEachOther } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';

let server: Server;
let pages: PageServer;
let firefox: Participant;
let chrome: Participant;

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'firefox' });
  [firefox, chrome] = await Promise.all([firefoxParticipant(pages.url, 3), chromiumParticipant(pages.url, 1)]);
});

afterEach(async () => {
  await Promise.all([firefox?.reload(), chrome?.reload()]);
});

afterAll(async () => {
  await Promise.all([firefox?.close(), chrome?.close()]);
  await server?.stop();
  await pages?.close();
});

test.each(PATHS)('Firefox and Chromium see and hear each other over $path', async ({ singlePeerConnection }) => {
  const room = newRoom('firefox');
  await join(server, room, chrome, { singlePeerConnection });
  await chrome.page.publish({});
  await join(server, room, firefox, { singlePeerConnection });
  await firefox.page.publish({ synthetic: firefox.id });
  await seeAndHearEachOther([firefox, chrome]);
  expect(await firefox.page.state()).toBe('connected');
});
