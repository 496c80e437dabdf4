// Makes src/sdk/api from the operations that the server has: npm run api, after an operation or an event has changed.
// It asks build/parley; `make api` builds that first.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const BINARY = process.env.PARLEY_TEST_BINARY ?? fileURLToPath(new URL('../../build/parley', import.meta.url));
const FOLDER = new URL('../src/sdk/api/', import.meta.url);
const MADE = '// Made from openapi.json by `make api`. Not to be edited.\n\n';

/** The files of a client, by their names. */
export async function clientOf(document) {
  return {
    'schema.d.ts': MADE + astToString(await openapiTS(document, { immutable: true })),
    'operations.ts': MADE + operationsOf(document),
  };
}

/** A constant for each, so that a page carries those that it asks for and no others. */
function operationsOf({ servers, paths }) {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, summary }]) => ({ operationId, summary, operation: `${method.toUpperCase()} ${path}` })),
  );
  const lines = all
    .sort((a, b) => (a.operationId < b.operationId ? -1 : 1))
    .map(({ operationId, summary, operation }) => `/** ${summary} */\nexport const ${operationId} = '${operation}' as const;\n`);
  return `export const BASE = '${servers[0].url}';\n\n${lines.join('')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = execFileSync(BINARY, ['app', 'openapi'], { encoding: 'utf8' });
  const files = { 'openapi.json': document, ...(await clientOf(JSON.parse(document))) };
  for (const [name, text] of Object.entries(files)) await writeFile(new URL(name, FOLDER), text);
}
