import { AddTrackRequest, TrackSource, TrackType } from '@livekit/protocol';
import { decodeJwt } from '../jwt.ts';
import { newest } from '../looking.ts';
import type { Scenario } from '../scenario.ts';
import { sleep } from '../../harness/wait.ts';

export const tokens: Scenario = {
  name: 'tokens',
  async run({ see }, target) {
    const status = async (grants: Parameters<typeof target.joining>[1]) =>
      (await target.knock({ token: await target.joining('x', grants) })).slice(0, 3);
    see('an upgrade with another secret', await status({ secret: 'not-the-secret' }), '401');
    see('an upgrade without roomJoin', await status({ video: { roomJoin: false } }), '401');

    const watcher = await target.join('watcher');
    const listener = await target.join('listener', { grants: { video: { canPublish: false } } });
    listener.send({ case: 'addTrack', value: new AddTrackRequest({ cid: 'c1', type: TrackType.AUDIO, source: TrackSource.MICROPHONE }) });
    const refused = await listener.wait('requestResponse');
    see('who may not publish is told so', { reason: refused.reason, of: refused.request.case }, { reason: 2, of: 'addTrack' });
    const may = (await listener.wait('join')).participant!.permission!;
    see('canPublish false takes data along', { publish: may.canPublish, data: may.canPublishData, subscribe: may.canSubscribe }, { publish: false, data: false, subscribe: true });

    const some = await target.join('some', { grants: { video: { canPublishSources: [TrackSource.CAMERA as number] } } });
    some.send({ case: 'addTrack', value: new AddTrackRequest({ cid: 'c2', type: TrackType.AUDIO, source: TrackSource.MICROPHONE }) });
    see('a source that is not allowed', (await some.wait('requestResponse')).reason, 2);
    some.send({ case: 'addTrack', value: new AddTrackRequest({ cid: 'c3', type: TrackType.VIDEO, source: TrackSource.CAMERA }) });
    see('a source that is', (await some.wait('trackPublished')).cid, 'c3');

    const hidden = await target.join('hidden', { grants: { video: { hidden: true } } });
    see('who is hidden sees others', (await hidden.wait('join')).otherParticipants.map(({ identity }) => identity).sort(), ['listener', 'some', 'watcher']);
    await sleep(500);
    see('nobody is told of who is hidden', newest(watcher.messages, 'hidden'), null);
    const late = await target.join('late');
    see('nor finds them there', (await late.wait('join')).otherParticipants.map(({ identity }) => identity).includes('hidden'), false);

    const agent = await target.join('agent', { grants: { kind: 'agent' } });
    see('the kind that a token names', (await agent.wait('join')).participant!.kind, 4);

    const claims = decodeJwt(await watcher.wait('refreshToken'));
    see('a fresh token', { identity: claims.sub ?? claims.identity, room: claims.video?.room, join: claims.video?.roomJoin }, { identity: 'watcher', room: 'tokens-room', join: true });
    see('with the fresh token one may join', (await target.validate({ token: await watcher.wait('refreshToken') })).status, 200);
    see('it lasts at least ten minutes', (claims.exp ?? 0) - Date.now() / 1000 > 9.5 * 60, true);
  },
};
