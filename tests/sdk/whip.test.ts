// WHIP and WHEP on the wire: statuses, headers and bodies, with the offers that OBS makes.
import fs from 'node:fs';
import path from 'node:path';
import { dispose } from '@livekit/rtc-node';
import { RoomServiceClient, TrackSource, TrackType } from 'livekit-server-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newRoom } from '../harness/call.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { Server } from '../harness/server.ts';
import { KEY, SECRET, token } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';

/** As libdatachannel writes them for OBS: one picture in each of its codecs, and one to four layers of it. */
const offer = (name: string) =>
  fs.readFileSync(path.join(import.meta.dirname, 'obs', `${name}.sdp`), 'utf8').replaceAll('\n', '\r\n');
const OFFER = offer('offer');
const PLAYER = OFFER.replaceAll('a=sendonly', 'a=recvonly').replaceAll(/a=(ssrc|msid):.*\r\n/g, '');
const FRAGMENT = (ufrag: string) =>
  `a=ice-ufrag:${ufrag}\r\na=ice-pwd:0123456789abcdefghijkl\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n` +
  'a=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host\r\na=end-of-candidates\r\n';

let server: Server;
let backend: RoomServiceClient;

beforeAll(async () => {
  server = await Server.start({ name: 'whip-wire' });
  backend = new RoomServiceClient(server.http, KEY, SECRET);
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

interface Ask {
  method?: string;
  path: string;
  jwt?: string;
  type?: string;
  ifMatch?: string;
  body?: string;
}

async function ask({ method = 'POST', path: at, jwt, type, ifMatch, body }: Ask) {
  const response = await fetch(server.http + at, {
    method,
    headers: {
      ...(jwt === undefined ? {} : { authorization: `Bearer ${jwt}` }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const post = (jwt: string, body = OFFER, at = '/whip/v1') => ask({ path: at, jwt, type: 'application/sdp', body });
const patch = (at: string, jwt: string, ifMatch: string | undefined, body: string, type = 'application/trickle-ice-sdpfrag') =>
  ask({ method: 'PATCH', path: at, jwt, type, body, ...(ifMatch === undefined ? {} : { ifMatch }) });
const people = async (room: string) => (await backend.listParticipants(room)).map((p) => p.identity);

test("OBS's offer becomes a participant with a camera and a microphone", async () => {
  const room = newRoom('obs');
  const jwt = await token(room, 'obs');
  const made = await post(jwt);
  expect(made.status).toBe(201);
  expect(made.headers.get('content-type')).toBe('application/sdp');
  expect(made.headers.get('location')).toMatch(/^\/whip\/v1\/PA_/);
  expect(made.headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
  expect(made.headers.get('access-control-expose-headers')).toBe('*');
  const ufrag = /a=ice-ufrag:(\S+)/.exec(made.text)![1];
  expect(made.headers.get('etag')).toBe(`"${ufrag}"`);
  expect(made.text).toContain('a=candidate:');
  expect(made.text).toContain('a=end-of-candidates');
  expect(made.text.match(/a=recvonly/g)).toHaveLength(2);
  expect(made.text.match(/a=setup:passive/g)).toHaveLength(2);
  expect(made.text).not.toContain('usedtx=1');

  const shown = await backend.getParticipant(room, 'obs');
  expect(made.headers.get('location')).toBe(`/whip/v1/${shown.sid}`);
  const [sound, picture] = [TrackType.AUDIO, TrackType.VIDEO].map((type) => shown.tracks.find((t) => t.type === type)!);
  expect([sound!.name, sound!.source, sound!.stream, sound!.disableDtx, sound!.stereo]).toEqual(
    ['synthesized-microphone', TrackSource.MICROPHONE, 'camera', true, true]);
  expect([picture!.name, picture!.source, picture!.mimeType, picture!.simulcast]).toEqual(
    ['synthesized-camera', TrackSource.CAMERA, 'video/H264', false]);

  const ended = await ask({ method: 'DELETE', path: made.headers.get('location')!, jwt });
  expect(ended.status).toBe(200);
  expect(await people(room)).toEqual([]);
  expect((await ask({ method: 'DELETE', path: made.headers.get('location')!, jwt })).status).toBe(404);
});

test("OBS's layers count downwards: 0 is the full picture", async () => {
  const room = newRoom('obs');
  const jwt = await token(room, 'obs');
  const made = await post(jwt, offer('offer_simulcast'));
  expect(made.status).toBe(201);
  expect(made.text).toMatch(/a=simulcast:recv 0;1;2/);
  const shown = await backend.getParticipant(room, 'obs');
  const picture = shown.tracks.find((track) => track.type === TrackType.VIDEO)!;
  expect(picture.simulcast).toBe(true);
  expect(picture.layers.map((layer) => [layer.rid, layer.quality])).toEqual(
    [['2', 0], ['1', 1], ['0', 2]]);
});

test("of OBS's four layers all are accepted, and the full picture is among those that are used", async () => {
  const room = newRoom('obs');
  const made = await post(await token(room, 'obs'), offer('offer_four_layers'));
  expect(made.status).toBe(201);
  // OBS ends with an error where an answer has fewer.
  expect(made.text).toMatch(/a=simulcast:recv 0;1;2;3/);
  const shown = await backend.getParticipant(room, 'obs');
  const picture = shown.tracks.find((track) => track.type === TrackType.VIDEO)!;
  expect(picture.layers.map((layer) => [layer.rid, layer.quality])).toEqual(
    [['3', 0], ['2', 1], ['0', 2]]);
});

test.each([['av1', 'AV1'], ['hevc', 'H265']])("OBS's offer of %s is answered with it", async (file, codec) => {
  const room = newRoom('obs');
  const made = await post(await token(room, 'obs'), offer(`offer_${file}`));
  expect(made.status).toBe(201);
  expect(made.text).toContain(`a=rtpmap:96 ${codec}/90000`);
  const shown = await backend.getParticipant(room, 'obs');
  expect(shown.tracks.find((track) => track.type === TrackType.VIDEO)!.mimeType).toBe(`video/${codec}`);
});

test('candidates and restarts of ICE come by PATCH', async () => {
  const room = newRoom('patch');
  const jwt = await token(room, 'obs');
  const made = await post(jwt);
  const at = made.headers.get('location')!;
  const etag = made.headers.get('etag')!;

  const trickled = await patch(at, jwt, etag, FRAGMENT('Ml8H'));
  expect([trickled.status, trickled.text, trickled.headers.get('etag')]).toEqual([204, '', null]);
  expect((await patch(at, jwt, undefined, FRAGMENT('Ml8H'))).status).toBe(428);
  expect((await patch(at, jwt, '"other"', FRAGMENT('Ml8H'))).status).toBe(412);
  expect((await patch(at, jwt, etag, FRAGMENT('Ml8H'), 'application/sdp')).status).toBe(415);
  const broken = await patch(at, jwt, etag, 'a=ice-ufrag:x y\r\n');
  expect([broken.status, broken.text]).toEqual([400, '{"error":"SDP fragment, line 1: malformed attribute"}']);

  const restarted = await patch(at, jwt, '*', FRAGMENT('anew'));
  expect(restarted.status).toBe(200);
  expect(restarted.headers.get('content-type')).toBe('application/trickle-ice-sdpfrag');
  const ufrag = /a=ice-ufrag:(\S+)/.exec(restarted.text)![1];
  expect(restarted.headers.get('etag')).toBe(`"${ufrag}"`);
  expect(restarted.headers.get('etag')).not.toBe(etag);
  expect(restarted.text).toMatch(/m=audio 9 .*\r\na=mid:0\r\na=candidate:/);
  expect((await patch(at, jwt, etag, FRAGMENT('anew'))).status).toBe(412);
  expect((await patch(at, jwt, `"${ufrag}"`, FRAGMENT('anew'))).status).toBe(204);
});

test('who may do what is in the token', async () => {
  const room = newRoom('who');
  const refused = async (made: ReturnType<typeof ask>) => {
    const { status, text } = await made;
    return [status, (JSON.parse(text) as { error: string }).error];
  };
  const strangers = await ask({ path: '/whip/v1', type: 'application/sdp', body: OFFER });
  expect(strangers.status).toBe(401);
  expect(strangers.headers.get('www-authenticate')).toBe('Bearer');
  expect(await refused(post('nonsense'))).toEqual([401, expect.stringMatching(/token/)]);
  expect(await refused(post(await token('', 'obs')))).toEqual([401, expect.stringMatching(/room/)]);
  expect(await refused(post(await token(room, 'obs', { grant: { canPublish: false } })))).toEqual([403, expect.stringMatching(/canPublish/)]);
  expect(await refused(post(await token(room, 'tv', { grant: { canSubscribe: false } }), PLAYER, '/whep/v1'))).toEqual(
    [403, expect.stringMatching(/canSubscribe/)]);
  const cameraOnly = await token(room, 'obs', { grant: { canPublishSources: [TrackSource.CAMERA] } });
  expect(await refused(post(cameraOnly))).toEqual([403, expect.stringMatching(/synthesized-microphone/)]);

  const jwt = await token(room, 'obs');
  const at = (await post(jwt)).headers.get('location')!;
  expect((await ask({ method: 'DELETE', path: at })).status).toBe(401);
  expect(await refused(ask({ method: 'DELETE', path: at, jwt: await token(room, 'mallory') }))).toEqual(
    [403, expect.stringMatching(/another participant/)]);
  expect((await ask({ method: 'DELETE', path: at, jwt: await token(newRoom('other'), 'obs') })).status).toBe(404);
  expect((await patch(at, await token(room, 'mallory'), '*', FRAGMENT('evil'))).status).toBe(403);
  expect(await people(room)).toEqual(['obs']);
});

test('who is removed stays removed', async () => {
  const room = newRoom('removed');
  const jwt = await token(room, 'obs');
  const at = (await post(jwt)).headers.get('location')!;
  await backend.removeParticipant(room, 'obs');
  expect(await people(room)).toEqual([]);
  expect((await post(jwt)).status).toBe(401);
  expect((await patch(at, jwt, '*', FRAGMENT('anew'))).status).toBe(401);
});

test('nobody with a WebSocket is ended by HTTP', async () => {
  const room = newRoom('who');
  const ann = new NodeParticipant(1);
  await ann.join(server.ws, await token(room, 'ann'));
  const { sid } = await backend.getParticipant(room, 'ann');
  const jwt = await token(room, 'ann');
  expect((await ask({ method: 'DELETE', path: `/whip/v1/${sid}`, jwt })).status).toBe(404);
  expect(await people(room)).toEqual(['ann']);
  await ann.leave();
});

test('what is wrong with a request is said', async () => {
  const jwt = await token(newRoom('wrong'), 'obs');
  const said = async (request: Ask) => {
    const { status, text } = await ask({ jwt, ...request });
    return `${status} ${text === '' ? '' : (JSON.parse(text) as { error: string }).error}`;
  };
  const sdp = { path: '/whip/v1', type: 'application/sdp' };
  expect(await said({ ...sdp, body: 'nonsense' })).toMatch(/^400 SDP offer, line 1/);
  expect(await said({ ...sdp, body: '' })).toMatch(/^400 SDP offer/);
  expect(await said({ ...sdp, body: OFFER, type: 'text/plain' })).toMatch(/^415 .*application\/sdp/);
  expect(await said({ ...sdp, body: PLAYER })).toMatch(/^422 .*neither audio nor video/);
  expect(await said({ ...sdp, body: OFFER.replaceAll(/a=fingerprint.*\r\n/g, '') })).toMatch(/^422 .*fingerprint/);
  expect(await said({ ...sdp, body: OFFER.replaceAll('H264', 'MPV').replaceAll('opus', 'G722') })).toMatch(/^422 .*codecs/);
  expect(await said({ ...sdp, path: '/whep/v1', body: OFFER })).toMatch(/^422 .*receive/);
  expect(await said({ ...sdp, path: '/whip/v2', body: OFFER })).toMatch(/^404 /);
  expect(await said({ ...sdp, path: '/whip/v1/PA_x/y', body: OFFER })).toMatch(/^404 /);
  expect(await said({ ...sdp, method: 'PUT', body: OFFER })).toMatch(/^405 /);
  expect(await said({ ...sdp, path: '/whip/v1/PA_unknown', body: OFFER })).toMatch(/^405 /);
  expect(await said({ method: 'DELETE', path: '/whip/v1/PA_unknown' })).toMatch(/^404 /);
  expect((await ask({ ...sdp, jwt, body: 'v'.repeat(600_000) })).status).toBe(413);
});

test('probes and preflights are answered', async () => {
  for (const protocol of ['whip', 'whep']) {
    expect((await ask({ method: 'GET', path: `/${protocol}/v1` })).status).toBe(204);
    expect((await ask({ method: 'HEAD', path: `/${protocol}/v1/PA_x` })).status).toBe(204);
    const options = await ask({ method: 'OPTIONS', path: `/${protocol}/v1` });
    expect([options.status, options.headers.get('accept-post')]).toEqual([200, 'application/sdp']);
    const preflight = await fetch(`${server.http}/${protocol}/v1`, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
    });
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  }
});

test('a player is told where its layers are, and others see it as anybody', async () => {
  const room = newRoom('whep');
  const jwt = await token(room, 'tv');
  const made = await post(jwt, PLAYER, '/whep/v1');
  expect(made.status).toBe(201);
  const at = made.headers.get('location')!;
  expect(made.headers.get('link')).toBe(`<${at}/layer>; rel="urn:ietf:params:whep:ext:core:layer"`);
  expect(made.text.match(/a=sendonly/g)).toHaveLength(2);
  expect(new Set(made.text.match(/a=msid:\S+/g))).toHaveLength(1);
  const nothing = await ask({ method: 'GET', path: `${at}/layer`, jwt });
  expect([nothing.status, JSON.parse(nothing.text)]).toEqual([200, { 1: { participant: '', track: '', layers: [] } }]);
  const wrong = await ask({ path: `${at}/layer`, jwt, type: 'application/json', body: '{"maxWidth":-1}' });
  expect([wrong.status, wrong.text]).toEqual([400, '{"error":"maxWidth must be a whole number from 0"}']);
  expect((await ask({ path: `${at}/layer`, jwt, type: 'application/json', body: '[]' })).status).toBe(400);
  expect((await ask({ path: `${at}/layer`, jwt, body: '{}', type: 'text/plain' })).status).toBe(415);
  expect((await ask({ path: `${at}/layer`.replace('whep', 'whip'), jwt, type: 'application/json', body: '{}' })).status).toBe(404);
  expect((await ask({ method: 'DELETE', path: at.replace('whep', 'whip'), jwt })).status).toBe(404);
  expect(await people(room)).toEqual(['tv']);

  const hidden = await post(await token(room, 'spy', { grant: { hidden: true } }), PLAYER, '/whep/v1');
  expect(hidden.status).toBe(201);
  const ann = new NodeParticipant(1);
  await ann.join(server.ws, await token(room, 'ann'));
  await until('ann sees the player', () => [...ann.room.remoteParticipants.keys()], (all) => all.length > 0).catch(() => []);
  expect([...ann.room.remoteParticipants.keys()]).toEqual(['tv']);
  await ann.leave();
});
