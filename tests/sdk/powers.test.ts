// Every operation that the server's own description names, tried by everybody who must not. What is added later is tried
// too: by the capability that it names, or, where it names none, not before a line here says what it asks for.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Json, MeetingClient } from '../harness/meeting_client.ts';
import { ROOT } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

/** Open to whoever asks; each of these looks at who it is by itself. */
const OPEN = new Set(['getSession', 'signIn', 'signOut', 'getDoorplate', 'joinMeeting', 'createMeeting', 'listMeetings', 'probe']);
/** Open to whoever has been in this meeting's lobby: what has become of them, and nothing else. */
const TO_ALL_WHO_CAME = new Set(['getState', 'leaveMeeting', 'listen']);
/** What operations ask for that name no capability. Null: to be inside is enough; 'author': to have written it. */
const ASKS: Readonly<Record<string, string | null | 'author'>> = {
  changeMeeting: 'change_settings',
  createMeetingRole: 'change_settings',
  getQuality: 'change_settings',
  getRatings: 'change_settings',
  deleteMeetingRole: 'change_settings',
  listMeetingRoles: 'promote',
  listQuality: 'change_settings',
  renewLink: 'change_settings',
  readBoard: null,
  deleteFile: 'author',
  fetchFile: null,
  getToken: null,
  listMessages: null,
  listQuestions: null,
  rateMeeting: null,
  writeMessage: 'chat',
  editMessage: 'author',
  deleteMessage: 'moderate_chat',
  deleteQuestion: 'answer_question',
  moveToBreakout: 'manage_breakouts',
  muteParticipant: 'mute_others',
  restrictParticipant: 'hard_mute',
};
/** Asks for an account, and is over nobody else: nobody in these meetings has one. See accounts.test.ts. */
const ofAccounts = ({ caller }: Operation) => caller === 'account';
/** What who has left may still do: read, and say how it was. */
const AFTERWARDS = new Set(['fetchFile', 'listMessages', 'rateMeeting']);
/** Order, not power: a co-host may do these to a host. */
const TO_ANYBODY = new Set(['lowerHand', 'moveToBreakout']);

/** Whoever is inside may do these to themselves. */
const OVER_ONESELF = new Set(['moveToBreakout']);

const ROLES = ['cohost', 'speaker', 'attendee', 'viewer'] as const;
type Role = 'host' | (typeof ROLES)[number];

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly caller: string;
  readonly needs: string | undefined;
  readonly bodies: readonly Json[];
}

let server: Server;
let operations: readonly Operation[];

beforeAll(async () => {
  server = await Server.start({ name: 'powers' });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
  operations = await describedOperations();
});

afterAll(async () => void (await server?.stop()));

async function describedOperations(): Promise<Operation[]> {
  const { paths, components } = (await (await fetch(`${server.http}/api/openapi.json`)).json()) as Json;
  const all: Operation[] = [];
  for (const [path, methods] of Object.entries<Json>(paths)) {
    for (const [method, one] of Object.entries<Json>(methods)) {
      const schema = one.requestBody?.content['application/json']?.schema;
      const query = (one.parameters as Json[]).filter((each) => each.in === 'query' && each.required === true).map(({ name }) => `${String(name)}=x.txt`);
      all.push({
        id: one.operationId,
        method: method.toUpperCase(),
        path: query.length === 0 ? path : `${path}?${query.join('&')}`,
        caller: one['x-caller'],
        needs: one['x-capability'],
        bodies: schema === undefined ? [undefined] : samples(schema, components),
      });
    }
  }
  return all;
}

function resolved(schema: Json, components: Json): Json {
  if (schema.$ref !== undefined) return resolved(components.schemas[schema.$ref.split('/').at(-1)], components);
  return schema.anyOf === undefined ? schema : resolved(schema.anyOf[0], components);
}

/** Something that a schema accepts: all of it, or no more than it demands. */
function sample(given: Json, components: Json, whole: boolean): Json {
  const schema = resolved(given, components);
  if (schema.enum !== undefined) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') {
    const members = Object.entries<Json>(schema.properties).filter(([name]) => whole || (schema.required ?? []).includes(name));
    return Object.fromEntries(members.map(([name, one]) => [name, sample(one, components, whole)]));
  }
  if (type === 'array') {
    // No two alike: the options of a poll have to differ.
    const items = Array.from({ length: Math.max(whole ? 1 : 0, schema.minItems ?? 0) }, () => sample(schema.items, components, whole));
    return items.map((one, i) => (i > 0 && typeof one === 'string' ? `${one}${i}` : one));
  }
  if (type === 'boolean') return true;
  if (type === 'integer') return schema.minimum ?? 1;
  return 'x'.repeat(Math.min(schema.maxLength ?? 8, Math.max(8, schema.minLength ?? 0)));
}

