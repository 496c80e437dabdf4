// Coming and going: hundreds of joins, after which the roster is right and nothing is left behind.
import { dispose } from '@livekit/rtc-node';
import { ParticipantInfo_State } from '@livekit/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newRoom } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { openDescriptors, residentKb } from '../harness/processes.ts';
import { Server } from '../harness/server.ts';
import { SignalClient, cannedOffer } from '../harness/signal_client.ts';
import { token } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';

const PLANES = ['signal', 'media'] as const;
let server: Server;

beforeAll(async () => {
  server = await Server.start({ name: 'churn' });
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

/** What a watcher in the room has been told: who is there now. */
function rosterOf(watcher: SignalClient): string[] {
  const present = new Map<string, string>();
  for (const { message } of watcher.messages) {
    const infos =
      message.case === 'join' ? message.value.otherParticipants : message.case === 'update' ? message.value.participants : [];
    for (const { sid, identity, state } of infos) {
      if (state === ParticipantInfo_State.DISCONNECTED) present.delete(sid);
      else present.set(sid, identity);
    }
  }
  return [...present.values()].sort();
}

async function visit(room: string, identity: string, i: number) {
  const v1 = i % 2 === 0;
  const client = await SignalClient.connect({
    url: server.ws,
    token: await token(room, identity),
    v1,
    ...(v1 ? { offer: cannedOffer(`u${i}ab`) } : {}),
  });
  await client.wait('join');
  if (v1) await client.wait('answer');
  // A third of the visitors leave without a word.
  if (i % 3 === 0) client.socket.terminate();
  else await client.leave();
}

/** Eight at a time, as a crowd does. */
async function churn(room: string, visits: number) {
  let next = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < visits) {
        const i = next++;
        await visit(room, `visitor-${i % 50}-${i}`, i);
      }
    }),
  );
}

function usage() {
  return Object.fromEntries(
    PLANES.map((plane) => {
      const { pid } = server.process(plane);
      return [plane, { descriptors: openDescriptors(pid), kb: residentKb(pid) }];
    }),
  );
}

test('500 joins and leaves: the roster is right, nothing is leaked', { timeout: 300_000 }, async () => {
  const room = newRoom('churn');
  const resident = await SignalClient.connect({ url: server.ws, token: await token(room, 'resident'), v1: true, offer: cannedOffer() });
  await resident.wait('join');
  const watcher = await SignalClient.connect({ url: server.ws, token: await token(room, 'watcher') });
  await watcher.wait('join');

  // The first visitors fill pools and caches; what they leave is not a leak.
  await churn(room, 100);
  await until('the first crowd is gone', () => rosterOf(watcher), (who) => who.join() === 'resident', 30_000);
  await sleep(3000);
  const before = usage();

  await churn(room, 500);
  const seen = await until('the roster is right', () => rosterOf(watcher), (who) => who.join() === 'resident', 30_000);
  expect(seen).toEqual(['resident']);

  const again = await SignalClient.connect({ url: server.ws, token: await token(room, 'late') });
  const join = await again.wait('join');
  expect(join.otherParticipants.map(({ identity }) => identity).sort()).toEqual(['resident', 'watcher']);
  await again.leave();

  await sleep(3000);
  const after = usage();
  console.log('500 joins', JSON.stringify({ before, after }));
  for (const plane of PLANES) {
    expect(after[plane]!.descriptors, `${plane}: open descriptors`).toBeLessThanOrEqual(before[plane]!.descriptors + 2);
    // 500 sessions of a few hundred kilobytes each would show as a hundred megabytes.
    expect(after[plane]!.kb - before[plane]!.kb, `${plane}: growth in kB`).toBeLessThan(12_000);
  }
  await Promise.all([resident.leave(), watcher.leave()]);
});

test('20 native clients come, send data and go: the roster is right', { timeout: 120_000 }, async () => {
  const room = newRoom('native-churn');
  const watcher = await SignalClient.connect({ url: server.ws, token: await token(room, 'watcher') });
  await watcher.wait('join');
  for (let round = 0; round < 5; round++) {
    const people = Array.from({ length: 4 }, (_, i) => new NodeParticipant(i));
    await Promise.all(people.map(async (person) => person.join(server.ws, await token(room, `native-${person.id}`))));
    await until('all four are known', () => rosterOf(watcher), (who) => who.length === 4);
    await Promise.all(people.map((person) => person.leave()));
    await until('all four are gone', () => rosterOf(watcher), (who) => who.length === 0);
  }
  await watcher.leave();
});

test('the same identity again takes the place of the first', async () => {
  const room = newRoom('twice');
  const first = await SignalClient.connect({ url: server.ws, token: await token(room, 'twin') });
  const { participant } = await first.wait('join');
  const second = await SignalClient.connect({ url: server.ws, token: await token(room, 'twin') });
  const joined = await second.wait('join');
  const leave = await first.wait('leave');
  expect(leave.reason).toBe(2); // DUPLICATE_IDENTITY
  await first.waitClosed();
  expect(joined.participant?.sid).not.toBe(participant?.sid);
  expect(joined.otherParticipants).toEqual([]);
  await second.leave();
});
