// What a network throws at a server, while two people talk: everything is counted or ignored, nothing is
// fatal, and they do not notice.
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import http from 'node:http';
import net from 'node:net';
import { SessionDescription, SignalTarget, TrickleRequest } from '@livekit/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { hears, identityOf, join, newRoom, seeAndHearEachOther, sees } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { Server } from '../harness/server.ts';
import { SignalClient, cannedOffer } from '../harness/signal_client.ts';
import { token } from '../harness/tokens.ts';
import { sleep } from '../harness/wait.ts';

let server: Server;
let pages: PageServer;
let alice: Participant;
let bob: Participant;
let pids: number[];

const planes = () => ['signal', 'media', 'nats-server'].map((plane) => server.process(plane).pid);

beforeAll(async () => {
  pages = await servePage();
  server = await Server.start({ name: 'abuse' });
  [alice, bob] = await Promise.all([chromiumParticipant(pages.url, 1), chromiumParticipant(pages.url, 2)]);
  const room = newRoom('abuse');
  await join(server, room, alice, { singlePeerConnection: true });
  await join(server, room, bob, { singlePeerConnection: false });
  await Promise.all([alice.page.publish({}), bob.page.publish({})]);
  await seeAndHearEachOther([alice, bob]);
  pids = planes();
});

afterAll(async () => {
  await Promise.all([alice?.close(), bob?.close()]);
  await server?.stop();
  await pages?.close();
});

// Around every attack: the call before and after it, and no process that had to be started again.
beforeEach(async () => {
  await bob.page.markGaps(identityOf(alice));
});

afterEach(async () => {
  await sleep(500);
  const gaps = await bob.page.gaps(identityOf(alice));
  await sees(bob, alice);
  await hears(bob, alice);
  await sees(alice, bob);
  expect(planes(), 'a plane died and was started again').toEqual(pids);
  expect(gaps.longest, 'longest frame gap in ms').toBeLessThan(1000);
  expect((await fetch(`${server.http}/`)).status).toBe(200);
});

/** Sends datagrams to every shard's port, with a breath now and then so that they are not lost at home. */
async function toMedia(datagrams: Iterable<Buffer>): Promise<void> {
  const socket = dgram.createSocket('udp4');
  let sent = 0;
  for (const datagram of datagrams) {
    for (const port of [server.udpPort, server.udpPort + 1]) {
      await new Promise<void>((resolve) => socket.send(datagram, port, '127.0.0.1', () => resolve()));
    }
    if (++sent % 50 === 0) await sleep(5);
  }
  socket.close();
}

/** The same bytes every time: a failure can be repeated. */
function* seeded(seed: string, sizes: Iterable<number>): Iterable<Buffer> {
  let i = 0;
  for (const size of sizes) {
    const bytes = Buffer.alloc(size);
    for (let at = 0; at < size; at += 32) {
      crypto.createHash('sha256').update(`${seed} ${i} ${at}`).digest().copy(bytes, at);
    }
    i += 1;
    yield bytes;
  }
}

function stunBinding(username: string): Buffer {
  const name = Buffer.from(username);
  const attribute = Buffer.alloc(4 + Math.ceil(name.length / 4) * 4);
  attribute.writeUInt16BE(0x0006, 0);
  attribute.writeUInt16BE(name.length, 2);
  name.copy(attribute, 4);
  const integrity = Buffer.concat([Buffer.from([0x00, 0x08, 0x00, 0x14]), crypto.randomBytes(20)]);
  const header = Buffer.alloc(20);
  header.writeUInt16BE(0x0001, 0);
  header.writeUInt16BE(attribute.length + integrity.length, 2);
  header.writeUInt32BE(0x2112a442, 4);
  crypto.randomBytes(12).copy(header, 8);
  return Buffer.concat([header, attribute, integrity]);
}

/** A DTLS 1.2 ClientHello without extensions. */
function clientHello(): Buffer {
  const body = Buffer.concat([
    Buffer.from([0xfe, 0xfd]),
    crypto.randomBytes(32),
    Buffer.from([0, 0, 0, 4, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0]),
  ]);
  const length = Buffer.from([0, 0, body.length]);
  const handshake = Buffer.concat([Buffer.from([1]), length, Buffer.from([0, 0, 0, 0, 0]), length, body]);
  const record = Buffer.from([22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, handshake.length]);
  return Buffer.concat([record, handshake]);
}

test('datagrams of noise, of every size and every first byte', async () => {
  await toMedia(seeded('noise', Array.from({ length: 1500 }, (_, i) => i)));
  const firstBytes = Array.from({ length: 256 }, (_, i) => Buffer.concat([Buffer.from([i]), ...seeded(`first ${i}`, [99])]));
  await toMedia(firstBytes);
});

test('STUN messages cut off at every byte', async () => {
  const whole = stunBinding('abcdefgh:ijklmnop');
  await toMedia(Array.from({ length: whole.length }, (_, i) => whole.subarray(0, i)));
  // Lengths that lie.
  await toMedia(
    [0, 3, 4, 100, 0xffff].map((length) => {
      const liar = Buffer.from(whole);
      liar.writeUInt16BE(length, 2);
      return liar;
    }),
  );
});

test('a flood of STUN checks for names that nobody has', async () => {
  const flood = Array.from({ length: 10_000 }, (_, i) => stunBinding(`stranger${i % 97}:someone`));
  await toMedia(flood);
});

