import { createConfig, lintFromString } from '@redocly/openapi-core';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { checkAnswer, checkEvent, DOCUMENT } from '../harness/promises.ts';
import { BINARY, Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const said = spawnSync(BINARY, ['app', 'openapi'], { encoding: 'utf8', env: {} });

test('the page\'s client is made from what the server says', () => {
  expect(said).toMatchObject({ status: 0, stderr: '' });
  const isCurrent = said.stdout === fs.readFileSync(DOCUMENT, 'utf8');
  expect(isCurrent, 'web/src/sdk/api is not what the operations are now: run "make api", and commit what it changes').toBe(true);
});

test('a server serves the document that is printed without one', async () => {
  const server = await Server.start({ name: 'openapi' });
  const ask = async () => fetch(`${server.http}/api/openapi.json`);
  const response = await until('the application answers', ask, ({ status }) => status === 200, 15_000);
  expect(await response.json()).toEqual(JSON.parse(said.stdout));
  await server.stop();
});

test('the document is good OpenAPI', async () => {
  // Events are named by an extension alone, which no linter looks at.
  const config = await createConfig({ extends: ['recommended-strict'], rules: { 'no-unused-components': 'off' } });
  const problems = await lintFromString({ source: said.stdout, absoluteRef: 'openapi.json', config });
  expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`)).toEqual([]);
});

test('what is not promised is noticed', () => {
  const guest = { person: null, may_create: true };
  expect(() => checkAnswer('GET', '/session', 200, guest)).not.toThrow();
  expect(() => checkAnswer('GET', '/session', 200, { ...guest, more: 1 })).toThrow('must NOT have additional properties');
  expect(() => checkAnswer('GET', '/session', 200, { person: null })).toThrow("must have required property 'may_create'");
  expect(() => checkAnswer('GET', '/session', 201, guest)).toThrow('getSession answers 201');
  expect(() => checkAnswer('DELETE', '/session', 204, null)).not.toThrow();
  expect(() => checkAnswer('DELETE', '/session', 204, {})).toThrow('signOut answers 204 with {}');
  expect(() => checkAnswer('GET', '/nothing', 200, {})).toThrow('is no operation');
  expect(() => checkAnswer('GET', '/session', 403, { code: 'forbidden' })).toThrow('is refused with 403');
  expect(() => checkEvent('timer', null)).not.toThrow();
  expect(() => checkEvent('timer', { ends_at: 'tomorrow', seconds: 5, label: '' })).toThrow('must match format "date-time"');
  expect(() => checkEvent('weather', {})).toThrow('which it does not know');
});
