import { MoveParticipantRequest, PerformRpcRequest, PerformRpcResponse } from '@livekit/protocol';
import { RoomServiceClient } from 'livekit-server-sdk';
import { fault, learns, outcome } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

/** LiveKit's own server has these two methods, and no implementation of them; its clients know what to do. */
export const move: Scenario = {
  name: 'move_participant',
  feature: 'MoveParticipant',
  async run({ see }, target) {
    const { key, secret } = target.server;
    const backend = new RoomServiceClient(target.http, key, secret);
    const [from, to] = [target.room('from'), target.room('to')];
    const ann = await target.signal({ token: await target.joining('ann', {}, from) });
    const ben = await target.signal({ token: await target.joining('ben', {}, to) });
    await Promise.all([ann.wait('join'), ben.wait('join')]);
    see('moving', await outcome(backend.moveParticipant(from, 'ann', to)), 'ok');
    const moved = await ann.wait('roomMoved', 5000);
    see('who is moved is told', { room: moved.room?.name, token: moved.token.split('.').length, me: moved.participant?.identity, others: moved.otherParticipants.map(({ identity }) => identity) },
      { room: 'move_participant-to', token: 3, me: 'ann', others: ['ben'] });
    see('who is there learns of it', (await learns(ben, 'ann', () => true)).identity, 'ann');
    see('moving nobody', await outcome(backend.moveParticipant(from, 'zoe', to)), '404 not_found');
    const admin = await target.token({ video: { roomAdmin: true, room: from } });
    const refused = await target.twirp('RoomService/MoveParticipant', new MoveParticipantRequest({ room: from, identity: 'ann', destinationRoom: to }).toBinary(), admin);
    see('without a grant for the destination', fault(refused), '401 unauthenticated');
  },
};

export const backendCall: Scenario = {
  name: 'perform_rpc',
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
