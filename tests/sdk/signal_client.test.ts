// The signaling suite that livekit-client ships, copied out of the package and run unmodified in Chromium by Vitest's
// browser mode, as its authors run it. They run it against a mock; here a real server answers, and only the faults that
// a test asks for are made on the way (faults.ts).
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOGS, ROOT, TESTS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { type SignalProxy, startSignalProxy } from '../harness/signal_proxy.ts';
import { faults } from './faults.ts';

const CHROMIUM = process.env.PARLEY_CHROMIUM ?? '/usr/bin/chromium';
const PATHS = ['v0', 'v1'].map((label) => `SignalClient e2e '${label}' path`);
const ON_BOTH = [
  'connects and reports CONNECTED with a join response',
  'stays connected past the ping timeout while the server pongs',
  'closes with a ping timeout when the server stops ponging',
  'surfaces an unexpected transport close while connected',
  'surfaces an abnormal socket drop (1006) while connected',
  'rejects the join when the socket closes before the first message',
  'delivers a server-initiated leave while connected',
  'forwards a non-DISCONNECT leave action verbatim',
  'rejects the join when a leave arrives as the first message',
  'closes gracefully via close() without firing onClose',
  'reconnects (resume) back to CONNECTED',
  'rejects a reconnect when a leave arrives as the first message',
  'classifies an invalid token as NotAllowed',
  'classifies room-not-found as NotAllowed',
  'classifies a wrong-path 404 as ServiceNotFound',
  'surfaces a 5xx validate as a WebSocket error (ws error shadows 5xx→internal)',
];
const NAMES = [
  ...PATHS.flatMap((at) => ON_BOTH.map((name) => `${at} ${name}`)),
  'SignalClient e2e transport failures classifies an unreachable server as ServerUnreachable',
  'SignalClient e2e transport failures cancels the connect when the AbortSignal fires mid-connection',
  'SignalClient e2e transport failures times out when the socket opens but no first message arrives',
];

interface Outcome {
  readonly status: string;
  readonly failureMessages: string[];
}

let server: Server;
let proxy: SignalProxy;
const outcomes = new Map<string, Outcome>();

function copySources(): string {
  const work = path.join(ROOT, 'build/test-work/livekit-client');
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  const source = path.join(TESTS, 'node_modules/livekit-client');
  fs.cpSync(path.join(source, 'src'), path.join(work, 'src'), { recursive: true });
  fs.copyFileSync(path.join(source, 'package.json'), path.join(work, 'package.json'));
  fs.symlinkSync(path.join(TESTS, 'node_modules'), path.join(work, 'node_modules'));
  const launch = { executablePath: CHROMIUM, args: ['--no-sandbox'] };
  fs.writeFileSync(
    path.join(work, 'vitest.config.mjs'),
    `import { playwright } from '@vitest/browser-playwright';
export default {
  // Vite's own server must not watch or look into what only links to here.
  resolve: { preserveSymlinks: true },
  server: { watch: null },
  test: {
    include: ['src/api/SignalClient.e2e.test.ts'],
    globalSetup: 'src/test/signalServerSetup.ts',
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: ${JSON.stringify(launch)} }),
      instances: [{ browser: 'chromium' }],
    },
  },
};
`,
  );
  return work;
}

beforeAll(async () => {
  server = await Server.start({ name: 'signal-client' });
  proxy = await startSignalProxy(server.ws, faults());
  const work = copySources();
  const report = path.join(work, 'report.json');
  const log = fs.openSync(path.join(LOGS, 'signal-client-e2e.log'), 'w');
  const vitest = path.join(TESTS, 'node_modules/.bin/vitest');
  const child = spawn(vitest, ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
    cwd: work,
    stdio: ['ignore', log, log],
    env: { ...process.env, LK_TEST_SERVER_URL: proxy.ws },
    timeout: 150_000,
  });
  await new Promise<void>((resolve) => child.once('exit', () => resolve()));
  fs.closeSync(log);
  for (const file of JSON.parse(fs.readFileSync(report, 'utf8')).testResults) {
    for (const { fullName, status, failureMessages } of file.assertionResults) {
      outcomes.set(fullName, { status, failureMessages });
    }
  }
}, 200_000);

afterAll(async () => {
  await proxy?.close();
  await server?.stop();
});

test('all 35 of them ran', () => {
  expect(NAMES.length).toBe(35);
  expect([...outcomes.keys()].sort()).toEqual([...NAMES].sort());
});

test.each(NAMES)('%s', (name) => {
  const outcome = outcomes.get(name);
  expect(outcome?.failureMessages[0] ?? '').toBe('');
  expect(outcome?.status).toBe('passed');
});
