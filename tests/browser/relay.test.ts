// Calls through the relay that `parley up` runs, and what must not go through it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ICEServer } from '@livekit/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Participant, chromiumParticipant } from '../harness/browser.ts';
import { PATHS, hears, join, newRoom, sees } from '../harness/call.ts';
import { type PageServer, servePage } from '../harness/page_server.ts';
import { freePorts } from '../harness/ports.ts';
import { Server } from '../harness/server.ts';
import { SignalClient } from '../harness/signal_client.ts';
import { token } from '../harness/tokens.ts';
import { sleep, until } from '../harness/wait.ts';

const run = promisify(execFile);

const address = Object.values(os.networkInterfaces())
  .flat()
  .find((found) => found?.family === 'IPv4' && !found.internal)!.address;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-relay-'));
const certificate = path.join(folder, 'cert.pem');
const privateKey = path.join(folder, 'key.pem');

function makeCertificate(serial: number) {
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-set_serial', String(serial), '-keyout', privateKey, '-out', certificate, '-subj', '/CN=parley.test',
    '-addext', `subjectAltName=IP:${address}`,
  ], { stdio: 'ignore' });
}

let server: Server;
let pages: PageServer;
let ports: { udp: number; tls: number; peer: number };
let relayed: Participant;
let direct: Participant;

beforeAll(async () => {
  makeCertificate(1);
  const first = await freePorts(5);
  ports = { udp: first, tls: first + 2, peer: first + 4 };
  pages = await servePage();
  server = await Server.start({
    name: 'relay',
    config: [
      'turn:',
      '  enabled: true',
      // Normally a name; a browser takes any host that the certificate is for.
      `  domain: ${address}`,
      `  udp_port: ${ports.udp}`,
      `  tls_port: ${ports.tls}`,
      `  cert_file: ${certificate}`,
      `  key_file: ${privateKey}`,
      '  relay_range_start: 45000',
      '  relay_range_end: 45999',
    ].join('\n'),
  });
  [relayed, direct] = await Promise.all([
    // The certificate was made a moment ago: nobody vouches for it.
    chromiumParticipant(pages.url, 1, { extraArguments: ['--ignore-certificate-errors'] }),
    chromiumParticipant(pages.url, 2),
  ]);
});

