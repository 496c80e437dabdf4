import zlib from 'node:zlib';
import { JoinRequest, WrappedJoinRequest, WrappedJoinRequest_Compression } from '@livekit/protocol';
import { cannedOffer } from '../../harness/signal_client.ts';
import { said } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

const wrap = (bytes: Uint8Array, compression: WrappedJoinRequest_Compression) =>
  Buffer.from(new WrappedJoinRequest({ compression, joinRequest: bytes as Uint8Array<ArrayBuffer> }).toBinary());
const urlSafe = (bytes: Buffer) => bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');

export const joinV1: Scenario = {
  name: 'join_v1',
  async run({ see }, target) {
    const ann = await target.join('ann', { v1: true, offer: cannedOffer() });
    const join = await ann.wait('join');
    const answer = await ann.wait('answer');
    see('join, then the answer to the offer that came along', said(ann.messages).slice(0, 2), ['join', 'answer']);
    see('the answer', { id: answer.id, type: answer.type }, { id: 1, type: 'answer' });
    see('the subscriber connection is not the primary one', join.subscriberPrimary, false);
    see('no offer ever comes', ann.messages.some(({ message }) => message.case === 'offer'), false);
    const trickled = /^a=candidate:/m.test(answer.sdp) ? null : await ann.wait('trickle');
    see('candidates are in the answer, or trickled for the one connection', trickled?.target ?? 0, 0);
    await ann.wait('refreshToken');

    const { NONE, GZIP } = WrappedJoinRequest_Compression;
    const request = new JoinRequest({ connectionSettings: { autoSubscribe: true } }).toBinary();
    const forms = {
      gzip: urlSafe(wrap(zlib.gzipSync(request), GZIP)),
      plain: urlSafe(wrap(request, NONE)),
    };
    for (const [form, value] of Object.entries(forms)) {
      see(`a join request, ${form}`, await target.knock({ token: await target.joining(form), v1: true, query: { join_request: value } }), '101');
    }
    const status = async (value: string) =>
      (await target.knock({ token: await target.joining('bad'), v1: true, query: { join_request: value } })).slice(0, 3);
    see('no base64', await status('***'), '400');
    see('no message', await status(urlSafe(Buffer.from('\xff\xff\xff not one'))), '400');
    see('no gzip', await status(urlSafe(wrap(Buffer.from('not gzip'), GZIP))), '400');
    see('a bomb', await status(urlSafe(wrap(zlib.gzipSync(Buffer.alloc(2 << 20)), GZIP))), '400');

    const onV0 = await target.signal({ token: await target.joining('dan'), query: { join_request: forms.plain } });
    see('a join request on /rtc means one connection too', (await onV0.wait('join')).subscriberPrimary, false);
  },
};
