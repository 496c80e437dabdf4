import {
  CreateRoomRequest, DeleteRoomRequest, ListParticipantsRequest, ListParticipantsResponse, ListRoomsRequest, ListRoomsResponse, Room, RoomParticipantIdentity,
  UpdateRoomMetadataRequest,
} from '@livekit/protocol';
import { fault, orNothing } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

/** Each method with a call that is otherwise right, and the grant that it needs. */
const METHODS = {
  CreateRoom: { name: 'x' }, DeleteRoom: { room: 'x' }, ListRooms: {},
  ListParticipants: {}, GetParticipant: { identity: 'ann' }, RemoveParticipant: { identity: 'ann' },
  MutePublishedTrack: { identity: 'ann', track_sid: 'TR_x', muted: true }, UpdateParticipant: { identity: 'ann', name: 'n' },
  UpdateSubscriptions: { identity: 'ann', track_sids: ['TR_x'], subscribe: false }, SendData: { data: 'aGk=', kind: 'RELIABLE' },
  UpdateRoomMetadata: { metadata: 'm' },
};

export const roomService: Scenario = {
  name: 'room_service',
  async run({ see }, target) {
    const room = target.room();
    const maker = await target.token({ video: { roomCreate: true } });
    const lister = await target.token({ video: { roomList: true } });
    const admin = await target.token({ video: { roomAdmin: true, room } });
    const call = (method: string, body: object, token: string) => target.twirp(`RoomService/${method}`, body, token);

    const made = await call('CreateRoom', { name: room, empty_timeout: 60, maxParticipants: 5, metadata: 'm', something_new: 1 }, maker);
    const first = Room.fromJsonString(made.body, { ignoreUnknownFields: true });
    see('CreateRoom, JSON in both spellings, unknown fields ignored', { status: made.status, type: made.headers.get('content-type')?.split(';')[0], sid: first.sid, name: first.name, empty: first.emptyTimeout, max: first.maxParticipants, metadata: first.metadata, at: first.creationTime },
      { status: 200, type: 'application/json', sid: '<RM>', name: 'room_service-room', empty: 60, max: 5, metadata: 'm', at: '<time>' });
    const raw = async (method: string, bytes: Uint8Array, token: string) => {
      const response = await fetch(`${target.http}/twirp/livekit.RoomService/${method}`, { method: 'POST', headers: { 'content-type': 'application/protobuf', authorization: `Bearer ${token}` }, body: bytes as Uint8Array<ArrayBuffer> });
      return { status: response.status, type: response.headers.get('content-type'), bytes: new Uint8Array(await response.arrayBuffer()) };
    };
    const again = await raw('CreateRoom', new CreateRoomRequest({ name: room }).toBinary(), maker);
    see('CreateRoom again, protobuf', { status: again.status, type: again.type, same: Room.fromBinary(again.bytes).sid === first.sid }, { status: 200, type: 'application/protobuf', same: true });
    const listed = await raw('ListRooms', new ListRoomsRequest({ names: [room] }).toBinary(), lister);
    see('ListRooms', ListRoomsResponse.fromBinary(listed.bytes).rooms.map(({ name }) => name), ['room_service-room']);

    const ann = await target.join('ann');
    await target.join('ben');
    const people = await raw('ListParticipants', new ListParticipantsRequest({ room }).toBinary(), admin);
    see('ListParticipants', ListParticipantsResponse.fromBinary(people.bytes).participants.map(({ identity }) => identity).sort(), ['ann', 'ben']);
    see('GetParticipant', JSON.parse((await call('GetParticipant', { room, identity: 'ann' }, admin)).body).identity, 'ann');
    see('GetParticipant of nobody', fault(await call('GetParticipant', { room, identity: 'zoe' }, admin)), '404 not_found');
    const changed = await raw('UpdateRoomMetadata', new UpdateRoomMetadataRequest({ room, metadata: 'new' }).toBinary(), admin);
    see('UpdateRoomMetadata', Room.fromBinary(changed.bytes).metadata, 'new');
    see('people in the room learn of it', (await orNothing(ann.wait('roomUpdate')))?.room?.metadata !== undefined, true);
    see('an error to a protobuf call is JSON too', fault({ ...(await target.fetch('/twirp/livekit.RoomService/GetParticipant', { method: 'POST', headers: { 'content-type': 'application/protobuf', authorization: `Bearer ${admin}` }, body: new RoomParticipantIdentity({ room, identity: 'zoe' }).toBinary() as Uint8Array<ArrayBuffer> })) }), '404 not_found');

    // A person's token is a good token, but no grant for any of these.
    const person = await target.joining('ann');
    const elsewhere = await target.token({ video: { roomAdmin: true, room: 'elsewhere' } });
    const without: Record<string, string> = {};
    const wrong: Record<string, string> = {};
    const nobody: Record<string, string> = {};
    for (const [method, body] of Object.entries(METHODS)) {
      without[method] = fault(await call(method, { room, ...body }, person));
      nobody[method] = fault(await call(method, { room, ...body }, ''));
      if (!['CreateRoom', 'DeleteRoom', 'ListRooms'].includes(method)) wrong[method] = fault(await call(method, { room, ...body }, elsewhere));
    }
    const all = (names: string[], what: string) => Object.fromEntries(names.map((name) => [name, what]));
    see('without the grant', without, all(Object.keys(METHODS), '401 unauthenticated'));
    see("with another room's grant", wrong, all(Object.keys(wrong), '401 unauthenticated'));
    see('without a token', nobody, all(Object.keys(METHODS), '401 unauthenticated'));

    see('malformed JSON', fault(await target.fetch('/twirp/livekit.RoomService/ListRooms', { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${lister}` }, body: '{' })), '400 malformed');
    see('malformed protobuf', fault(await target.twirp('RoomService/ListRooms', new Uint8Array([0xff, 0xff, 0xff]), lister)), '400 malformed');
    see('another content type', fault(await target.fetch('/twirp/livekit.RoomService/ListRooms', { method: 'POST', headers: { 'content-type': 'text/plain', authorization: `Bearer ${lister}` }, body: '{}' })), '404 bad_route');
    see('a method that nobody has', fault(await call('MakeCoffee', {}, lister)), '404 bad_route');
    see('a service that nobody has', fault(await target.twirp('Kitchen/MakeCoffee', {}, lister)).slice(0, 3), '404');
    see('GET', (await target.fetch('/twirp/livekit.RoomService/ListRooms', { headers: { authorization: `Bearer ${lister}` } })).status, 404);

    see('DeleteRoom', (await raw('DeleteRoom', new DeleteRoomRequest({ room }).toBinary(), maker)).status, 200);
    see('DeleteRoom of nothing', fault(await call('DeleteRoom', { room: target.room('never') }, maker)), '404 not_found');
    see('ListParticipants of nothing', JSON.parse((await call('ListParticipants', { room }, admin)).body).participants ?? [], []);
  },
};
