import { UpdateSubscription } from '@livekit/protocol';
import { TrackSource } from '@livekit/rtc-node';
import { said } from '../looking.ts';
import type { Notes, Scenario } from '../scenario.ts';
import type { Target } from '../target.ts';
import { until } from '../../harness/wait.ts';

/** Somebody sends, somebody receives, by SDKs: what the receiver is told, and in which order. */
async function run({ see }: Notes, target: Target, singlePeerConnection: boolean) {
  const { who: ann, tap: anns } = await target.engine(1, { singlePeerConnection });
  await ann.publish();
  const { who: ben, tap } = await target.engine(2, { singlePeerConnection });
  await until('ben sees ann', () => ben.sees('p1'), ({ id }) => id === 1, 20_000);
  await until('ben hears ann', () => ben.hears('p1').energy, (energy) => energy > 0.01, 10_000);

  see('the path', tap.said[0], singlePeerConnection ? '/rtc/v1' : '/rtc');
  see('ann is in the join response, with her tracks', tap.fromServer[0]!.message.case === 'join' && tap.fromServer[0]!.message.value.otherParticipants.map(({ identity, tracks }) => [identity, tracks.length]), [['p1', 2]]);
  see('the first two', said(tap.fromServer).slice(0, 2), ['join', singlePeerConnection ? 'answer' : 'offer']);
  const kinds = new Set(said(tap.fromServer));
  see('who offers', { server: kinds.has('offer'), client: tap.said.includes('> offer') || singlePeerConnection }, { server: !singlePeerConnection, client: true });
  const [shown] = [...ben.room.remoteParticipants.values()];
  const publications = [...shown!.trackPublications.values()];
  see('what the SDK makes of it', publications.map(({ source, kind, muted, subscribed, name }) => ({ source: TrackSource[source!], kind, muted, subscribed, name })).sort((a, b) => (a.source! < b.source! ? -1 : 1)), [
    { source: 'SOURCE_CAMERA', kind: 2, muted: false, subscribed: true, name: 'camera' },
    { source: 'SOURCE_MICROPHONE', kind: 1, muted: false, subscribed: true, name: 'microphone' },
  ]);
  see('the publisher is told that somebody subscribes', await until('track_subscribed', () => said(anns.fromServer).filter((kind) => kind === 'trackSubscribed').length, (n) => n === 2, 5000).catch(() => 0), 2);

  // In each description that carries tracks: the stream names the publisher.
  const sdp = tap.fromServer.map(({ message }) => (message.case === 'offer' || message.case === 'answer' ? message.value : undefined)).filter((it) => it !== undefined);
  const streams = new Set(sdp.flatMap(({ sdp: text }) => [...text.matchAll(/^a=msid:(\S+) /gm)].map((match) => match[1]!)));
  see('stream ids', [...streams].sort(), ['<PA>|camera'].map((form) => form.replace('<PA>', shown!.sid!)));
  const mapped = sdp.flatMap(({ midToTrackId }) => Object.values(midToTrackId));
  see('sections are mapped to tracks', publications.every(({ sid }) => mapped.includes(sid!)), true);

  const camera = publications.find(({ source }) => source === TrackSource.SOURCE_CAMERA)!;
  tap.say({ case: 'subscription', value: new UpdateSubscription({ trackSids: [camera.sid!], subscribe: false }) });
  let last = -1;
  see('unsubscribed, the picture stands still', await until('it stands still', () => ben.sees('p1').frames, (frames) => {
    const still = frames === last;
    last = frames;
    return still;
  }, 10_000, 1000).then(() => true), true);
  tap.say({ case: 'subscription', value: new UpdateSubscription({ trackSids: [camera.sid!], subscribe: true }) });
  see('subscribed, it moves again', await until('it moves', () => ben.sees('p1').frames, (frames) => frames !== last, 15_000).then(() => true), true);
}

export const subscribeV0: Scenario = { name: 'subscribe_v0', engines: true, run: (notes, target) => run(notes, target, false) };
export const subscribeV1: Scenario = { name: 'subscribe_v1', engines: true, run: (notes, target) => run(notes, target, true) };
