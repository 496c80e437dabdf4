import { RoomServiceClient } from 'livekit-server-sdk';
import { AddTrackRequest, TrackSource, TrackType } from '@livekit/protocol';
import { decodeJwt } from '../jwt.ts';
import { learns, next, orNothing } from '../looking.ts';
import { offerOf } from '../offers.ts';
import type { Scenario } from '../scenario.ts';
import { until } from '../../harness/wait.ts';

export const permissions: Scenario = {
  name: 'permissions',
  async run({ see }, target) {
    const backend = new RoomServiceClient(target.http, target.server.key, target.server.secret);
    const ann = await target.join('ann');
    const ben = await target.join('ben');
    ann.send({ case: 'addTrack', value: new AddTrackRequest({ cid: 'mic', type: TrackType.AUDIO, source: TrackSource.MICROPHONE }) });
    const { track } = await ann.wait('trackPublished');
    ann.send({ case: 'offer', value: offerOf([{ kind: 'audio', direction: 'sendonly', cid: 'mic' }]) });
    await learns(ben, 'ann', ({ tracks }) => tracks.length === 1);

    const from = ann.messages.length;
    const changed = await backend.updateParticipant(target.room(), 'ann', { permission: { canSubscribe: true, canPublish: false, canPublishData: true } });
    see('the answer has the new permission', { publish: changed.permission?.canPublish, data: changed.permission?.canPublishData }, { publish: false, data: true });
    see('ann is told which track ended', (await orNothing(next(ann, 'trackUnpublished', from)))?.trackSid === track!.sid, true);
    see('ann learns her permission', (await learns(ann, 'ann', ({ permission }) => permission?.canPublish === false)).permission?.canPublishData, true);
    const fresh = () => ann.messages.slice(from).flatMap(({ message }) => (message.case === 'refreshToken' ? [decodeJwt(message.value)] : [])).at(-1);
    see('a token with the permission follows', (await orNothing(until('it', fresh, (it) => it?.video?.canPublish === false, 3000, 20)))?.video?.canPublish, false);
    see('ben sees the track go', (await learns(ben, 'ann', ({ tracks }) => tracks.length === 0)).identity, 'ann');
    const then = ann.messages.length;
    ann.send({ case: 'addTrack', value: new AddTrackRequest({ cid: 'mic2', type: TrackType.AUDIO, source: TrackSource.MICROPHONE }) });
    see('publishing again', (await orNothing(next(ann, 'requestResponse', then)))?.reason, 2);
  },
};
