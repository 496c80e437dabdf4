// The end-to-end suites that @livekit/rtc-node ships, copied out of the package and run unmodified. Each of
// their tests is one of ours, by its own name.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOGS, ROOT, TESTS } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { KEY, SECRET } from '../harness/tokens.ts';

/** These must pass. */
const REQUIRED = [
  ...[
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
  ].map((name) => `livekit-rtc e2e ${name}`),
  ...[
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
  ].map((name) => `livekit-rtc data streams e2e ${name}`),
];
/** These rest on what is not promised yet: a pass is a pass, a failure a skip. */
const NOT_PROMISED: Record<string, string> = {
  'livekit-rtc e2e resume keeps audio flowing on the subscriber side': 'simulated reconnects',
  'livekit-rtc e2e full reconnect keeps audio flowing and ends with one publication on the subscriber':
    'simulated reconnects',
};

interface Outcome {
  readonly status: string;
  readonly failureMessages: string[];
}

let server: Server;
const outcomes = new Map<string, Outcome>();

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
    // Two at a time: more native engines at once than there are cores measure the machine.
    "export default { test: { include: ['src/tests/*.test.ts'], maxConcurrency: 2, fileParallelism: false } };\n",
  );
  return work;
}

beforeAll(async () => {
  const work = copySources();
  server = await Server.start({ name: 'upstream' });
  const report = path.join(work, 'report.json');
  const log = fs.openSync(path.join(LOGS, 'rtc-node-e2e.log'), 'w');
  await new Promise<void>((resolve) => {
    spawn(path.join(TESTS, 'node_modules/.bin/vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
      cwd: work,
      stdio: ['ignore', log, log],
      env: { ...process.env, LIVEKIT_URL: server.ws, LIVEKIT_API_KEY: KEY, LIVEKIT_API_SECRET: SECRET },
    }).once('exit', () => resolve());
  });
  fs.closeSync(log);
  for (const file of JSON.parse(fs.readFileSync(report, 'utf8')).testResults) {
    for (const { fullName, status, failureMessages } of file.assertionResults) {
      outcomes.set(fullName, { status, failureMessages });
    }
  }
}, 400_000);

afterAll(async () => {
  await server?.stop();
});

test('all 29 of them are known here', () => {
  const known = [...REQUIRED, ...Object.keys(NOT_PROMISED)].sort();
  expect(known.length).toBe(29);
  expect([...outcomes.keys()].sort()).toEqual(known);
});

test.each(REQUIRED)('%s', (name) => {
  const outcome = outcomes.get(name);
  expect(outcome?.failureMessages[0] ?? '').toBe('');
  expect(outcome?.status).toBe('passed');
});

test.for(Object.entries(NOT_PROMISED))('%s', ([name, needs], { skip }) => {
  const status = outcomes.get(name)?.status;
  skip(status !== 'passed', `${status ?? 'not run'}: needs ${needs}, not promised yet`);
});
