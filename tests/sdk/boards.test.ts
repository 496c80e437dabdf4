// Notes and whiteboard by their REST API and event stream, against scripts that ignore the page. To this server an
// update is bytes; that pages make one document of them is shown in web/src/sdk/boards and browser/boards.test.ts.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Json, MeetingClient } from '../harness/meeting_client.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let meetings = 0;

beforeAll(async () => {
  server = await Server.start({ name: 'boards' });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
});

afterAll(async () => {
  await server?.stop();
});

async function hosted(settings: Json = {}): Promise<MeetingClient> {
  const host = new MeetingClient(server.http, '', 'Host');
  const made = await host.raw('POST', '/meetings', { title: `Meeting ${(meetings += 1)}`, lobby: 'nobody', join_before_host: true, ...settings });
  expect(made.status).toBe(201);
  host.link = made.body.link as string;
  await host.enter();
  return host;
}

async function arrive(host: MeetingClient, name: string): Promise<MeetingClient> {
  const one = new MeetingClient(server.http, host.link, name);
  await one.enter();
  return one;
}

const coded = (text: string) => Buffer.from(text).toString('base64url');
const update = (text: string, document: string | null = null) => ({ document, data: coded(text) });

/** Everything that a page reads which knows nothing yet. */
async function read(client: MeetingClient, board = 'notes'): Promise<{ document: string; last: number; texts: string[] }> {
  const texts: string[] = [];
  let after = 0;
  for (;;) {
    const page = await client.do('GET', `/boards/${board}?after=${after}`);
    for (const { number, data } of [...(page.snapshot === null ? [] : [page.snapshot]), ...page.updates]) {
      texts.push(Buffer.from(data, 'base64url').toString());
      after = number;
    }
    if (page.more !== true) return { document: page.document, last: page.last, texts };
  }
}

test('a change is with the others at once, and with whoever comes later', async () => {
  const host = await hosted();
  const [ben, cat] = [await arrive(host, 'Ben'), await arrive(host, 'Cat')];
  const stream = cat.listen();
  await stream.seen('hello');
  const took: number[] = [];
  for (let i = 1; i <= 40; i += 1) {
    const began = performance.now();
    await ben.do('POST', '/boards/notes/updates', update(`${i}`));
    await stream.seen('board', ({ number }) => number === i);
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  console.log(`a change is seen by another after ${took[20]!.toFixed(0)} ms (median), ${took[37]!.toFixed(0)} ms (p95)`);
  expect(took[37]!).toBeLessThan(300);
  expect(stream.of('board')[0]).toMatchObject({ board: 'notes', number: 1, data: coded('1') });
  expect(stream.events.filter(({ type, id }) => type === 'board' && id !== null), 'not kept a second time').toEqual([]);
  expect((await read(await arrive(host, 'Late'))).texts).toEqual(Array.from({ length: 40 }, (_, i) => `${i + 1}`));
  await ben.do('PUT', '/boards/whiteboard/presence', { data: coded('here') });
  expect(await stream.seen('board_presence')).toEqual({ board: 'whiteboard', participant: ben.participant, data: coded('here') });
  stream.close();
}, 60_000);

test('who only watches changes nothing, and who waits at the door reads nothing', async () => {
  const host = await hosted({ lobby: 'everybody' });
  await host.do('POST', '/boards/notes/updates', update('secret'));
  const gus = new MeetingClient(server.http, host.link, 'Gus');
  expect((await gus.join()).body.state).toBe('waiting');
  const waiting = gus.listen();
  await waiting.seen('hello');
  for (const [method, path, body] of [
    ['GET', '/boards/notes', undefined],
    ['POST', '/boards/notes/updates', update('x')],
    ['PUT', '/boards/notes/presence', { data: coded('x') }],
    ['PUT', '/boards/notes/snapshot', { document: 'x', number: 1, data: coded('x') }],
  ] as const) {
    expect(await gus.outcome(method, path, body), path).toBe('403 not_inside');
  }
  await host.do('POST', '/boards/notes/updates', update('more'));
  await host.do('POST', '/lobby/admit', { participants: [gus.participant] });
  await waiting.seen('me', (me) => me.state === 'inside');
  expect(waiting.of('board')).toEqual([]);
  await host.do('PUT', `/participants/${gus.participant}/role`, { role: 'viewer' });
  const { document, last, texts } = await read(gus);
  expect(texts).toEqual(['secret', 'more']);
  expect(await gus.outcome('POST', '/boards/notes/updates', update('x', document))).toBe('403 forbidden');
  expect(await gus.outcome('PUT', '/boards/notes/presence', { data: coded('x') })).toBe('403 forbidden');
  expect(await gus.outcome('PUT', '/boards/notes/snapshot', { document, number: last, data: coded('x') })).toBe('403 forbidden');
  expect(await gus.outcome('POST', '/boards/notes/restore')).toBe('403 forbidden');
  expect(await new MeetingClient(server.http, host.link, 'Eve').outcome('GET', '/boards/notes')).toBe('401 no_session');
  expect((await read(host)).texts).toEqual(['secret', 'more']);
  waiting.close();
}, 60_000);

test('what is too large, or nothing that bytes could be, is refused, and the member named', async () => {
  const host = await hosted();
  const refused = async (path: string, body: Json) => {
    const { status, body: problem } = await host.call(path === 'updates' ? 'POST' : 'PUT', `/boards/notes/${path}`, body);
    return [status, problem.code, problem.member];
  };
  const bytes = (count: number) => Buffer.alloc(count, 'x').toString('base64url');
  expect(await refused('updates', { document: null, data: bytes(128 * 1024 + 1) })).toEqual([400, 'bad_input', 'data']);
  expect(await refused('updates', { document: null, data: '' })).toEqual([400, 'bad_input', 'data']);
  expect(await refused('updates', { document: null, data: 'a+b/' })).toEqual([400, 'bad_input', 'data']);
  expect(await refused('updates', { document: 7, data: 'YQ' })).toEqual([400, 'bad_input', 'document']);
  expect(await refused('updates', { data: 'YQ' })).toEqual([400, 'bad_input', 'document']);
  expect(await refused('presence', { data: bytes(2049) })).toEqual([400, 'bad_input', 'data']);
  expect(await refused('snapshot', { document: 'x', number: -1, data: 'YQ' })).toEqual([400, 'bad_input', 'number']);
  expect(await refused('snapshot', { document: 'x', number: 1, data: bytes(1024 * 1024 + 1) })).toEqual([400, 'bad_input', 'data']);
  expect((await host.call('GET', '/boards/minutes')).status).toBe(404);
  expect((await host.call('GET', '/boards/notes?after=x')).status).toBe(400);
  expect((await host.call('POST', '/boards/notes/updates', { document: null, data: bytes(128 * 1024) })).status).toBe(201);
  expect((await read(host)).last).toBe(1);
}, 30_000);

test('who floods waits, and is alone in that', async () => {
  const host = await hosted();
  const ben = await arrive(host, 'Ben');
  const answers = await Promise.all(Array.from({ length: 300 }, () => ben.call('POST', '/boards/notes/updates', update('x'))));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]!.body.code).toBe('too_many');
  await host.do('POST', '/boards/notes/updates', update('not held up'));
  const { texts } = await read(host);
  expect(texts.length).toBe(300 - refused.length + 1);
}, 60_000);

