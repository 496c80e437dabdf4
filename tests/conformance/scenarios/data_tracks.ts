import { PublishDataTrackRequest, RequestResponse_Reason as Reason, UnpublishDataTrackRequest, UpdateDataSubscription, UpdateDataSubscription_Update } from '@livekit/protocol';
import { learns, next } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

export const dataTracks: Scenario = {
  name: 'data_tracks',
  feature: 'data tracks',
  async run({ see }, target) {
    const ann = await target.join('ann');
    const ben = await target.join('ben');
    const publish = (pubHandle: number, name: string) => {
      const from = ann.messages.length;
      ann.send({ case: 'publishDataTrackRequest', value: new PublishDataTrackRequest({ pubHandle, name }) });
      return from;
    };
    const { info } = await next(ann, 'publishDataTrackResponse', publish(1, 'lidar'));
    see('published', { handle: info?.pubHandle, sid: info?.sid, name: info?.name }, { handle: 1, sid: '<DTR>', name: 'lidar' });
    const reason = async (from: number) => {
      const { reason: it, request } = await next(ann, 'requestResponse', from);
      return `${Reason[it]} ${request.case}`;
    };
    see('handle 0', await reason(publish(0, 'x')), 'INVALID_HANDLE publishDataTrack');
    see('handle 65536', await reason(publish(65536, 'x')), 'INVALID_HANDLE publishDataTrack');
    see('no name', await reason(publish(2, '')), 'INVALID_NAME publishDataTrack');
    see('a name of 257', await reason(publish(2, 'x'.repeat(257))), 'INVALID_NAME publishDataTrack');
    see('the same handle', await reason(publish(1, 'other')), 'DUPLICATE_HANDLE publishDataTrack');
    see('the same name', await reason(publish(2, 'lidar')), 'DUPLICATE_NAME publishDataTrack');
    const shown = await learns(ben, 'ann', ({ dataTracks: all }) => all.length === 1);
    see('others learn of it', shown.dataTracks.map(({ sid, name }) => ({ sid, name })), [{ sid: '<DTR>', name: 'lidar' }]);

    const from = ben.messages.length;
    ben.send({ case: 'updateDataSubscription', value: new UpdateDataSubscription({ updates: [new UpdateDataSubscription_Update({ trackSid: info!.sid, subscribe: true })] }) });
    const { subHandles } = await next(ben, 'dataTrackSubscriberHandles', from);
    see('subscribed: a handle of ones own', Object.entries(subHandles).map(([handle, of]) => ({ valid: Number(handle) > 0 && Number(handle) < 65536, identity: of.publisherIdentity, publisher: of.publisherSid === shown.sid, track: of.trackSid === info!.sid })),
      [{ valid: true, identity: 'ann', publisher: true, track: true }]);
    const then = ann.messages.length;
    ann.send({ case: 'unpublishDataTrackRequest', value: new UnpublishDataTrackRequest({ pubHandle: 1 }) });
    see('unpublished', (await next(ann, 'unpublishDataTrackResponse', then)).info?.sid === info!.sid, true);
    see('others learn of that too', (await learns(ben, 'ann', ({ dataTracks: all }) => all.length === 0)).identity, 'ann');
    const mute = await target.join('mute', { grants: { video: { canPublishData: false } } });
    mute.send({ case: 'publishDataTrackRequest', value: new PublishDataTrackRequest({ pubHandle: 1, name: 'x' }) });
    see('who may send no data', Reason[(await mute.wait('requestResponse')).reason], 'NOT_ALLOWED');
  },
};
