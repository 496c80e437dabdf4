// Files in the chat by the REST API, against people who want what is not theirs, and a process that is killed.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Json, MeetingClient } from '../harness/meeting_client.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

let server: Server;
let host: MeetingClient;

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAEklEQVR42mP8z8BQz4AEmBjQAAA5tQIDLkPH5gAAAABJRU5ErkJggg==', 'base64');
const PDF = Buffer.from('%PDF-1.7\n%%EOF\n');
const MB = 1024 * 1024;

beforeAll(async () => {
  server = await Server.start({ name: 'files', config: 'application:\n  files:\n    max_mb: 2\n    max_mb_per_person: 8\n' });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
});

afterAll(async () => {
  await server?.stop();
});

async function hosted(settings: Json = {}): Promise<MeetingClient> {
  const one = new MeetingClient(server.http, '', 'Host');
  const made = await one.raw('POST', '/meetings', { title: 'Files', lobby: 'nobody', join_before_host: true, ...settings });
  one.link = made.body.link as string;
  await one.enter();
  return one;
}

async function arrive(name: string): Promise<MeetingClient> {
  const one = new MeetingClient(server.http, host.link, name);
  await one.enter();
  return one;
}

interface Sent {
  readonly status: number;
  readonly body: Json;
}

async function upload(who: MeetingClient, name: string, content: Buffer | string, headers: Record<string, string> = {}): Promise<Sent> {
  const response = await fetch(`${server.http}/api/v1/meetings/${who.link}/files?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { ...who.headers(), 'Idempotency-Key': randomUUID(), 'content-type': 'application/octet-stream', ...headers },
    body: typeof content === 'string' ? content : new Uint8Array(content),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text === '' ? 'null' : text) as Json };
}

async function uploaded(who: MeetingClient, name: string, content: Buffer | string = PNG): Promise<Json> {
  const { status, body } = await upload(who, name, content);
  expect([status, body?.code], name).toEqual([201, undefined]);
  return body;
}

const fetchFile = (who: MeetingClient, id: string) => fetch(`${server.http}/api/v1/meetings/${who.link}/files/${id}`, { headers: who.headers() });
const statusOf = async (who: MeetingClient, id: string) => {
  const response = await fetchFile(who, id);
  await response.arrayBuffer();
  return response.status;
};

/** What is on disk, below the folder of files. */
function onDisk(): string[] {
  const folder = path.join(server.folder, 'nats', 'files');
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map(({ name }) => name);
}

test('a file goes up in the chat and comes back as it was, to be saved and nothing else', async () => {
  host = await hosted();
  const ann = await arrive('Ann');
  const heard = ann.listen();
  const file = await uploaded(host, 'Größe "1".png');
  expect(file).toEqual({ id: file.id, name: 'Größe _1_.png', type: 'image/png', size: PNG.length, width: 3, height: 2 });
  const message = await host.do('POST', '/chat', { text: '', files: [file.id] });
  expect(message.files).toEqual([file]);
  expect((await heard.seen('message')).files).toEqual([file]);
  expect((await ann.do('GET', '/chat')).items[0].files).toEqual([file]);

  const response = await fetchFile(ann, file.id as string);
  expect(Buffer.from(await response.arrayBuffer()).equals(PNG)).toBe(true);
  const header = Object.fromEntries(response.headers);
  expect(header).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(PNG.length),
    'content-disposition': `attachment; filename="Gr__e _1_.png"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_1_.png`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  expect(header['access-control-allow-origin'], 'no page of another origin reads it').toBeUndefined();
  heard.close();
});

test('whose file it is decides who may have it, whatever they know of it', async () => {
  const [ann, ben, eve] = [await arrive('Ann'), await arrive('Ben'), await arrive('Eve')];
  const file = await uploaded(ann, 'secret.pdf', PDF);
  const id = file.id as string;
  expect([await statusOf(ann, id), await statusOf(ben, id), await statusOf(host, id)], 'named by no message').toEqual([200, 404, 404]);
  expect(await ben.outcome('POST', '/chat', { text: 'mine', files: [id] })).toBe('404 not_found');
  await ann.do('POST', '/chat', { text: 'psst', to: ben.participant, files: [id] });
  expect([await statusOf(ann, id), await statusOf(ben, id)]).toEqual([200, 200]);
  expect([await statusOf(eve, id), await statusOf(host, id)]).toEqual([404, 404]);
  // With the participant of another, in the header and in the address; without a session; from another meeting.
  eve.participant = ben.participant;
  expect(await statusOf(eve, id)).toBe(403);
  const forged = await fetch(`${server.http}/api/v1/meetings/${host.link}/files/${id}?participant=${ben.participant}`, { headers: { cookie: eve.headers().cookie! } });
  expect(forged.status).toBe(403);
  expect((await fetch(`${server.http}/api/v1/meetings/${host.link}/files/${id}?participant=${ben.participant}`)).status).toBe(401);
  const own = await fetch(`${server.http}/api/v1/meetings/${host.link}/files/${id}?participant=${ben.participant}`, { headers: { cookie: ben.headers().cookie! } });
  expect([own.status, (await own.arrayBuffer()).byteLength], 'as a picture on a page asks').toEqual([200, PDF.length]);
  const other = await hosted();
  expect(await statusOf(other, id)).toBe(404);
});

test('the lobby, the removed and the banned get nothing and send nothing', async () => {
  const before = host;
  host = await hosted({ lobby: 'everybody' });
  const [gus, bad] = [new MeetingClient(server.http, host.link, 'Gus'), new MeetingClient(server.http, host.link, 'Bad')];
  const file = await uploaded(host, 'a.png');
  await host.do('POST', '/chat', { text: '', files: [file.id] });
  await gus.join();
  expect(await statusOf(gus, file.id as string)).toBe(403);
  expect((await upload(gus, 'a.png', PNG)).body.code).toBe('not_inside');
  await bad.join();
  await host.do('POST', '/lobby/admit', { participants: [bad.participant] });
  expect(await statusOf(bad, file.id as string)).toBe(200);
  await host.do('POST', `/participants/${bad.participant}/remove`, { ban: true });
  expect(await statusOf(bad, file.id as string)).toBe(403);
  expect((await upload(bad, 'a.png', PNG)).body.code).toBe('not_inside');
  const stranger = new MeetingClient(server.http, host.link, 'Stranger');
  expect((await upload(stranger, 'a.png', PNG)).body.code).toBe('no_session');
  const foreign = await upload(host, 'a.png', PNG, { origin: 'https://evil.example' });
  expect([foreign.status, foreign.body.code]).toEqual([403, 'foreign_origin']);
  host = before;
});

test('what is not what it says, or too much, is refused with a reason and leaves nothing behind', async () => {
  host = await hosted();
  const ann = await arrive('Ann');
  const before = onDisk().length;
  const codes = async (name: string, content: Buffer | string, headers = {}) => {
    const { status, body } = await upload(ann, name, content, headers);
    return `${status} ${String(body?.code)}`;
  };
  expect(await codes('a.png', '<html><script>alert(1)</script>')).toBe('415 wrong_kind');
  expect(await codes('a.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')).toBe('415 wrong_kind');
  expect(await codes('a.html', '<html>')).toBe('415 wrong_kind');
  expect(await codes('a.png', PNG, { 'content-type': 'text/html' })).toBe('415 wrong_kind');
  expect(await codes('a.docx', PDF)).toBe('415 wrong_kind');
  expect(await codes('..', PNG)).toBe('400 bad_input');
  expect(await codes('', PNG)).toBe('400 bad_input');
  expect(await codes('a.txt', Buffer.alloc(2 * MB + 1, 'x'))).toBe('413 too_large');
  expect((await fetch(`${server.http}/api/v1/meetings/${host.link}/files`, { method: 'POST', headers: ann.headers(), body: PNG })).status, 'without a name').toBe(400);
  for (const name of ['../../../etc/cron.d/x.png', '..\\..\\x.png', '/etc/x.png', 'x\r\nSet-Cookie: a=b.png', '\u202Egnp.x.png']) {
    const { status, body } = await upload(ann, name, PNG);
    expect(status, name).toBe(201);
    expect(body.name, name).not.toMatch(/[/\\\u0000-\u001f\u202e]/u);
    const got = await fetchFile(ann, body.id as string);
    expect(got.headers.get('set-cookie')).toBeNull();
    await got.arrayBuffer();
    expect(await ann.outcome('DELETE', `/files/${String(body.id)}`)).toBe('ok');
  }
  for (const id of ['..%2f..%2fparley.db', '%00', 'incoming', 'x'.repeat(300)]) expect([400, 403, 404], id).toContain(await statusOf(ann, id));
  await until('nothing is left', () => onDisk().length, (count) => count === before, 5000);
}, 30_000);

test('without a declared length it is counted as it comes', async () => {
  const ann = await arrive('Ann');
  const before = onDisk().length;
  const answer = await new Promise<string>((resolve, reject) => {
    const request = http.request(`${server.http}/api/v1/meetings/${host.link}/files?name=a.txt`, { method: 'POST', headers: { ...ann.headers(), 'transfer-encoding': 'chunked' } });
    request.on('response', (response) => resolve(`${response.statusCode}`));
    request.on('error', reject);
    let sent = 0;
    const more = (): void => {
      if ((sent += 64 * 1024) > 64 * MB || request.destroyed) return;
      request.write(Buffer.alloc(64 * 1024, 'x'), () => setImmediate(more));
    };
    request.on('response', () => request.destroy());
    more();
  });
  expect(answer).toBe('413');
  await until('nothing is left', () => onDisk().length, (count) => count === before, 5000);
}, 30_000);

test('a person shares so much and no more', async () => {
  const ann = await arrive('Ann');
  for (let i = 0; i < 4; i++) await uploaded(ann, `${i}.txt`, Buffer.alloc(2 * MB, 'x'));
  expect((await upload(ann, 'more.txt', 'x')).body.code).toBe('no_room');
  await uploaded(await arrive('Ben'), 'fine.txt', 'x');
}, 30_000);

test('a large file is in the memory of no process', async () => {
  const ann = await arrive('Ann');
  const rss = (plane: 'signal' | 'app') => Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${server.process(plane).pid}/status`, 'utf8'))![1]);
  await uploaded(ann, 'warm.txt', 'x');
  const before = { signal: rss('signal'), app: rss('app') };
  // Twenty at once, of which each would show.
  const people = await Promise.all(Array.from({ length: 5 }, (_, i) => arrive(`P${i}`)));
  const all = await Promise.all(people.flatMap((one) => [0, 1, 2, 3].map((i) => upload(one, `${i}.txt`, Buffer.alloc(2 * MB, 'x')))));
  expect(all.map(({ status }) => status)).toEqual(all.map(() => 201));
  for (const plane of ['signal', 'app'] as const) expect(rss(plane) - before[plane], `${plane} grew, kB`).toBeLessThan(24 * 1024);
}, 60_000);

