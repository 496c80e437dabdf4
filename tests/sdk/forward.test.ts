// A participant shown in a second room (RoomService/ForwardParticipant), as the people in either room notice it.
import { ParticipantInfo_KindDetail } from '@livekit/protocol';
import { RoomEvent, TrackSource, dispose } from '@livekit/rtc-node';
import { RoomServiceClient } from 'livekit-server-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identityOf, newRoom } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { toneHz } from '../harness/pattern.ts';
import { Server } from '../harness/server.ts';
import { KEY, SECRET, token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let backend: RoomServiceClient;

beforeAll(async () => {
  server = await Server.start({ name: 'forward' });
  backend = new RoomServiceClient(server.http, KEY, SECRET);
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

async function enter(room: string, id: number): Promise<NodeParticipant> {
  const person = new NodeParticipant(id);
  await person.join(server.ws, await token(room, identityOf(person)));
  return person;
}

const frames = (of: NodeParticipant) => of.sees('p1').frames;
const image = (of: NodeParticipant) => of.room.remoteParticipants.get('p1');

async function seesAndHearsAnn(who: NodeParticipant, where: string) {
  const before = frames(who);
  await until(`${where}: ann's picture moves`, () => frames(who), (n) => n > before + 10, 20_000);
  await until(`${where}: it is hers`, () => who.sees('p1').id, (id) => id === 1, 10_000);
  await until(`${where}: her sound`, () => who.hears('p1').peakHz, (hz) => Math.abs(hz - toneHz(1)) < 20, 20_000);
}

test('is seen and heard in both rooms, as it is and as it changes, until it is removed there', async () => {
  const [home, away] = [newRoom('home'), newRoom('away')];
  const ann = await enter(home, 1);
  const ben = await enter(home, 2);
  const cleo = await enter(away, 3);
  await ann.publish();
  await seesAndHearsAnn(ben, 'at home');

  const speakers = new Set<string>();
  cleo.room.on(RoomEvent.ActiveSpeakersChanged, (now) => now.forEach((one) => speakers.add(one.identity)));
  await backend.forwardParticipant(home, 'p1', away);
  await seesAndHearsAnn(cleo, 'away');
  await until('she is seen to speak', () => speakers.has('p1'), Boolean, 15_000);
  const shown = await backend.getParticipant(away, 'p1');
  expect(shown.kindDetails).toContain(ParticipantInfo_KindDetail.FORWARDED);
  expect(shown.tracks.map((track) => track.source).sort()).toEqual([TrackSource.SOURCE_CAMERA, TrackSource.SOURCE_MICROPHONE].sort());
  // Nobody at home hears that somebody watches for the others.
  expect((await backend.listParticipants(home)).map((one) => one.identity).sort()).toEqual(['p1', 'p2']);
  expect((await backend.listRooms([home]))[0]!.numParticipants).toBe(2);

  const picture = [...ann.room.localParticipant!.trackPublications.values()].find((one) => one.source === TrackSource.SOURCE_CAMERA)!;
  const sound = [...ann.room.localParticipant!.trackPublications.values()].find((one) => one.source === TrackSource.SOURCE_MICROPHONE)!;
  const shownSound = () => [...image(cleo)!.trackPublications.values()].find((one) => one.source === TrackSource.SOURCE_MICROPHONE);
  await backend.mutePublishedTrack(home, 'p1', sound.sid!, true);
  await until('muted away', () => shownSound()?.muted, (muted) => muted === true);

  await backend.updateParticipant(home, 'p1', { metadata: 'busy', name: 'Ann A.', attributes: { hand: 'up' } });
  await until('her new name away', () => image(cleo)?.name, (name) => name === 'Ann A.');
  expect([image(cleo)!.metadata, image(cleo)!.attributes.hand]).toEqual(['busy', 'up']);

  await ann.room.localParticipant!.unpublishTrack(picture.sid!);
  await until('no picture away', () => image(cleo)!.trackPublications.size, (n) => n === 1, 15_000);
  await ann.publish();
  await seesAndHearsAnn(cleo, 'away again');

  const gone = new Promise<string>((resolve) => cleo.room.once(RoomEvent.ParticipantDisconnected, (one) => resolve(one.identity)));
  await backend.removeParticipant(away, 'p1');
  expect(await gone).toBe('p1');
  await seesAndHearsAnn(ben, 'at home, still');
  expect(image(cleo), 'it does not come back by itself').toBeUndefined();

  // She may be shown again, and goes when she goes.
  await backend.forwardParticipant(home, 'p1', away);
  await seesAndHearsAnn(cleo, 'away for the second time');
  await ann.leave();
  await until('gone away, too', () => image(cleo), (one) => one === undefined, 30_000);
  await Promise.all([ben.leave(), cleo.leave()]);
}, 180_000);

test('into several rooms at once, and on while no signalling process is there', async () => {
  const home = newRoom('home');
  const elsewhere = [newRoom('away'), newRoom('away'), newRoom('away')];
  const ann = await enter(home, 1);
  await ann.publish();
  const guests = await Promise.all(elsewhere.map((room, i) => enter(room, i + 2)));
  for (const room of elsewhere) await backend.forwardParticipant(home, 'p1', room);
  for (const [i, guest] of guests.entries()) await seesAndHearsAnn(guest, `room ${i}`);

  await server.kill('signal').restarted;
  for (const [i, guest] of guests.entries()) await seesAndHearsAnn(guest, `room ${i} after the kill`);
  // The new process takes over what the old one saw to.
  await backend.updateParticipant(home, 'p1', { metadata: 'after' });
  for (const guest of guests) {
    await until('what changes is shown again', () => image(guest)?.metadata, (metadata) => metadata === 'after', 40_000);
    await seesAndHearsAnn(guest, 'after all');
  }
  await Promise.all([ann, ...guests].map((one) => one.leave()));
}, 180_000);

test('from one node to another', async () => {
  const other = await server.addNode('ND_other');
  const home = newRoom('home');
  const ann = await enter(home, 1);
  await ann.publish();
  // New rooms go where fewer people are, as far as the edge has heard: some of them are elsewhere than ann.
  const guests = new Map<string, NodeParticipant>();
  const rooms = async () => [await server.metrics('media'), await other.metrics()].map((node) => node.get('parley_node_rooms') ?? 0);
  await until('both nodes have rooms', async () => {
    const room = newRoom('away');
    guests.set(room, await enter(room, guests.size + 2));
    return rooms();
  }, (counts) => Math.min(...counts) > 0, 20_000, 300);
  for (const [room, guest] of guests) {
    await backend.forwardParticipant(home, 'p1', room);
    await seesAndHearsAnn(guest, room);
  }
  await Promise.all([ann, ...guests.values()].map((one) => one.leave()));
  await other.stop();
}, 180_000);

test('what cannot be is said', async () => {
  const [home, away] = [newRoom('home'), newRoom('away')];
  const [ann, again] = [await enter(home, 1), await enter(away, 1)];
  const refusal = (call: Promise<unknown>) =>
    call.then(
      () => 'accepted',
      (error: { status: number; code?: string }) => `${error.status} ${error.code}`,
    );
  expect(await refusal(backend.forwardParticipant(home, 'p1', home))).toBe('400 invalid_argument');
  expect(await refusal(backend.forwardParticipant(home, 'nobody', away))).toBe('404 not_found');
  expect(await refusal(backend.forwardParticipant(newRoom('nowhere'), 'p1', away))).toBe('404 not_found');
  expect(await refusal(backend.forwardParticipant(home, 'p1', away)), 'she is there herself').toBe('409 already_exists');
  await Promise.all([ann.leave(), again.leave()]);
}, 60_000);
