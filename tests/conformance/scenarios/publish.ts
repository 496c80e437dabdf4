import { AddTrackRequest, MuteTrackRequest, SimulcastCodec, TrackSource, TrackType, UpdateLocalAudioTrack, UpdateLocalVideoTrack, VideoLayer, VideoQuality } from '@livekit/protocol';
import { learns, next, orNothing, track } from '../looking.ts';
import { offerOf } from '../offers.ts';
import type { Scenario } from '../scenario.ts';

export const publish: Scenario = {
  name: 'publish',
  async run({ see }, target) {
    const ann = await target.join('ann');
    const ben = await target.join('ben');

    ann.send({ case: 'addTrack', value: new AddTrackRequest({ cid: 'mic', name: 'my mic', type: TrackType.AUDIO, source: TrackSource.MICROPHONE }) });
    const mic = await ann.wait('trackPublished');
    see('a microphone', { cid: mic.cid, track: track(mic.track!) }, {
      cid: 'mic', track: { sid: '<TR>', type: 0, name: 'my mic', muted: false, source: 2, width: 0, height: 0, stream: 'camera', mimeType: '' },
    });
    see('its id starts as clients want it', mic.track!.sid.startsWith('TR_'), true);
    let from = ann.messages.length;
    ann.send({ case: 'addTrack', value: new AddTrackRequest({
      cid: 'cam', name: 'my cam', type: TrackType.VIDEO, source: TrackSource.CAMERA, width: 1280, height: 720, muted: true,
      layers: [new VideoLayer({ quality: VideoQuality.LOW, width: 320, height: 180 }), new VideoLayer({ quality: VideoQuality.HIGH, width: 1280, height: 720 })],
      simulcastCodecs: [new SimulcastCodec({ codec: 'vp8', cid: 'cam' })],
    }) });
    const cam = (await next(ann, 'trackPublished', from)).track!;
    see('a camera', track(cam), { sid: '<TR>', type: 1, name: 'my cam', muted: true, source: 1, width: 1280, height: 720, stream: 'camera', mimeType: cam.mimeType.toLowerCase() && 'video/vp8' });
    see('its layers', cam.layers.map(({ quality, width, height }) => ({ quality, width, height })), [{ quality: 0, width: 320, height: 180 }, { quality: 2, width: 1280, height: 720 }]);
    see('its codec', cam.codecs.map(({ mimeType, cid }) => ({ mimeType: mimeType.toLowerCase(), cid })), [{ mimeType: 'video/vp8', cid: 'cam' }]);

    from = ann.messages.length;
    ann.send({ case: 'addTrack', value: new AddTrackRequest({ cid: 'mic', name: 'again', type: TrackType.AUDIO, source: TrackSource.MICROPHONE }) });
    const again = await orNothing(Promise.any([next(ann, 'trackPublished', from).then((it) => it.track!.sid), next(ann, 'requestResponse', from).then((it) => it.reason)]));
    see('asking again for what is pending gives the same id', again === mic.track!.sid, true);

    from = ann.messages.length;
    ann.send({ case: 'addTrack', value: new AddTrackRequest({ cid: 'd', type: TrackType.DATA }) });
    see('a track of type DATA', (await next(ann, 'requestResponse', from)).reason, 5);
    from = ann.messages.length;
    ann.send({ case: 'addTrack', value: new AddTrackRequest({ cid: 'b', sid: 'TR_nothing0000', type: TrackType.VIDEO }) });
    see('a backup codec for nothing', (await next(ann, 'requestResponse', from)).reason, 1);

    ann.send({ case: 'offer', value: offerOf([{ kind: 'audio', direction: 'sendonly', cid: 'mic' }, { kind: 'video', direction: 'sendonly', cid: 'cam' }]) });
    const answer = await ann.wait('answer');
    see('the answer', { id: answer.id, directions: [...answer.sdp.matchAll(/^a=(recvonly|sendonly|inactive|sendrecv)\r?$/gm)].map((m) => m[1]) }, { id: 1, directions: ['recvonly', 'recvonly'] });
    see('sound is compressed when silent', /usedtx=1/.test(answer.sdp), true);
    const shown = await learns(ben, 'ann', ({ tracks }) => tracks.length === 2);
    see('ben learns of both', shown.tracks.map(({ name, muted }) => ({ name, muted })).sort((a, b) => (a.name < b.name ? -1 : 1)), [{ name: 'my cam', muted: true }, { name: 'my mic', muted: false }]);

    ann.send({ case: 'mute', value: new MuteTrackRequest({ sid: mic.track!.sid, muted: true }) });
    see('muting reaches ben', (await learns(ben, 'ann', ({ tracks }) => tracks.every(({ muted }) => muted))).tracks.length, 2);
    ann.send({ case: 'mute', value: new MuteTrackRequest({ sid: mic.track!.sid, muted: false }) });
    await learns(ben, 'ann', ({ tracks }) => tracks.some(({ muted }) => !muted));
    from = ann.messages.length;
    ann.send({ case: 'mute', value: new MuteTrackRequest({ sid: 'TR_nothing0000', muted: true }) });
    const lost = await orNothing(next(ann, 'requestResponse', from));
    see('muting what is not there', { reason: lost?.reason, of: lost?.request.case }, { reason: 1, of: 'mute' });

    ann.send({ case: 'updateVideoTrack', value: new UpdateLocalVideoTrack({ trackSid: cam.sid, width: 640, height: 360 }) });
    see('a new size reaches ben', !!(await orNothing(learns(ben, 'ann', ({ tracks }) => tracks.some(({ width, height }) => width === 640 && height === 360)))), true);
    ann.send({ case: 'updateAudioTrack', value: new UpdateLocalAudioTrack({ trackSid: mic.track!.sid, features: [3] }) });
    see('a new audio feature reaches ben', !!(await orNothing(learns(ben, 'ann', ({ tracks }) => tracks.some(({ audioFeatures }) => audioFeatures.includes(3))))), true);

    ann.send({ case: 'offer', value: offerOf([{ kind: 'audio', direction: 'inactive' }, { kind: 'video', direction: 'sendonly', cid: 'cam' }], 2) });
    see('unpublished by negotiation', (await learns(ben, 'ann', ({ tracks }) => tracks.length === 1)).tracks.map(({ name }) => name), ['my cam']);
  },
};