test('what is deleted is gone from the disk as well, and from everybody', async () => {
  host = await hosted();
  const ann = await arrive('Ann');
  const file = await uploaded(ann, 'regret.png');
  const message = await ann.do('POST', '/chat', { text: 'look', files: [file.id] });
  expect(onDisk()).toContain(file.id);
  expect(await ann.outcome('DELETE', `/files/${String(file.id)}`), 'a message names it').toBe('409 conflict');
  await host.do('DELETE', `/chat/${String(message.id)}`);
  expect(await statusOf(ann, file.id as string)).toBe(404);
  await until('the bytes are gone', () => onDisk().includes(file.id as string), (there) => !there, 5000);
});

test('asked twice with one key, a file is there once; with another file it is another question', async () => {
  const ann = await arrive('Ann');
  const before = onDisk().length;
  const key = { 'Idempotency-Key': randomUUID() };
  const first = await upload(ann, 'a.png', PNG, key);
  const again = await upload(ann, 'a.png', PNG, key);
  expect(again).toEqual(first);
  expect((await upload(ann, 'b.png', PNG, key)).body.code).toBe('key_used_before');
  expect((await upload(ann, 'a.pdf', PDF, key)).body.code).toBe('key_used_before');
  await until('one file is there', () => onDisk().length, (count) => count === before + 1, 5000);
});

