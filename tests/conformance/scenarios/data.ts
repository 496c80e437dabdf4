import { RpcError } from '@livekit/rtc-node';
import { RoomServiceClient, DataPacket_Kind } from 'livekit-server-sdk';
import type { Scenario } from '../scenario.ts';
import { until } from '../../harness/wait.ts';

export const data: Scenario = {
  name: 'data',
  engines: true,
  async run({ see }, target) {
    const [{ who: ann }, { who: ben }, { who: cat }] = [await target.engine(1), await target.engine(2, { singlePeerConnection: false }), await target.engine(3)];
    await until('they know each other', () => [ann, ben, cat].every(({ room }) => room.remoteParticipants.size === 2), Boolean, 10_000, 20);
    const bytes = (text: string) => new TextEncoder().encode(text);
    const me = ann.room.localParticipant!;
    await me.publishData(bytes('to all'), { reliable: true, topic: 't' });
    await me.publishData(bytes('to ben'), { reliable: true, destination_identities: ['p2'] });
    await me.publishData(bytes('last'), { reliable: true });
    const texts = (who: typeof ann) => who.data.map(({ from, topic, text }) => `${from} ${topic} ${text}`);
    await until('the last', () => [ben, cat].every((who) => who.data.some(({ text }) => text === 'last')), Boolean, 8000, 20);
    see('ben, who is named', texts(ben), ['p1 t to all', 'p1  to ben', 'p1  last']);
    see('cat, who is not', texts(cat), ['p1 t to all', 'p1  last']);
    see('ann hears no echo', texts(ann), []);
    await me.publishData(bytes('lossy'), { reliable: false });
    see('a lossy packet says so', await until('it', () => ben.data.find(({ text }) => text === 'lossy')?.reliable, (it) => it !== undefined, 5000, 20), false);

    const got: unknown[] = [];
    ben.room.registerTextStreamHandler('chat', async (reader, { identity }) => void got.push({ from: identity, text: await reader.readAll(), attributes: reader.info.attributes }));
    await me.sendText('x'.repeat(40_000), { topic: 'chat', attributes: { a: '1' } });
    see('a text stream of several chunks', (await until('it', () => got[0] as { from: string; text: string; attributes: object }, Boolean, 8000, 20).then(({ from, text, attributes }) => ({ from, length: text.length, attributes }))), { from: 'p1', length: 40_000, attributes: { a: '1' } });

    ben.room.localParticipant!.registerRpcMethod('greet', async ({ callerIdentity, payload }) => `${payload}, says ${callerIdentity}`);
    ben.room.localParticipant!.registerRpcMethod('fail', async () => {
      throw new RpcError(101, 'as agreed', 'more');
    });
    const call = (destinationIdentity: string, method: string, payload: string) =>
      me.performRpc({ destinationIdentity, method, payload }).then((it) => it, (error: RpcError) => `${error.code} ${error.message}`);
    see('a call', await call('p2', 'greet', 'hello'), 'hello, says p1');
    see('a call that fails', await call('p2', 'fail', ''), '101 as agreed');
    see('a method that is not there', (await call('p2', 'nothing', '')).slice(0, 4), '1400');

    const backend = new RoomServiceClient(target.http, target.server.key, target.server.secret);
    await backend.sendData(target.room(), bytes('from the backend'), DataPacket_Kind.RELIABLE, { topic: 'b', destinationIdentities: ['p3'] });
    see('from a backend, to one', await until('it', () => cat.data.find(({ topic }) => topic === 'b'), Boolean, 5000, 20), { from: '', topic: 'b', text: 'from the backend', reliable: true });
    see('and to nobody else', ben.data.some(({ topic }) => topic === 'b'), false);
  },
};
