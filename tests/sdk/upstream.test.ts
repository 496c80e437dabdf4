// The end-to-end suites that @livekit/rtc-node ships, copied out of the package and run unmodified, all at once,
// as its own runner starts them; over each of the two paths. Each of their tests is one of ours, by its own name.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOGS, ROOT, TESTS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { startSignalProxy } from '../harness/signal_proxy.ts';
import { KEY, SECRET } from '../harness/tokens.ts';

/** By name, so that neither a test that vanishes nor one that is skipped passes unseen. */
const SUITES = {
  'livekit-rtc e2e': [
    'connects to a room',
    'connects multiple participants to the same room',
    'sends and receives a data message between participants sharing a key',
    'emits participantDisconnected when a participant leaves',
    'transfers audio between two participants (sine detection)',
    'publishes and receives reliable data packets',
    'sends and receives text and byte streams',
    'invokes RPC methods and returns structured errors',
    'cleans up stream controllers when disconnecting during an active stream',
    'cleans up track publications when a remote participant disconnects',
    'cleans up resources when multiple participants disconnect simultaneously',
    'concurrent getSid() calls share a single listener and resolve consistently',
    'resume keeps audio flowing on the subscriber side',
    'full reconnect keeps audio flowing and ends with one publication on the subscriber',
  ],
  'livekit-rtc data streams e2e': [
    'sends and receives a small text stream',
    'sends and receives a small byte stream',
    'round-trips a large compressible text (chunked + compressed wire path)',
    'round-trips large incompressible random bytes',
    'round-trips large patterned bytes',
    'round-trips an incremental text stream with multi-byte characters',
    'cleans up stream controllers when disconnecting during an active stream',
    'releases the FFI subscription when a reader is abandoned mid-iteration',
    'releases the FFI subscription when a reader is never read',
    'ends an in-flight read when the reader is closed mid-stream',
    'drops the subscription of an unread reader when the room disconnects',
    'needs no close once a reader has been read to completion',
    'reads a closed reader as an empty stream',
    'fails the read when an incoming stream exceeds maxPayloadByteLength',
    'releases the FFI subscription when a progress callback throws',
  ],
};
const NAMES = Object.entries(SUITES).flatMap(([suite, names]) => names.map((name) => `${suite} ${name}`));

interface Outcome {
  readonly status: string;
  readonly failureMessages: string[];
}

/** Vitest does not look into node_modules, so the sources move out; what they import stays there. */
function copySources(): string {
  const work = path.join(ROOT, 'build/test-work/rtc-node');
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  const source = path.join(TESTS, 'node_modules/@livekit/rtc-node');
  fs.cpSync(path.join(source, 'src'), path.join(work, 'src'), { recursive: true });
  fs.copyFileSync(path.join(source, 'package.json'), path.join(work, 'package.json'));
  fs.symlinkSync(path.join(TESTS, 'node_modules'), path.join(work, 'node_modules'));
  fs.writeFileSync(
    path.join(work, 'vitest.config.mjs'),
    // Nothing but where the tests are: both files at once, and in each as many tests at once as they ask for.
    "export default { test: { include: ['src/tests/*.test.ts'] } };\n",
  );
  return work;
}

async function runSuites(work: string, name: string, url: string): Promise<Map<string, Outcome>> {
  const report = path.join(work, `report-${name}.json`);
  const log = fs.openSync(path.join(LOGS, `rtc-node-e2e-${name}.log`), 'w');
  const vitest = path.join(TESTS, 'node_modules/.bin/vitest');
  const child = spawn(vitest, ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
    cwd: work,
    stdio: ['ignore', log, log],
    env: { ...process.env, LIVEKIT_URL: url, LIVEKIT_API_KEY: KEY, LIVEKIT_API_SECRET: SECRET },
  });
  await new Promise<void>((resolve) => child.once('exit', () => resolve()));
  fs.closeSync(log);
  const outcomes = new Map<string, Outcome>();
  for (const file of JSON.parse(fs.readFileSync(report, 'utf8')).testResults) {
    for (const { fullName, status, failureMessages } of file.assertionResults) {
      outcomes.set(fullName, { status, failureMessages });
    }
  }
  return outcomes;
}

let server: Server;
beforeAll(async () => {
  server = await Server.start({ name: 'upstream' });
});
afterAll(async () => {
  await server?.stop();
});

// The engine asks for /rtc/v1 and, where a server does not have that, for /rtc.
describe.each([
  { path: '/rtc/v1', has: ['/rtc/v1'] },
  { path: '/rtc', has: ['/rtc'] },
])('over $path', ({ path: wanted, has }) => {
  let outcomes = new Map<string, Outcome>();
  const used = new Set<string>();

  beforeAll(async () => {
    const proxy = await startSignalProxy(server.ws, {
      refuse: (asked) => (asked.startsWith('/rtc') && !has.includes(asked) ? { status: 404, body: 'not here' } : undefined),
      opened: (session) => void used.add(session.path),
    });
    const name = wanted.slice(1).replace('/', '-');
    try {
      outcomes = await runSuites(copySources(), name, proxy.ws);
      // Dozens of engines in one process stall each other on a machine that is busy with something else: all 29 have
      // to pass in one run, and may have a second one.
      const failed = [...outcomes].filter(([, { status }]) => status !== 'passed').map(([test]) => test);
      if (failed.length > 0) {
        console.log(`a first run over ${wanted} failed in: ${failed.join('; ')}`);
        outcomes = await runSuites(copySources(), `${name}-again`, proxy.ws);
      }
    } finally {
      await proxy.close();
    }
  }, 300_000);

  test('all 29 of them ran, over this path alone', () => {
    expect(NAMES.length).toBe(29);
    expect([...outcomes.keys()].sort()).toEqual([...NAMES].sort());
    expect([...used]).toEqual([wanted]);
  });

  test.each(NAMES)('%s', (name) => {
    const outcome = outcomes.get(name);
    expect(outcome?.failureMessages[0] ?? '').toBe('');
    expect(outcome?.status).toBe('passed');
  });
});