test('kill -9 between an upload and its message: what was acknowledged is there, and whole', async () => {
  const ann = await arrive('Ann');
  const ben = await arrive('Ben');
  const content = Buffer.alloc(MB, 'acknowledged ');
  const file = await uploaded(ann, 'kept.txt', content);
  const key = { 'Idempotency-Key': randomUUID() };
  const { restarted } = server.kill('app');
  // Nobody is there for a moment: what the page does is to ask again with the same key.
  const write = async (): Promise<Sent> => ann.call('POST', '/chat', { text: '', files: [file.id] }, key);
  const during = upload(ann, 'during.png', PNG);
  await restarted;
  const written = await until('the message is written', () => write().catch(() => ({ status: 0, body: null })), ({ status }) => status === 201, 15_000, 100);
  expect(written.body.files[0].id).toBe(file.id);
  const got = await fetchFile(ben, file.id as string);
  expect(Buffer.from(await got.arrayBuffer()).equals(content)).toBe(true);
  const { status } = await during.catch(() => ({ status: 0 }));
  expect([0, 201, 503]).toContain(status);
}, 40_000);

test('an upload that is cut off leaves nothing', async () => {
  const ann = await arrive('Ann');
  const before = onDisk().length;
  const request = http.request(`${server.http}/api/v1/meetings/${host.link}/files?name=a.txt`, { method: 'POST', headers: { ...ann.headers(), 'content-length': String(MB) } });
  request.on('error', () => undefined);
  request.write(Buffer.alloc(300 * 1024, 'x'));
  await until('it has begun', () => onDisk().length, (count) => count === before + 1, 5000);
  request.destroy();
  await until('it is gone', () => onDisk().length, (count) => count === before, 10_000);
}, 30_000);

test('before the host comes and after the end, who takes part reads the chat and has its files', async () => {
  const owner = new MeetingClient(server.http, '', 'Owner');
  const made = await owner.raw('POST', '/meetings', { title: 'Early', lobby: 'nobody', join_before_host: true });
  owner.link = made.body.link as string;
  const early = new MeetingClient(server.http, owner.link, 'Early');
  await early.enter();
  const file = await uploaded(early, 'agenda.pdf', PDF);
  await early.do('POST', '/chat', { text: 'I am here already', files: [file.id] });
  await owner.enter();
  expect((await owner.do('GET', '/chat')).items.map(({ text }: Json) => text)).toEqual(['I am here already']);
  const late = new MeetingClient(server.http, owner.link, 'Late');
  await late.enter();
  await late.do('POST', '/leave');
  await owner.do('POST', '/end');
  for (const one of [owner, early, late]) {
    expect((await one.do('GET', '/chat')).items, one.name).toHaveLength(1);
    expect(await statusOf(one, file.id as string), one.name).toBe(200);
    expect(await one.outcome('POST', '/chat', { text: 'over' })).toBe('403 not_inside');
    expect((await upload(one, 'late.png', PNG)).body.code).toBe('not_inside');
  }
});
