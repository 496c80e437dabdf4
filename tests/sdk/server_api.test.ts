// What a backend does with LiveKit's own library, and what the people in the room notice.
import { DisconnectReason, RoomEvent, dispose } from '@livekit/rtc-node';
import { DataPacket_Kind, RoomServiceClient, TrackSource } from 'livekit-server-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identityOf, newRoom } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { Server } from '../harness/server.ts';
import { KEY, SECRET, token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let backend: RoomServiceClient;

beforeAll(async () => {
  server = await Server.start({ name: 'server-api' });
  backend = new RoomServiceClient(server.http, KEY, SECRET);
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

async function meet(room: string) {
  const [ann, ben] = [new NodeParticipant(1), new NodeParticipant(2)];
  await ann.join(server.ws, await token(room, identityOf(ann)));
  await ben.join(server.ws, await token(room, identityOf(ben)));
  await ann.publish();
  await until('both tracks are known', () => other(ben)?.trackPublications.size ?? 0, (n) => n === 2);
  return { ann, ben };
}

const other = (of: NodeParticipant) => [...of.room.remoteParticipants.values()][0];

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => 'accepted',
    (error: { status: number; code?: string }) => `${error.status} ${error.code}`,
  );

test('rooms are made, listed, changed and ended', async () => {
  const name = newRoom('api');
  const made = await backend.createRoom({ name, emptyTimeout: 60, departureTimeout: 5, maxParticipants: 3, metadata: 'one' });
  expect(made.sid).toMatch(/^RM_/);
  expect([made.name, made.emptyTimeout, made.departureTimeout, made.maxParticipants, made.metadata]).toEqual([name, 60, 5, 3, 'one']);
  expect((await backend.createRoom({ name })).sid, 'making it again changes nothing').toBe(made.sid);
  expect((await backend.listRooms([name])).map((room) => room.sid)).toEqual([made.sid]);
  expect((await backend.listRooms()).some((room) => room.name === name)).toBe(true);
  expect(await backend.listRooms([`${name}-other`])).toEqual([]);

  const ann = new NodeParticipant(1);
  await ann.join(server.ws, await token(name, identityOf(ann)));
  await backend.updateRoomMetadata(name, 'two');
  await until('the metadata reaches people', () => ann.room.metadata, (metadata) => metadata === 'two');
  const left = new Promise((resolve) => ann.room.once(RoomEvent.Disconnected, resolve));
  await backend.deleteRoom(name);
  expect(await left).toBe(DisconnectReason.ROOM_DELETED);
  expect(await refusal(backend.deleteRoom(name))).toBe('404 not_found');
  await ann.leave();
});

test('people are listed, changed, muted and removed', async () => {
  const room = newRoom('api');
  const { ann, ben } = await meet(room);
  const people = await backend.listParticipants(room);
  expect(people.map((person) => person.identity).sort()).toEqual(['p1', 'p2']);
  const shown = await backend.getParticipant(room, 'p1');
  expect(shown.tracks.map((track) => track.source).sort()).toEqual([TrackSource.CAMERA, TrackSource.MICROPHONE]);
  expect(await refusal(backend.getParticipant(room, 'p9'))).toBe('404 not_found');

  await backend.updateParticipant(room, 'p1', { name: 'Ann Lee', metadata: 'host', attributes: { hand: 'up' } });
  await until('ben sees the change', () => other(ben)!, (p) => p.name === 'Ann Lee' && p.metadata === 'host' && p.attributes['hand'] === 'up');

  const microphone = shown.tracks.find((track) => track.source === TrackSource.MICROPHONE)!;
  expect((await backend.mutePublishedTrack(room, 'p1', microphone.sid, true)).muted).toBe(true);
  await until('ben sees that ann is muted', () => [...other(ben)!.trackPublications.values()], (all) =>
    all.some((track) => track.sid === microphone.sid && track.muted));
  expect(await refusal(backend.mutePublishedTrack(room, 'p1', microphone.sid, false))).toBe('412 failed_precondition');

  await backend.updateParticipant(room, 'p1', { permission: { canSubscribe: true, canPublish: false, canPublishData: true } });
  await until('nothing of ann is published', () => other(ben)!.trackPublications.size, (n) => n === 0);

  const removed = new Promise((resolve) => ann.room.once(RoomEvent.Disconnected, resolve));
  await backend.removeParticipant(room, 'p1');
  expect(await removed).toBe(DisconnectReason.PARTICIPANT_REMOVED);
  await until('ben is alone', () => ben.room.remoteParticipants.size, (n) => n === 0);
  await Promise.all([ann.leave(), ben.leave()]);
});

test('subscriptions and data by a backend', async () => {
  const room = newRoom('api');
  const { ann, ben } = await meet(room);
  const video = (await backend.getParticipant(room, 'p1')).tracks.find((track) => track.source === TrackSource.CAMERA)!;
  await until('ben sees ann', () => ben.sees('p1').frames, (frames) => frames > 5, 20_000);
  await backend.updateSubscriptions(room, 'p2', [video.sid], false);
  let last = -1;
  await until('the picture stands still', () => ben.sees('p1').frames, (frames) => {
    const still = frames === last;
    last = frames;
    return still;
  }, 10_000, 1500);
  await backend.updateSubscriptions(room, 'p2', [video.sid], true);
  await until('it moves again', () => ben.sees('p1').frames, (frames) => frames !== last, 20_000);

  const payload = new TextEncoder().encode('fire drill');
  await backend.sendData(room, payload, DataPacket_Kind.RELIABLE, { topic: 'announcement', destinationIdentities: ['p2'] });
  const got = await until('the announcement', () => ben.data, (data) => data.length > 0);
  expect(got).toEqual([{ from: '', topic: 'announcement', text: 'fire drill', reliable: true }]);
  expect(ann.data).toEqual([]);
  await Promise.all([ann.leave(), ben.leave()]);
});

test('wrong keys and missing services are told apart', async () => {
  const stranger = new RoomServiceClient(server.http, KEY, 'another-secret');
  expect(await refusal(stranger.listRooms())).toBe('401 unauthenticated');
  const answer = await fetch(`${server.http}/twirp/livekit.Egress/ListEgress`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await token('r', 'p')}` },
    body: '{}',
  });
  expect(answer.status).toBe(501);
  expect(await answer.json()).toMatchObject({ code: 'unimplemented' });
});
