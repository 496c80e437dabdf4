import { MoveParticipantRequest, PerformRpcRequest, PerformRpcResponse } from '@livekit/protocol';
import { RoomServiceClient } from 'livekit-server-sdk';
import { decodeJwt } from '../jwt.ts';
import { fault, outcome } from '../looking.ts';
import type { Scenario } from '../scenario.ts';
import { until } from '../../harness/wait.ts';

/** LiveKit's own server has this method, and no implementation of it; its clients know what to do. */
export const move: Scenario = {
  name: 'move_participant',
  feature: 'MoveParticipant',
  async run({ see }, target) {
    const { key, secret } = target.server;
    const backend = new RoomServiceClient(target.http, key, secret);
    const [from, to] = [target.room('from'), target.room('to')];
    const ann = await target.signal({ token: await target.joining('ann', {}, from) });
    await ann.wait('join');
    see('moving', await outcome(backend.moveParticipant(from, 'ann', to)), 'ok');
    const moved = await ann.wait('roomMoved', 5000);
    see('who is moved is told', { room: moved.room?.name, me: moved.participant?.identity }, { room: 'move_participant-to', me: 'ann' });
    see('and gets a token for there', (await target.validate({ token: moved.token })).status, 200);
    see('which names the room', decodeJwt(moved.token).video?.room, 'move_participant-to');
    see('moving nobody', await outcome(backend.moveParticipant(from, 'zoe', to)), '404 not_found');
    const admin = await target.token({ video: { roomAdmin: true, room: from } });
    const request = new MoveParticipantRequest({ room: from, identity: 'ann', destinationRoom: to });
    see('without a grant for the destination', fault(await target.twirp('RoomService/MoveParticipant', request.toBinary(), admin)), '401 unauthenticated');
  },
};

export const engineMove: Scenario = {
  name: 'move_engine',
  engines: true,
  feature: 'engines move',
  async run({ see }, target) {
    const backend = new RoomServiceClient(target.http, target.server.key, target.server.secret);
    const [from, to] = [target.room('from'), target.room('to')];
    const { who: ann } = await target.engine(1, { grants: { video: { room: from } } });
    const { who: ben } = await target.engine(2, { grants: { video: { room: to } } });
    await ann.publish();
    await backend.moveParticipant(from, 'p1', to);
    see('who is in the other room sees who is moved there', (await until('p1', () => ben.sees('p1'), ({ id }) => id === 1, 15_000)).id, 1);
    see('nobody is left', (await backend.listParticipants(from)).length, 0);
  },
};

export const backendCall: Scenario = {
  name: 'perform_rpc',
  engines: true,
  feature: 'PerformRpc',
  async run({ see }, target) {
    const { who: ann } = await target.engine(1);
    ann.room.localParticipant!.registerRpcMethod('greet', async ({ payload }) => `hello ${payload}`);
    const room = target.room();
    const admin = await target.token({ video: { roomAdmin: true, room } });
    const call = (request: object) => target.twirp('RoomService/PerformRpc', { room, destination_identity: 'p1', method: 'greet', payload: 'backend', ...request }, admin);
    const answer = await call({});
    see('a call by a backend', { status: answer.status, payload: JSON.parse(answer.body).payload }, { status: 200, payload: 'hello backend' });
    const raw = await fetch(`${target.http}/twirp/livekit.RoomService/PerformRpc`, {
      method: 'POST', headers: { 'content-type': 'application/protobuf', authorization: `Bearer ${admin}` },
      body: new PerformRpcRequest({ room, destinationIdentity: 'p1', method: 'greet', payload: 'again' }).toBinary() as Uint8Array<ArrayBuffer>,
    });
    see('in protobuf', PerformRpcResponse.fromBinary(new Uint8Array(await raw.arrayBuffer())).payload, 'hello again');
    see('to nobody', fault(await call({ destination_identity: 'zoe' })), '404 not_found');
    const person = await target.joining('ann');
    see('without the grant', fault(await target.twirp('RoomService/PerformRpc', { room, destination_identity: 'p1', method: 'greet' }, person)), '401 unauthenticated');
  },
};
