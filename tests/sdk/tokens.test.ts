// Tokens that must not open the door: the status an SDK acts on, and a text that names the fault.
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Server } from '../harness/server.ts';
import { SignalClient, addressOf } from '../harness/signal_client.ts';
import { SECRET, forge, goodClaims, token } from '../harness/tokens.ts';

let server: Server;

beforeAll(async () => {
  server = await Server.start({ name: 'tokens' });
});

afterAll(async () => {
  await server?.stop();
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function validate(bearer: string, v1: boolean): Promise<Answer> {
  const response = await fetch(addressOf({ url: server.http, token: bearer, v1 }, '/validate'));
  return { status: response.status, text: await response.text() };
}

/** What an upgrade is answered with; 101 if it is let in. */
function upgrade(bearer: string, v1: boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get(addressOf({ url: server.http, token: bearer, v1 }), {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    request.once('upgrade', (_response, socket) => {
      socket.destroy();
      resolve({ status: 101, text: '' });
    });
    request.once('response', (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    });
    request.once('error', reject);
  });
}

const now = () => Math.floor(Date.now() / 1000);
const good = () => goodClaims('door', 'guest');

const BAD: { what: string; make: () => string; says: RegExp }[] = [
  { what: 'expired', make: () => forge({ ...good(), exp: now() - 120 }), says: /expired/i },
  { what: 'not valid yet', make: () => forge({ ...good(), nbf: now() + 3600 }), says: /not (yet )?valid|not before|future/i },
  { what: 'without an end', make: () => forge({ ...good(), exp: undefined }), says: /exp/i },
  { what: 'signed with another secret', make: () => forge(good(), { secret: 'guess' }), says: /signature/i },
  { what: 'of an unknown key', make: () => forge({ ...good(), iss: 'nobody' }), says: /key/i },
  { what: 'with algorithm none', make: () => forge(good(), { header: { alg: 'none', typ: 'JWT' } }), says: /alg|HS256/i },
  { what: 'with algorithm RS256', make: () => forge(good(), { header: { alg: 'RS256', typ: 'JWT' } }), says: /alg|HS256/i },
  { what: 'changed after it was signed', make: () => tamper(forge(good())), says: /signature/i },
  { what: 'cut off', make: () => forge(good()).slice(0, 40), says: /token|malformed|invalid/i },
  { what: 'no token at all', make: () => 'hello', says: /token|malformed|invalid/i },
  { what: 'without permission to join', make: () => forge({ ...good(), video: { room: 'door' } }), says: /join|permission|grant/i },
];

function tamper(jwt: string): string {
  const [head, , signature] = jwt.split('.');
  const body = Buffer.from(JSON.stringify({ ...good(), sub: 'admin' })).toString('base64url');
  return `${head}.${body}.${signature}`;
}

describe.each([{ path: '/rtc', v1: false }, { path: '/rtc/v1', v1: true }])('$path', ({ v1 }) => {
  test('a good token is let in', async () => {
    const bearer = await token('door', 'guest');
    expect(await validate(bearer, v1)).toEqual({ status: 200, text: 'success' });
    expect((await upgrade(bearer, v1)).status).toBe(101);
  });

  test('a token a minute over its time is forgiven: clocks differ', async () => {
    expect((await validate(forge({ ...good(), exp: now() - 30 }), v1)).status).toBe(200);
  });

  test.each(BAD)('a token $what is refused with 401 and the reason', async ({ make, says }) => {
    for (const answer of [await validate(make(), v1), await upgrade(make(), v1)]) {
      expect(answer.status).toBe(401);
      expect(answer.text).toMatch(says);
      expect(answer.text).not.toContain(SECRET + '"');
    }
  });

  test('no token is 401', async () => {
    const address = addressOf({ url: server.http, token: '', v1 }, '/validate').replace('access_token=&', '');
    expect((await fetch(address)).status).toBe(401);
  });

  test('a token without an identity is refused', async () => {
    const { status, text } = await validate(forge({ ...good(), sub: '' }), v1);
    expect([400, 401]).toContain(status);
    expect(text).toMatch(/identity/i);
  });

  test('a token without a room is refused', async () => {
    const { status, text } = await validate(forge({ ...good(), video: { roomJoin: true, room: '' } }), v1);
    expect([400, 401]).toContain(status);
    expect(text).toMatch(/room/i);
  });

  test('an identity or a room of 300 letters is refused', async () => {
    const long = 'x'.repeat(300);
    expect((await validate(forge({ ...good(), sub: long }), v1)).status).toBe(400);
    expect((await validate(forge({ ...good(), video: { roomJoin: true, room: long } }), v1)).status).toBe(400);
  });

  test('a token too large for a header is refused, not swallowed', async () => {
    const huge = forge({ ...good(), metadata: 'x'.repeat(3_000_000) });
    const answer = await validate(huge, v1).catch(() => ({ status: 0, text: '' }));
    expect([0, 400, 401, 413, 414, 431]).toContain(answer.status);
    expect((await fetch(`${server.http}/`)).status).toBe(200);
  });
});

test('a token for one room opens only that room', async () => {
  const client = await SignalClient.connect({ url: server.ws, token: await token('mine', 'guest') });
  const join = await client.wait('join');
  expect(join.room?.name).toBe('mine');
  await client.leave();
  // Asking for another room by the query changes nothing.
  const address = addressOf({ url: server.http, token: await token('mine', 'guest') }, '/validate');
  expect((await fetch(`${address}&room=theirs`)).status).not.toBe(500);
});

test('the join response has what clients read', async () => {
  const client = await SignalClient.connect({
    url: server.ws,
    token: await token('response', 'guest', { name: 'Guest', metadata: 'm', attributes: { a: '1' } }),
  });
  const join = await client.wait('join');
  expect(join.room?.sid).toMatch(/^RM_/);
  expect(join.participant?.sid).toMatch(/^PA_/);
  expect(join.participant?.identity).toBe('guest');
  expect(join.participant?.name).toBe('Guest');
  expect(join.participant?.metadata).toBe('m');
  expect(join.participant?.attributes).toEqual({ a: '1' });
  expect(join.pingInterval).toBeGreaterThan(0);
  expect(join.pingTimeout).toBeGreaterThan(join.pingInterval);
  expect(join.serverInfo?.version).toMatch(/^1\.\d+\.\d+/);
  expect(join.serverInfo?.protocol).toBeGreaterThanOrEqual(15);
  expect(join.serverVersion).toBe(join.serverInfo?.version);
  expect(join.subscriberPrimary).toBe(true);
  expect(join.enabledPublishCodecs[0]?.mime.toLowerCase()).toBe('video/vp8');
  // Nobody's STUN server is handed out: it would slow the join and tell strangers who calls.
  for (const { urls } of join.iceServers) {
    for (const url of urls) expect(url).not.toMatch(/google|twilio/);
  }
  expect((await client.wait('refreshToken')).split('.').length).toBe(3);
  await client.leave();
});

test('a text frame is answered in JSON', async () => {
  const client = await SignalClient.connect({ url: server.ws, token: await token('json', 'guest') });
  await client.wait('join');
  const frames: boolean[] = [];
  client.socket.on('message', (_data, isBinary) => frames.push(isBinary));
  client.socket.send(JSON.stringify({ ping: String(Date.now()) }));
  await client.wait('pong');
  expect(frames.at(-1)).toBe(false);
  client.socket.close(1000);
  await client.waitClosed();
});

test('HTTP: root, unknown paths, CORS and no upgrade', async () => {
  const root = await fetch(`${server.http}/`);
  expect(root.status).toBe(200);
  expect((await fetch(`${server.http}/rtc`)).status).toBe(404);
  expect((await fetch(`${server.http}/no/such/path`, { headers: { accept: 'application/json' } })).status).toBe(404);
  const preflight = await fetch(`${server.http}/rtc/validate`, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
  });
  expect(preflight.status).toBeLessThan(300);
  expect(preflight.headers.get('access-control-allow-origin')).toBeTruthy();
});