/** The whole, the least, and of either one for each word that a member may be. */
function samples(given: Json, components: Json): Json[] {
  const whole = sample(given, components, true);
  const schema = resolved(given, components);
  const least = sample(given, components, false);
  const all = [whole, least];
  for (const [name, one] of Object.entries<Json>(schema.properties ?? {})) {
    for (const word of resolved(one, components).enum ?? []) all.push({ ...whole, [name]: word }, { ...least, [name]: word });
  }
  return [...new Map(all.map((body) => [JSON.stringify(body), body])).values()];
}

const somebody = (name: string, link: string) => new MeetingClient(server.http, link, name);

async function hosted(settings: Json = {}): Promise<MeetingClient> {
  const host = somebody('host', '');
  const made = await host.raw('POST', '/meetings', { title: 'Powers', lobby: 'everybody', ...settings });
  expect(made.status).toBe(201);
  host.link = made.body.link as string;
  await host.enter();
  return host;
}

/** In by the host's hand. */
async function admitted(host: MeetingClient, name: string): Promise<MeetingClient> {
  const one = somebody(name, host.link);
  await one.join();
  await host.do('POST', '/lobby/admit', { participants: [one.participant] });
  return one;
}

/** Something real behind every part of a path, so that a refusal is one of the power and not of the thing. */
async function things(host: MeetingClient): Promise<Record<string, string>> {
  const poll = await host.do('POST', '/polls', { question: 'q', kind: 'single', options: ['a', 'b'], anonymous: false });
  await host.do('POST', `/polls/${poll.id}/open`);
  const message = await host.do('POST', '/chat', { text: 'the host’s' });
  const question = await host.do('POST', '/questions', { text: 'the host’s', anonymous: false });
  const role = await host.do('POST', '/roles', { name: 'Scribe', base: 'attendee', more: [], fewer: [] });
  const file = (await host.raw('POST', `/meetings/${host.link}/files?name=x.txt`, 1, { 'content-type': 'text/plain' })).body;
  const banned = await admitted(host, 'somebody banned');
  await host.do('POST', `/participants/${banned.participant}/remove`, { ban: true });
  const { items } = (await host.call('GET', '/bans')).body;
  return { link: host.link, participant: host.participant, poll: poll.id, message: message.id, question: question.id, file: file.id, ban: items[0].id, role: role.id, board: 'notes', session: 'x' };
}

function filled(template: string, parts: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    expect(parts, `what is a {${name}}? It belongs into things()`).toHaveProperty(name);
    return parts[name]!;
  });
}

/** What docs/roles.md says of a meeting of kind M. */
function documented(): Map<Role, Set<string>> {
  const roles: readonly Role[] = ['host', ...ROLES];
  const may = new Map(roles.map((role) => [role, new Set<string>()]));
  for (const line of fs.readFileSync(path.join(ROOT, 'docs/roles.md'), 'utf8').split('\n')) {
    const cells = /^\| `(\w+)` +\|(.+)\|$/.exec(line);
    const letters = cells?.[2]?.split('|').map((cell) => cell.trim()) ?? [];
    if (letters.length !== roles.length) continue;
    roles.forEach((role, i) => letters[i]!.includes('M') && may.get(role)!.add(cells![1]!));
  }
  return may;
}

test('who may do what is what the documentation says', async () => {
  const host = await hosted();
  const may = documented();
  expect(may.get('host')!.size).toBeGreaterThan(30);
  expect(new Set((await host.state()).me.capabilities)).toEqual(may.get('host'));
  for (const role of ROLES) {
    const one = await admitted(host, role);
    await host.do('PUT', `/participants/${one.participant}/role`, { role });
    expect(new Set((await one.state()).me.capabilities), role).toEqual(may.get(role));
  }
});

test('every operation says what it asks for, in its description or here', () => {
  for (const { id, needs, caller } of operations) {
    const known = caller === 'account' || needs !== undefined || OPEN.has(id) || TO_ALL_WHO_CAME.has(id) || id in ASKS;
    expect(known, `${id} names no capability: say in powers.test.ts whom it is for`).toBe(true);
    if (needs !== undefined) expect(caller, `${id} asks for a capability, so for somebody who is inside`).toBe('inside');
  }
  const ids = new Set(operations.map(({ id }) => id));
  for (const id of [...OPEN, ...TO_ALL_WHO_CAME, ...Object.keys(ASKS), ...TO_ANYBODY, ...OVER_ONESELF]) expect(ids, 'no operation any more').toContain(id);
});

