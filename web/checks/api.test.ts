// @vitest-environment node
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../scripts/api.mjs';

const read = (name: string): Promise<string> => readFile(new URL(`../src/sdk/api/${name}`, import.meta.url), 'utf8');

// Whether openapi.json is what the server says, tests/sdk/openapi.test.ts asks the server.
describe('the client of the application plane', () => {
  it('is what openapi.json makes of it', async () => {
    const made = await clientOf(JSON.parse(await read('openapi.json')));
    for (const [name, text] of Object.entries(made)) {
      expect((await read(name)) === text, `src/sdk/api/${name} is not what openapi.json makes: run "make api", and commit what it changes`).toBe(true);
    }
  });

  it('has a constant for each operation, wherever that is', async () => {
    const described = (operationId: string) => ({ operationId, summary: `Does ${operationId}.`, responses: {} });
    const paths = { '/b/{x}': { put: described('b') }, '/a': { get: described('a') } };
    const { 'operations.ts': text } = await clientOf({ openapi: '3.1.0', info: { title: '', version: '1' }, servers: [{ url: '/v9' }], paths });
    expect(text.split('\n').slice(2)).toEqual(["export const BASE = '/v9';", '', '/** Does a. */', "export const a = 'GET /a' as const;", '/** Does b. */', "export const b = 'PUT /b/{x}' as const;", '']);
  });
});
