import { RoomServiceClient } from 'livekit-server-sdk';
import { fault, orNothing } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

export const limits: Scenario = {
  name: 'limits',
  async run({ see }, target) {
    const backend = new RoomServiceClient(target.http, target.server.key, target.server.secret);
    const status = async (identity: string, room = target.room()) =>
      (await target.knock({ token: await target.token({ identity, video: { roomJoin: true, room } }) })).slice(0, 3);
    see('an identity of 256', await status('i'.repeat(256)), '101');
    see('an identity of 257', await status('i'.repeat(257)), '400');
    see('a room of 257', await status('x', 'r'.repeat(257)), '400');
    const create = async (name: string) => {
      const token = await target.token({ video: { roomCreate: true } });
      return fault(await target.twirp('RoomService/CreateRoom', { name }, token));
    };
    see('making a room of 257', await create('r'.repeat(257)), '400 invalid_argument');
    see('making a room without a name', await create(''), '400 invalid_argument');

    await backend.createRoom({ name: target.room('small'), maxParticipants: 1 });
    const first = await target.signal({ token: await target.joining('one', {}, target.room('small')) });
    await first.wait('join');
    const full = await target.knock({ token: await target.joining('two', {}, target.room('small')) });
    see('a full room refuses before the upgrade', full.slice(0, 3) !== '101', true);

    const loud = await target.join('loud');
    loud.socket.send(Buffer.alloc((2 << 20) + 1));
    const closed = await orNothing(loud.waitClosed(5000));
    see('a message of more than two MiB ends the connection', closed !== null, true);
    see('a body of more than ten MiB', (await target.fetch('/twirp/livekit.RoomService/ListRooms', {
      method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${await target.token({ video: { roomList: true } })}` },
      body: `{"names":["${'x'.repeat(10 << 20)}"]}`,
    }).catch(() => ({ status: 'refused' }))).status, 413);
    const other = await target.join('other');
    see('the others notice nothing', (await other.wait('join')).participant!.identity, 'other');
  },
};
