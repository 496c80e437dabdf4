import { offerOf } from '../offers.ts';
import { learns } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

export const whip: Scenario = {
  name: 'whip',
  feature: 'WHIP',
  async run({ see }, target) {
    const ben = await target.join('ben');
    const token = await target.joining('cam');
    const { sdp } = offerOf([{ kind: 'audio', direction: 'sendonly', cid: 'a' }, { kind: 'video', direction: 'sendonly', cid: 'v' }]);
    const post = (bearer: string, type = 'application/sdp') =>
      target.fetch('/whip/v1', { method: 'POST', headers: { authorization: `Bearer ${bearer}`, 'content-type': type }, body: sdp });
    see('GET', (await target.fetch('/whip/v1')).status, 204);
    see('OPTIONS', (await target.fetch('/whip/v1', { method: 'OPTIONS' })).status, 200);
    see('without a token', (await post('')).status, 401);
    see('without roomJoin', (await post(await target.token({ identity: 'x', video: { room: target.room() } }))).status, 401);
    see('another content type', (await post(token, 'text/plain')).status, 400);
    const made = await post(token);
    see('an offer', { status: made.status, type: made.headers.get('content-type')?.split(';')[0], location: made.headers.get('location'), tag: !!made.headers.get('etag') },
      { status: 201, type: 'application/sdp', location: '/whip/v1/<PA>', tag: true });
    see('the answer has candidates', /^a=candidate:/m.test(made.body), true);
    const shown = await learns(ben, 'cam', ({ tracks }) => tracks.length === 2, 5000);
    see('tracks without signaling', shown.tracks.map(({ name, stream }) => `${name} ${stream}`).sort(), ['synthesized-camera camera', 'synthesized-microphone camera']);

    const location = new URL(made.headers.get('location')!, target.http).pathname;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/trickle-ice-sdpfrag' };
    const fragment = ['a=ice-ufrag:conf', 'a=ice-pwd:0123456789abcdefghijklmn', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:1', 'a=candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host', ''].join('\r\n');
    see('PATCH without If-Match', (await target.fetch(location, { method: 'PATCH', headers, body: fragment })).status, 428);
    see('a trickled candidate', (await target.fetch(location, { method: 'PATCH', headers: { ...headers, 'if-match': made.headers.get('etag')! }, body: fragment })).status, 204);
    const restart = fragment.replace('ufrag:conf', 'ufrag:next');
    see('an ICE restart', (await target.fetch(location, { method: 'PATCH', headers: { ...headers, 'if-match': '*' }, body: restart })).status, 200);
    see('DELETE', (await target.fetch(location, { method: 'DELETE', headers })).status, 200);
    see('others see it go', (await learns(ben, 'cam', ({ state }) => state === 3)).identity, 'cam');
  },
};
