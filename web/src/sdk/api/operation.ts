/** The operations of the application plane as types: what each takes and answers, read from its OpenAPI document. */
import { BASE } from './operations';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
/** What the event stream says, by the type of the event. */
export type Events = Schemas['Events'];

/** As `operations.ts` names them: "POST /meetings/{link}/polls". */
export type Operation = { [P in keyof paths]: `${Uppercase<MethodsOf<paths[P]>>} ${P}` }[keyof paths];
type MethodsOf<Item> = { [M in keyof Item]: Item[M] extends { responses: unknown } ? M & string : never }[keyof Item];

type Described<O extends Operation> = O extends `${infer M} ${infer P extends keyof paths}` ? paths[P][Lowercase<M> & keyof paths[P]] : never;

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : null;
/** null: it answers without a body. */
export type AnswerOf<O extends Operation> = Described<O> extends { responses: infer All } ? Json<All[keyof All & (200 | 201 | 204)]> : never;
export type BodyOf<O extends Operation> = Described<O> extends { requestBody: { content: { 'application/json': infer Body } } } ? Body : never;
export type PathOf<O extends Operation> = Parameters<O, 'path'>;
export type QueryOf<O extends Operation> = Parameters<O, 'query'>;
type Parameters<O extends Operation, In extends string> = Described<O> extends { parameters: { [Key in In]?: infer All } } ? NonNullable<All> : never;

/** What is to be given with it; what it does not know cannot be, and what all may be missing of may be missing. */
export type InputOf<O extends Operation> = Given<'path', PathOf<O>> & Given<'query', QueryOf<O>> & Given<'body', BodyOf<O>>;
type Given<Key extends string, T> = [T] extends [never] ? Readonly<Partial<Record<Key, never>>> : object extends T ? Readonly<Partial<Record<Key, T>>> : Readonly<Record<Key, T>>;

export interface Places {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
}

/** Where it is asked for. A link may hold letters that an address may not. */
export function addressOf(operation: Operation, { path = {}, query = {} }: Places): { method: string; url: string } {
  const [method = '', template = ''] = operation.split(' ');
  const place = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const wanted = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return { method, url: `${BASE}${place}${wanted.length === 0 ? '' : `?${new URLSearchParams(wanted).toString()}`}` };
}