test('nobody does what they have no power to do, and trying changes nothing', async () => {
  const host = await hosted();
  const may = documented();
  const inside = new Map<Role, MeetingClient>();
  for (const role of ROLES) {
    const one = await admitted(host, role);
    await host.do('PUT', `/participants/${one.participant}/role`, { role });
    inside.set(role, one);
  }
  const [cohost, attendee] = [inside.get('cohost')!, inside.get('attendee')!];
  const [waiting, denied, removed, banned, left] = [somebody('waiting', host.link), somebody('denied', host.link), await admitted(host, 'removed'), await admitted(host, 'banned'), await admitted(host, 'left')];
  await denied.join();
  await host.do('POST', '/lobby/deny', { participants: [denied.participant] });
  await host.do('POST', `/participants/${removed.participant}/remove`, { ban: false });
  await host.do('POST', `/participants/${banned.participant}/remove`, { ban: true });
  await left.do('POST', '/leave');
  await waiting.join();
  const came = [waiting, denied, removed, banned, left];

  // Who was never here: without a cookie, with a cookie of elsewhere, under the id of somebody who may.
  const foreign = await hosted();
  foreign.link = host.link;
  const nobody = somebody('nobody', host.link);
  const guest = foreign.tab('a guest who has not joined');
  const stranger = somebody('a stranger under the host’s id', host.link);
  const thief = cohost.tab('a co-host under the host’s id');
  const foreignThief = foreign.tab('a host of elsewhere under the host’s id');
  for (const one of [stranger, thief, foreignThief]) one.participant = host.participant;
  const strangers = [nobody, guest, stranger, thief, foreignThief, foreign];

  const parts = await things(host);
  const look = async () => ({ ...(await host.state()), chat: (await host.call('GET', '/chat')).body, bans: (await host.call('GET', '/bans')).body, now: '', seq: 0 });
  const before = await look();
  let tried = 0;

  const refused = async (who: MeetingClient, { id, method, path, bodies }: Operation, of: Record<string, string>, as: readonly number[]) => {
    for (const body of bodies) {
      const { status } = await who.raw(method, filled(path, of), body);
      expect(as, `${who.name}: ${id} ${JSON.stringify(body)}: ${status}`).toContain(status);
      tried += 1;
    }
  };
  for (const operation of operations) {
    const { id, path } = operation;
    if (OPEN.has(id)) continue;
    for (const one of strangers) await refused(one, operation, parts, [401, 403]);
    if (TO_ALL_WHO_CAME.has(id)) continue;
    if (ofAccounts(operation)) {
      for (const one of [host, ...came, ...inside.values()]) await refused(one, operation, parts, [401, 403]);
      continue;
    }
    // Who has left is still asked about what they were part of.
    for (const one of came) if (!(one === left && AFTERWARDS.has(id))) await refused(one, operation, parts, [401, 403]);
    const asks = operation.needs ?? ASKS[id];
    for (const [role, one] of inside) {
      const lacks = typeof asks === 'string' && (asks === 'author' || !may.get(role)!.has(asks));
      // What is not one's own is as good as not there.
      const as = asks === 'author' ? [404] : [403];
      if (lacks) await refused(one, operation, parts, as);
      if (!path.includes('{participant}')) continue;
      // Over the host nobody has any power, over somebody below one that one has.
      if (!lacks && !TO_ANYBODY.has(id)) await refused(one, operation, parts, [403]);
      for (const other of inside.values()) {
        if (!lacks || (other === one && OVER_ONESELF.has(id))) continue;
        await refused(one, operation, { ...parts, participant: other.participant }, [403]);
      }
    }
  }
  // Not even whether a passcode would do is said to who may not set one, nor is one computed for them.
  for (const one of [nobody, foreign, attendee]) {
    expect((await one.call('PATCH', '', { passcode: 'x' })).status, one.name).toBe(403);
  }
  // Nor does anybody rise by their own hand, or raise others above themselves.
  for (const role of ['host', 'cohost', 'viewer']) {
    expect((await cohost.call('PUT', `/participants/${cohost.participant}/role`, { role })).status).toBeGreaterThanOrEqual(400);
  }
  expect((await cohost.call('PUT', `/participants/${attendee.participant}/role`, { role: 'host' })).status).toBeGreaterThanOrEqual(400);
  expect(await look()).toEqual(before);
  console.log(`${tried} attempts at ${operations.length} operations`);
  expect(tried).toBeGreaterThan(1000);
}, 120_000);

test('what nobody else may, the host may: the refusals are of the power, not of the request', async () => {
  for (const operation of operations) {
    // A file is uploaded among the things.
    if (OPEN.has(operation.id) || ofAccounts(operation) || operation.id === 'listen' || operation.id === 'uploadFile') continue;
    // A meeting for each, since some end it.
    const host = await hosted();
    const attendee = await admitted(host, 'attendee');
    const parts = { ...(await things(host)), participant: operation.id === 'renameSelf' ? host.participant : attendee.participant };
    const statuses: number[] = [];
    for (const body of operation.bodies) statuses.push((await host.raw(operation.method, filled(operation.path, parts), body)).status);
    // 409: they may, but not now.
    expect(statuses.some((status) => status < 300 || status === 409), `${operation.id}: ${statuses.join()}`).toBe(true);
  }
}, 120_000);
