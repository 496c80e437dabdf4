import { UpdateSubscription, UpdateTrackSettings, VideoQuality } from '@livekit/protocol';
import { TrackSource } from '@livekit/rtc-node';
import type { Scenario } from '../scenario.ts';
import { until } from '../../harness/wait.ts';

export const dynacast: Scenario = {
  name: 'dynacast',
  engines: true,
  feature: 'dynacast',
  async run({ see }, target) {
    const { who: ann, tap: anns } = await target.engine(1, { dynacast: true });
    await ann.publish();
    const { who: ben, tap } = await target.engine(2);
    await until('ben sees ann', () => ben.sees('p1'), ({ id }) => id === 1, 20_000);
    const { sid } = [...ben.room.remoteParticipants.get('p1')!.trackPublications.values()].find(({ source }) => source === TrackSource.SOURCE_CAMERA)!;
    const newest = () => anns.fromServer.flatMap(({ message }) => (message.case === 'subscribedQualityUpdate' && message.value.trackSid === sid ? [message.value] : [])).at(-1);
    const enabled = () => newest()?.subscribedCodecs.map(({ codec, qualities }) => `${codec} ${qualities.filter((it) => it.enabled).map(({ quality }) => VideoQuality[quality]).sort().join('+')}`);
    const becomes = async (wanted: string) => (await until(wanted, () => enabled(), (it) => it?.[0] === wanted, 12_000).catch(() => enabled())) ?? [];

    const published = anns.fromServer.flatMap(({ message }) => (message.case === 'trackPublished' && message.value.track?.sid === sid ? message.value.track!.layers : []));
    const all = `vp8 ${published.map(({ quality }) => VideoQuality[quality]).sort().join('+')}`;
    see('somebody watches in full: every layer there is', (await becomes(all))[0] === all, true);
    tap.say({ case: 'trackSetting', value: new UpdateTrackSettings({ trackSids: [sid!], quality: VideoQuality.LOW }) });
    see('the small layer is enough', await becomes('vp8 LOW'), ['vp8 LOW']);
    tap.say({ case: 'trackSetting', value: new UpdateTrackSettings({ trackSids: [sid!], quality: VideoQuality.MEDIUM }) });
    const asked = Date.now();
    see('up again', await becomes('vp8 LOW+MEDIUM'), ['vp8 LOW+MEDIUM']);
    see('which is said at once', Date.now() - asked < 2000, true);
    see('the old list says the same', newest()?.subscribedQualities.filter((it) => it.enabled).map(({ quality }) => VideoQuality[quality]).sort(), ['LOW', 'MEDIUM']);
    tap.say({ case: 'subscription', value: new UpdateSubscription({ trackSids: [sid!], subscribe: false }) });
    see('nobody watches', await becomes('vp8 '), ['vp8 ']);
  },
};
