// What the server promises of its answers and events, in its own OpenAPI document: every answer and event that a
// test sees is held to it.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** What the page's client is made from; sdk/openapi.test.ts compares it with what the server says. */
export const DOCUMENT = path.join(ROOT, 'web/src/sdk/api/openapi.json');

const document = JSON.parse(fs.readFileSync(DOCUMENT, 'utf8')) as Json;
const ajv = addFormats.default(new Ajv2020({ strict: true, allowUnionTypes: true }));
ajv.addVocabulary(['components', 'x-events']);

const validators = new Map<string, (value: unknown) => boolean>();

/** "", or what is wrong. */
function faultOf(name: string, schema: Json, value: unknown): string {
  let validate = validators.get(name) as (((value: unknown) => boolean) & { errors?: object[] | null }) | undefined;
  if (validate === undefined) {
    validate = ajv.compile({ ...schema, components: document.components }) as NonNullable<typeof validate>;
    validators.set(name, validate);
  }
  return validate(value) ? '' : `${ajv.errorsText(validate.errors as never)}: ${JSON.stringify(value)}`;
}

const operations = Object.entries<Json>(document.paths).flatMap(([template, methods]) =>
  Object.entries<Json>(methods).map(([method, { operationId, responses }]) => ({
    operationId: operationId as string,
    method: method.toUpperCase(),
    pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
    responses,
  })),
);

function broken(what: string): never {
  throw new Error(`the server breaks what openapi.json promises: ${what}`);
}

/** Throws if this is not how an operation may be answered. `asked` is below /api/v1; `body` null: there was none. */
export function checkAnswer(method: string, asked: string, status: number, body: unknown): void {
  const [place = ''] = asked.split('?');
  const operation = operations.find((one) => one.method === method && one.pattern.test(place));
  if (status >= 400) {
    const fault = faultOf('Problem', { $ref: '#/components/schemas/Problem' }, body);
    if (fault !== '') broken(`${method} ${asked} is refused with ${status} and ${fault}`);
    return;
  }
  if (operation === undefined) return broken(`${method} ${asked} is answered with ${status}, and is no operation`);
  const promised = operation.responses[status];
  if (promised === undefined) broken(`${operation.operationId} answers ${status}`);
  const schema = promised.content?.['application/json']?.schema;
  if (schema === undefined ? body !== null : body === null) broken(`${operation.operationId} answers ${status} with ${JSON.stringify(body)}`);
  const fault = schema === undefined ? '' : faultOf(operation.operationId, schema, body);
  if (fault !== '') broken(`${operation.operationId} answers ${fault}`);
}

/** Throws if the event stream may not say this. */
export function checkEvent(type: string, data: unknown): void {
  const schema = document.components.schemas.Events.properties[type];
  if (schema === undefined) return broken(`an event "${type}", which it does not know`);
  const fault = faultOf(`event ${type}`, schema, data);
  if (fault !== '') broken(`event "${type}": ${fault}`);
}
