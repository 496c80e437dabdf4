import { Ping, SignalRequest } from '@livekit/protocol';
import { learns, orNothing, said } from '../looking.ts';
import type { Scenario } from '../scenario.ts';
import { until } from '../../harness/wait.ts';

export const joinV0: Scenario = {
  name: 'join_v0',
  async run({ see }, target) {
    const ann = await target.join('ann', { grants: { name: 'Ann', metadata: 'm', attributes: { a: '1' } } });
    const join = await ann.wait('join');
    see('the first message', ann.messages[0]!.message.case, 'join');
    see('the room', { sid: join.room?.sid, name: join.room?.name, recording: join.room?.activeRecording }, { sid: '<RM>', name: 'join_v0-room', recording: false });
    const me = join.participant!;
    see('the participant', { sid: me.sid, identity: me.identity, name: me.name, metadata: me.metadata, attributes: me.attributes, kind: me.kind, tracks: me.tracks.length },
      { sid: '<PA>', identity: 'ann', name: 'Ann', metadata: 'm', attributes: { a: '1' }, kind: 0, tracks: 0 });
    see('joined at', [me.joinedAt, me.joinedAtMs], ['<time>', '<time>']);
    see('permission', { publish: me.permission?.canPublish, subscribe: me.permission?.canSubscribe, data: me.permission?.canPublishData, own: me.permission?.canUpdateMetadata },
      { publish: true, subscribe: true, data: true, own: false });
    see('the subscriber connection is the primary one', join.subscriberPrimary, true);
    see('keepalive', { interval: join.pingInterval, timeout: join.pingTimeout }, { interval: 5, timeout: 15 });
    see('signal protocol', join.serverInfo?.protocol, 17);
    see('agent protocol', join.serverInfo?.agentProtocol, 1);
    see('the version is one that clients can compare', /^\d+\.\d+\.\d+/.test(join.serverInfo?.version ?? ''), true);
    see('the old version field says the same', join.serverVersion === join.serverInfo?.version, true);
    see('the first video codec, which is the fallback', join.enabledPublishCodecs.find(({ mime }) => /^video/i.test(mime))?.mime.toLowerCase(), 'video/vp8');
    see('codecs', join.enabledPublishCodecs.map(({ mime }) => mime.toLowerCase()).filter((mime) => !mime.endsWith('rtx')).sort().join(' ').includes('audio/opus'), true);
    see('RTX is not listed', join.enabledPublishCodecs.some(({ mime }) => /rtx/i.test(mime)), false);
    see('a trailer for frames of the server', join.sifTrailer.length > 0, true);
    see('ICE servers', [...new Set(join.iceServers.flatMap(({ urls }) => urls).map((url) => url.split(':')[0]))].sort(), ['stun']);

    const offer = await ann.wait('offer');
    see('the server offers first', said(ann.messages).slice(0, 2), ['join', 'offer']);
    see('its offer', { id: offer.id, type: offer.type, channels: /^m=application/m.test(offer.sdp) }, { id: 1, type: 'offer', channels: true });
    await ann.wait('refreshToken');
    see('a fresh token follows', (await ann.wait('refreshToken')).split('.').length, 3);

    await target.join('ben');
    see('others learn of who joins before their media is connected', !!(await orNothing(learns(ann, 'ben', () => true, 4000))), true);

    ann.send({ case: 'ping', value: 4711n });
    see('pong', await ann.wait('pong'), '<time>');
    ann.send({ case: 'pingReq', value: new Ping({ timestamp: 4712n, rtt: 3n }) });
    const pong = await ann.wait('pongResp');
    see('pong response', { last: pong.lastPingTimestamp, now: pong.timestamp }, { last: 4712, now: '<time>' });

    // A text frame switches the connection to JSON.
    const before = ann.messages.length;
    const frames: boolean[] = [];
    ann.socket.on('message', (_data, isBinary: boolean) => frames.push(isBinary));
    ann.socket.send(new SignalRequest({ message: { case: 'pingReq', value: new Ping({ timestamp: 5n }) } }).toJsonString());
    await until('the answer in JSON', () => ann.messages.slice(before).some(({ message }) => message.case === 'pongResp'), Boolean, 5000, 20);
    see('JSON is answered in JSON', frames, [false]);

    await ann.leave();
    see('the close code after leaving', ann.closed?.code, 1000);
  },
};