test('a snapshot that lost something is taken back by a host, and by nobody else', async () => {
  const host = await hosted();
  const ben = await arrive(host, 'Ben');
  const stream = host.listen();
  await stream.seen('hello');
  for (let i = 1; i <= 50; i += 1) await host.do('POST', '/boards/notes/updates', update(`${i}`));
  const { document, last } = await read(ben);
  const snapshot = (number: number, text: string) => ben.outcome('PUT', '/boards/notes/snapshot', { document, number, data: coded(text) });
  expect(await snapshot(last - 1, 'nothing')).toBe('409 conflict');
  expect(await snapshot(last + 1, 'nothing')).toBe('409 conflict');
  expect(await snapshot(last, 'nothing')).toBe('ok');
  expect(await stream.seen('board_snapshot')).toMatchObject({ number: last, participant: ben.participant });
  expect((await read(host)).texts).toEqual(['nothing']);
  expect(await ben.outcome('POST', '/boards/notes/restore')).toBe('403 forbidden');
  await host.do('POST', '/boards/notes/restore');
  await stream.seen('board_restored');
  expect((await read(ben)).texts).toHaveLength(50);
  stream.close();
}, 60_000);

test('what was acknowledged survives kill -9, and nothing is doubled', async () => {
  const host = await hosted();
  const ben = await arrive(host, 'Ben');
  const send = (text: string, key: string): Promise<Answer> => host.call('POST', '/boards/notes/updates', update(text), { 'Idempotency-Key': key });
  const acknowledged: string[] = [];
  const write = async (text: string) => {
    const key = randomUUID();
    await until(`"${text}" is acknowledged`, async () => (await send(text, key).catch(() => ({ status: 0 }))).status, (status) => status === 201, 20_000, 20);
    acknowledged.push(text);
    return key;
  };
  for (let i = 0; i < 10; i += 1) await write(`before ${i}`);
  const first = await write('the last before');
  for (let death = 0; death < 2; death += 1) {
    const { restarted } = server.kill('app');
    for (let i = 0; i < 10; i += 1) await write(`through ${death} ${i}`);
    await restarted;
  }
  expect((await send('the last before', first)).status, 'the key of before the deaths').toBe(201);
  const { last, texts } = await read(ben);
  expect(texts).toEqual(acknowledged);
  expect(last).toBe(acknowledged.length);
}, 90_000);

test('the notes are there in the next run of a meeting, and in every room of it', async () => {
  const host = await hosted();
  const ben = await arrive(host, 'Ben');
  await host.do('POST', '/boards/notes/updates', update('for all'));
  await host.do('PUT', '/breakouts', { rooms: [{ name: 'One', participants: [ben.participant] }], may_hop: false });
  await host.do('POST', '/breakouts/open');
  await until('Ben is to be in another room', async () => (await ben.state()).me.room, (room) => room !== host.room, 10_000);
  const stream = host.listen();
  await stream.seen('hello');
  await ben.do('POST', '/boards/notes/updates', update('from the other room'));
  await stream.seen('board', ({ number }) => number === 2);
  expect((await read(ben)).texts).toEqual(['for all', 'from the other room']);
  stream.close();
}, 60_000);

test('the OpenAPI document describes the operations', async () => {
  const { paths, components } = (await (await fetch(`${server.http}/api/openapi.json`)).json()) as Json;
  const one = paths['/meetings/{link}/boards/{board}/updates'].post;
  expect([one['x-capability'], one.requestBody.content['application/json'].schema.properties.data.maxLength]).toEqual(['edit_notes', 174_763]);
  expect(components.schemas.Board.properties.updates.type).toBe('array');
});