test('DTLS and SRTP from strangers', async () => {
  const hello = clientHello();
  await toMedia(Array.from({ length: 200 }, () => clientHello()));
  await toMedia(Array.from({ length: hello.length }, (_, i) => hello.subarray(0, i)));
  const rtp = [...seeded('rtp', Array.from({ length: 500 }, () => 200))].map((bytes) => {
    bytes[0] = 0x80;
    bytes[1] = 96;
    return bytes;
  });
  await toMedia(rtp);
});

test('TCP: noise, frames that lie about their length, a thousand bytes one by one, connections that say nothing', async () => {
  const open = () => new Promise<net.Socket>((resolve, reject) => {
    const socket = net.connect(server.tcpPort, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  });
  const silent = await Promise.all(Array.from({ length: 50 }, open));
  for (const bytes of seeded('tcp', [10, 100, 5000])) {
    const socket = await open();
    socket.on('error', () => undefined);
    socket.write(bytes);
    await sleep(50);
    socket.destroy();
  }
  const liar = await open();
  liar.on('error', () => undefined);
  liar.write(Buffer.from([0xff, 0xff]));
  for (let i = 0; i < 1000; i++) liar.write(Buffer.from([i & 255]));
  await sleep(300);
  liar.destroy();
  for (const socket of silent) socket.destroy();
});

const stranger = async (v1 = false, offer?: string) =>
  SignalClient.connect({ url: server.ws, token: await token(newRoom('stranger'), 'stranger'), v1, ...(offer === undefined ? {} : { offer }) });

test('offers that are no offers', { timeout: 90_000 }, async () => {
  const good = cannedOffer();
  const bad = [
    '',
    'v=0',
    'hello',
    '\0\0\0\0',
    good.replace('a=group:BUNDLE 0 1', 'a=group:BUNDLE 0 1 2 3'),
    good.replace('m=audio 9', 'm=audio 999999'),
    good.replaceAll('a=ice-ufrag:abcd\r\n', ''),
    good.replaceAll(/a=fingerprint:.*\r\n/g, ''),
    good.replaceAll(/a=fingerprint:.*/g, 'a=fingerprint:sha-256 00'),
    good.replaceAll('\r\n', '\n'),
    good.replace('111', '99999999999999999999'),
    good.slice(0, good.length / 2),
    `${good}${'a=ssrc:1 cname:x\r\n'.repeat(20_000)}`,
    Array.from({ length: 500 }, (_, i) => good.split('\r\n').slice(14).join('\r\n').replace('a=mid:1', `a=mid:${i}`)).join(''),
  ];
  for (const sdp of bad) {
    const client = await stranger();
    await client.wait('join');
    client.send({ case: 'offer', value: new SessionDescription({ type: 'offer', sdp, id: 1 }) });
    client.send({ case: 'answer', value: new SessionDescription({ type: 'answer', sdp, id: 1 }) });
    await sleep(50);
    client.socket.terminate();
    // The same in the join request, where a refusal is also an answer.
    await stranger(true, sdp.slice(0, 5000)).then((c) => c.socket.terminate(), () => undefined);
  }
});

test('candidates that are no candidates', async () => {
  const client = await stranger(true, cannedOffer());
  await client.wait('join');
  for (const candidateInit of ['', '{', '[]', '{"candidate": 5}', '{"candidate":"candidate:1 1 udp x y z"}', 'x'.repeat(100_000)]) {
    for (const target of [SignalTarget.PUBLISHER, SignalTarget.SUBSCRIBER]) {
      client.send({ case: 'trickle', value: new TrickleRequest({ candidateInit, target }) });
    }
  }
  await sleep(200);
  client.socket.terminate();
});

test('frames that are no messages, and frames that are too large', async () => {
  for (const bytes of seeded('frames', [1, 2, 10, 100, 1000, 60_000])) {
    const client = await stranger();
    await client.wait('join');
    client.socket.send(bytes);
    client.socket.send(bytes.toString('latin1'));
    await sleep(50);
    client.socket.terminate();
  }
  const client = await stranger();
  await client.wait('join');
  client.socket.send(Buffer.alloc(5 * 1024 * 1024));
  const closed = await client.waitClosed();
  expect([1006, 1009]).toContain(closed.code);
});

test('HTTP that is none, headers without end, bodies without end', async () => {
  const raw = (text: string | Buffer) => new Promise<string>((resolve) => {
    let answer = '';
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', () => resolve(answer));
    setTimeout(() => socket.destroy(), 1500);
  });
  await raw('\0\0\0\0');
  await raw('GET / HTTP/9.9\r\n\r\n');
  await raw(`GET /${'a'.repeat(200_000)} HTTP/1.1\r\n\r\n`);
  await raw(`GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(50_000)}\r\n`);
  for (const noise of seeded('http', [10, 1000, 10_000])) await raw(noise);
  const status = await new Promise<number>((resolve) => {
    const request = http.request(`${server.http}/rtc/validate`, { method: 'POST' }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    request.on('error', () => resolve(413));
    for (let i = 0; i < 12; i++) request.write(Buffer.alloc(1024 * 1024));
    request.end();
  });
  expect([400, 401, 404, 405, 413]).toContain(status);
  // Paths that would leave the folder of the web app.
  for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '//etc/passwd']) {
    expect(await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).not.toContain('root:');
  }
});

test('what was thrown away was counted', async () => {
  const drops = [...(await server.metrics('media'))].filter(([name]) => name.includes('drop'));
  expect(drops.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(10_000);
  const malformed = [...(await server.metrics('signal'))].find(([name]) => /frames_total.*malformed/.test(name))?.[1];
  expect(malformed ?? 0).toBeGreaterThan(0);
});
