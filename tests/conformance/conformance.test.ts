// The scenarios against our own server: one test each, pending ones skipped with the name of what they wait for.
import fs from 'node:fs';
import path from 'node:path';
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOGS } from '../harness/paths.ts';
import { DIFFERENCES } from './differences.ts';
import { type Outcome, faults, playAll, record, verdict } from './record.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { type UnderTest, clients, startOurs } from './under_test.ts';

let server: UnderTest;
let outcomes: Outcome[] = [];

beforeAll(async () => {
  server = await startOurs();
  outcomes = await playAll(SCENARIOS, server.target);
  fs.mkdirSync(LOGS, { recursive: true });
  fs.writeFileSync(path.join(LOGS, 'conformance.json'), JSON.stringify(record(outcomes, clients()), null, 1));
}, 300_000);

afterAll(async () => {
  await server?.stop();
  await dispose();
});

test.for(SCENARIOS.map(({ name }) => name))('%s', (name, { skip }) => {
  const outcome = outcomes.find(({ scenario }) => scenario.name === name)!;
  const is = verdict(outcome, true);
  skip(is === 'pending', `pending: ${outcome.scenario.feature}`);
  if (is === 'pending, but as expected') console.log(`${name} passes, though "${outcome.scenario.feature}" is pending`);
  expect(faults(outcome, true).join('\n')).toBe('');
  expect(is).not.toBe('not offered');
});

test('every difference that is meant is one', () => {
  for (const { scenario, what, here } of DIFFERENCES) {
    const observation = outcomes.find((it) => it.scenario.name === scenario)?.observations.find((it) => it.what === what);
    expect(observation, `${scenario}: ${what}`).toBeDefined();
    expect(observation!.expected, `${scenario}: ${what}`).not.toEqual(here);
  }
});
