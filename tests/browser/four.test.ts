// Four people: every one of twelve pictures and twelve tones arrives, and is the right one.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, expectRoster, join, newRoom, seeAndHearEachOther } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';

let server: Server;
let pages: PageServer;
let people: Participant[] = [];

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'four' });
  const camera = { width: 320, height: 180, fps: 15 };
  people = await Promise.all([1, 2, 3, 4].map((id) => chromiumParticipant(pages.url, id, { camera })));
});

afterEach(async () => {
  await Promise.all(people.map((person) => person.reload()));
});

afterAll(async () => {
  await Promise.all(people.map((person) => person.close()));
  await server?.stop();
  await pages?.close();
});

test.each(PATHS)('four people see and hear each other over $path', { timeout: 120_000 }, async (options) => {
  const room = newRoom('four');
  for (const person of people) {
    await join(server, room, person, { singlePeerConnection: options.singlePeerConnection });
    await person.page.publish({ width: 320, height: 180, fps: 15 });
  }
  for (const person of people) await expectRoster(person, people.filter((other) => other !== person));
  await seeAndHearEachOther(people);
});

test('four people who join at the same moment, half of them over each path', { timeout: 120_000 }, async () => {
  const room = newRoom('at-once');
  await Promise.all(
    people.map(async (person, i) => {
      await join(server, room, person, { singlePeerConnection: i % 2 === 0 });
      await person.page.publish({ width: 320, height: 180, fps: 15 });
    }),
  );
  await seeAndHearEachOther(people);
  expect(people.length).toBe(4);
});