afterAll(async () => {
  await Promise.all([relayed?.close(), direct?.close()]);
  await server?.stop();
  await pages?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function credentials(): Promise<ICEServer> {
  const client = await SignalClient.connect({ url: server.ws, token: await token(newRoom('credentials'), 'p1') });
  const { iceServers, participant } = await client.wait('join');
  await client.leave();
  expect(iceServers).toHaveLength(1);
  expect(iceServers[0]!.username).toMatch(new RegExp(`^\\d+:${participant!.sid}$`));
  return iceServers[0]!;
}

/** coturn's own test client; what it prints, or what it says when it fails. */
async function client(how: string[], peer: string, { username, credential }: { username: string; credential: string }) {
  const command = ['-u', username, '-w', credential, '-e', peer, '-r', String(ports.peer), '-n', '10', '-m', '1', ...how, address];
  return run('turnutils_uclient', command, { timeout: 15_000 }).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}`,
  );
}

describe.each(PATHS)('$path', ({ singlePeerConnection }) => {
  test.each(['udp', 'tcp', 'tls'] as const)('people see and hear each other through the relay over %s', { timeout: 90_000 }, async (relay) => {
    await Promise.all([relayed.reload(), direct.reload()]);
    const room = newRoom('relay');
    await Promise.all([
      join(server, room, relayed, { singlePeerConnection, relay }),
      join(server, room, direct, { singlePeerConnection: true }),
    ]);
    await Promise.all([relayed.page.publish({}), direct.page.publish({})]);
    await sees(direct, relayed);
    await hears(direct, relayed);
    await sees(relayed, direct);
    await hears(relayed, direct);
    for (const facts of await relayed.page.connections()) {
      expect(facts.localCandidate).toBe(`relay over ${relay}`);
    }
  });
});

test.each(PATHS)('who asks for TLS comes back through the relay over it ($path)', { timeout: 120_000 }, async ({ singlePeerConnection }) => {
  await Promise.all([relayed.reload(), direct.reload()]);
  const room = newRoom('force-tls');
  await join(server, room, relayed, { singlePeerConnection });
  await join(server, room, direct, { singlePeerConnection: true });
  await Promise.all([relayed.page.publish({}), direct.page.publish({})]);
  await sees(direct, relayed);
  expect((await relayed.page.connections()).map((facts) => facts.localCandidate)).not.toContain('relay over tls');
  await relayed.page.simulate('force-tls');
  await until('its connections are relayed over TLS', () => relayed.page.connections(), (all) =>
    all.length > 0 && all.every((facts) => facts.localCandidate === 'relay over tls'), 40_000);
  await sees(direct, relayed);
  await hears(direct, relayed);
  await sees(relayed, direct);
  await hears(relayed, direct);
});

test('what is relayed arrives', { timeout: 60_000 }, async () => {
  const ours = await credentials();
  const echo = spawn('turnutils_peer', ['-L', address, '-p', String(ports.peer)], { stdio: 'ignore' });
  try {
    for (const how of [['-p', String(ports.udp)], ['-t', '-p', String(ports.udp)]]) {
      expect(await client(how, address, ours), how.join(' ')).toMatch(/tot_send_msgs=20, tot_recv_msgs=20/);
    }
  } finally {
    echo.kill();
  }
});

test('nobody reaches anything but the media node through it', { timeout: 90_000 }, async () => {
  const ours = await credentials();
  for (const peer of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '8.8.8.8', '224.0.0.1']) {
    expect(await client(['-p', String(ports.udp)], peer, ours), peer).toMatch(/403 \(Forbidden IP\)/);
  }
  // RFC 6062: TCP connections from the relay to somebody.
  expect(await client(['-T', '-p', String(ports.udp)], address, ours)).not.toMatch(/tot_recv_msgs=[1-9]/);
});

test('nobody uses it without a session', { timeout: 60_000 }, async () => {
  const ours = await credentials();
  const expired = { username: `1000000000:${ours.username.split(':')[1]}`, credential: ours.credential };
  for (const wrong of [{ username: ours.username, credential: 'guessed' }, expired]) {
    const said = await client(['-p', String(ports.udp)], address, wrong);
    expect(said).toMatch(/401|Unauthorized|Cannot complete Allocation/);
    expect(said).not.toMatch(/tot_recv_msgs=[1-9]/);
  }
});

test('a new certificate is taken without a restart, and the relay comes back when it dies', { timeout: 60_000 }, async () => {
  const serial = async () => {
    const shown = await run('sh', ['-c', `openssl s_client -connect ${address}:${ports.tls} </dev/null 2>/dev/null | openssl x509 -noout -serial`]);
    return shown.stdout.trim();
  };
  expect(await serial()).toBe('serial=01');
  const { pid } = server.process('turnserver');
  makeCertificate(2);
  await until('the new certificate is shown', serial, (shown) => shown === 'serial=02', 20_000, 500);
  expect(server.process('turnserver').pid).toBe(pid);
  await server.kill('turnserver').restarted;
  await sleep(1000);
  await until('it answers again', serial, (shown) => shown === 'serial=02', 20_000, 500);
});

test('who is relayed comes back when the relay dies', { timeout: 90_000 }, async () => {
  await Promise.all([relayed.reload(), direct.reload()]);
  const room = newRoom('relay');
  await join(server, room, relayed, { singlePeerConnection: true, relay: 'udp' });
  await join(server, room, direct, { singlePeerConnection: true });
  await direct.page.publish({});
  await sees(relayed, direct);
  await server.kill('turnserver').restarted;
  await until('the relayed one notices', () => relayed.page.connections(), ([facts]) => facts?.state !== 'connected', 40_000);
  await until('and is connected again', () => relayed.page.connections(), ([facts]) => facts?.state === 'connected', 40_000);
  await sees(relayed, direct);
});

test('no secret and no address of a person is in the log', () => {
  expect(server.log()).not.toMatch(/static-auth-secret|peer IP|session \d/);
});
