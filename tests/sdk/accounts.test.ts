// One's own account over REST: password, one-time codes, recovery codes, sessions; cookies, headers and limits around it.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addAccount } from '../harness/accounts.ts';
import { type Json, MeetingClient } from '../harness/meeting_client.ts';
import { fromBase32, oneTimeCode } from '../harness/one_time_code.ts';
import { Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const PASSWORD = 'correct horse battery';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
let server: Server;
let email = '';
let count = 0;

beforeAll(async () => {
  server = await Server.start({ name: 'accounts' });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
});

afterAll(async () => void (await server?.stop()));

beforeEach(() => {
  email = `ann${(count += 1)}@example.org`;
  addAccount(server, email, PASSWORD, ['--name', 'Ann']);
});

const browser = () => new MeetingClient(server.http, '', 'Ann');
const signIn = (at: MeetingClient, more: Json = {}) => at.raw('POST', '/session', { email, password: PASSWORD, ...more }, { 'user-agent': FIREFOX });

async function signedIn(): Promise<MeetingClient> {
  const at = browser();
  expect((await signIn(at)).status).toBe(200);
  return at;
}

const codeOf = ({ status, body }: { status: number; body: Json }) => `${status} ${String(body?.code)}`;
const who = async (at: MeetingClient) => (await at.raw('GET', '/session')).body.person?.name as string | undefined;

/** Codes are switched on. Resolves with the secret and the recovery codes. */
async function withCodes(at: MeetingClient): Promise<{ secret: string; codes: string[] }> {
  const begun = await at.raw('PUT', '/account/totp', { password: PASSWORD });
  expect(begun.body.uri).toBe(`otpauth://totp/Parley:${email.replace('@', '%40')}?secret=${String(begun.body.secret)}&issuer=Parley`);
  const confirmed = await at.raw('POST', '/account/totp/confirm', { code: oneTimeCode(begun.body.secret as string) });
  expect(confirmed.status).toBe(200);
  return { secret: begun.body.secret as string, codes: confirmed.body.codes as string[] };
}

describe('an account', () => {
  it('is nobody’s but who is signed in', async () => {
    const guest = browser();
    await guest.raw('POST', '/meetings', {});
    for (const at of [browser(), guest]) {
      expect(codeOf(await at.raw('GET', '/account'))).toBe('401 no_session');
      expect(codeOf(await at.raw('PATCH', '/account', { name: 'Eve' }))).toBe('401 no_session');
      expect(codeOf(await at.raw('DELETE', '/account/sessions'))).toBe('401 no_session');
    }
  });

  it('has a name that its owner changes', async () => {
    const ann = await signedIn();
    expect((await ann.raw('PATCH', '/account', { name: 'Ann B.' })).body).toEqual({ email, name: 'Ann B.', is_admin: false, has_totp: false, recovery_codes: 0 });
    expect(await who(ann)).toBe('Ann B.');
    expect(codeOf(await ann.raw('PATCH', '/account', { name: 'a\u0007b' }))).toBe('400 bad_input');
  });

  it('takes a new password from who knows the old one, and ends every other session', async () => {
    const [ann, elsewhere] = [await signedIn(), await signedIn()];
    const stolen = ann.tab();
    const change = (body: Json) => ann.raw('PUT', '/account/password', body);
    expect(codeOf(await change({ password: 'not the password', new_password: 'another long password' }))).toBe('403 wrong');
    expect(codeOf(await change({ password: PASSWORD, new_password: 'short' }))).toBe('400 bad_input');
    expect((await change({ password: PASSWORD, new_password: 'another long password' })).status).toBe(204);
    expect(await who(ann)).toBe('Ann');
    expect(await who(elsewhere)).toBeUndefined();
    expect(await who(stolen), 'the cookie of before').toBeUndefined();
    expect(codeOf(await signIn(browser()))).toBe('403 wrong');
    expect((await signIn(browser(), { password: 'another long password' })).status).toBe(200);
  });

  it('limits the tries of who sits at a browser that was left open', async () => {
    const ann = await signedIn();
    const outcomes = new Set<string>();
    for (let i = 0; i < 11; i += 1) outcomes.add(codeOf(await ann.raw('PUT', '/account/totp', { password: `guess ${i}` })));
    expect([...outcomes]).toEqual(['403 wrong', '429 too_many']);
    expect(codeOf(await ann.raw('PUT', '/account/totp', { password: PASSWORD })), 'whoever is right now, too').toBe('429 too_many');
  }, 30_000);
});

describe('one-time codes', () => {
  it('are asked for once one was shown, and are good once', async () => {
    const ann = await signedIn();
    const begun = await ann.raw('PUT', '/account/totp', { password: PASSWORD });
    expect((await signIn(browser())).status, 'begun, not confirmed').toBe(200);
    expect(codeOf(await ann.raw('POST', '/account/totp/confirm', { code: '000000' }))).toBe('403 code_wrong');
    const code = oneTimeCode(begun.body.secret as string);
    expect((await ann.raw('POST', '/account/totp/confirm', { code })).body.codes).toHaveLength(10);
    expect(codeOf(await signIn(browser()))).toBe('403 code_needed');
    expect(codeOf(await signIn(browser(), { code })), 'used already').toBe('403 code_wrong');
    expect((await signIn(browser(), { code: oneTimeCode(begun.body.secret as string, 1) })).status).toBe(200);
    expect(codeOf(await ann.raw('PUT', '/account/totp', { password: PASSWORD })), 'not over the one there is').toBe('409 conflict');
  });

  it('have recovery codes beside them, each good once and shown once', async () => {
    const ann = await signedIn();
    const { codes } = await withCodes(ann);
    expect(new Set(codes).size).toBe(10);
    expect((await signIn(browser(), { code: codes[0]!.toUpperCase() })).status).toBe(200);
    expect(codeOf(await signIn(browser(), { code: codes[0] }))).toBe('403 code_wrong');
    expect((await ann.raw('GET', '/account')).body.recovery_codes).toBe(9);
    const renewed = await ann.raw('POST', '/account/recovery-codes', { password: PASSWORD, code: codes[1] });
    expect(renewed.body.codes).toHaveLength(10);
    expect(codeOf(await signIn(browser(), { code: codes[2] })), 'of before').toBe('403 code_wrong');
  });

  it('are switched off by password and code together', async () => {
    const ann = await signedIn();
    const { codes } = await withCodes(ann);
    const off = (body: Json) => ann.raw('POST', '/account/totp/remove', body);
    expect(codeOf(await off({ password: 'not the password', code: codes[0] }))).toBe('403 wrong');
    expect(codeOf(await off({ password: PASSWORD, code: '000000' }))).toBe('403 code_wrong');
    expect((await off({ password: PASSWORD, code: codes[0] })).status).toBe(204);
    expect((await signIn(browser())).status).toBe(200);
    expect((await ann.raw('GET', '/account')).body).toMatchObject({ has_totp: false, recovery_codes: 0 });
  });

  it('leave neither secret nor codes readable in what the server keeps, and no answer that is kept', async () => {
    const ann = await signedIn();
    const key = { 'Idempotency-Key': 'the same again' };
    const begun = await ann.raw('PUT', '/account/totp', { password: PASSWORD });
    const code = oneTimeCode(begun.body.secret as string);
    const { body } = await ann.raw('POST', '/account/totp/confirm', { code }, key);
    expect(codeOf(await ann.raw('POST', '/account/totp/confirm', { code }, key)), 'not told again').toBe('409 conflict');
    const state = path.join(server.folder, 'nats');
    const kept = ['parley.db', 'parley.db-wal'].map((name) => fs.readFileSync(path.join(state, name)));
    const secret = fromBase32(begun.body.secret as string);
    for (const one of [secret, begun.body.secret as string, ...(body.codes as string[]), (body.codes as string[])[0]!.replaceAll('-', ''), PASSWORD]) {
      for (const file of kept) expect(file.includes(one)).toBe(false);
    }
    const file = path.join(state, 'parley.secret');
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    const text = fs.readFileSync(file, 'utf8').trim();
    for (const one of kept) expect(one.includes(text)).toBe(false);
  });
});

describe('sessions', () => {
  it('are listed by what browser they are of, and ended one by one or all others at once', async () => {
    const [ann, phone, tablet] = [await signedIn(), await signedIn(), await signedIn()];
    const listed = (await ann.raw('GET', '/account/sessions')).body.items as Json[];
    expect(listed).toHaveLength(3);
    expect(listed[0].client).toBe('Firefox, Linux');
    expect(listed.filter((one) => one.is_current)).toHaveLength(1);
    expect(JSON.stringify(listed)).not.toContain(ann.cookie('parley_session'));
    const ofPhone = ((await phone.raw('GET', '/account/sessions')).body.items as Json[]).find((one) => one.is_current).id as string;
    expect((await ann.raw('DELETE', `/account/sessions/${ofPhone}`)).status).toBe(204);
    expect(codeOf(await ann.raw('DELETE', `/account/sessions/${ofPhone}`))).toBe('404 not_found');
    expect(await who(phone)).toBeUndefined();
    expect((await ann.raw('DELETE', '/account/sessions')).status).toBe(204);
    expect([await who(tablet), await who(ann)]).toEqual([undefined, 'Ann']);
  });

  it('begin anew with each sign-in: what was in the browser before is worth nothing', async () => {
    const at = browser();
    await at.raw('POST', '/meetings', {});
    const before = at.tab();
    expect((await signIn(at)).status).toBe(200);
    expect(at.cookie('parley_session')).not.toBe(before.cookie('parley_session'));
    expect(codeOf(await before.raw('GET', '/meetings'))).toBe('401 no_session');
    const signed = at.tab();
    expect((await at.raw('DELETE', '/session')).status).toBe(204);
    expect(await who(signed), 'signed out').toBeUndefined();
    const planted = browser();
    planted.setCookie('parley_session', 'x'.repeat(43));
    expect((await signIn(planted)).status).toBe(200);
    expect(planted.cookie('parley_session')).not.toBe('x'.repeat(43));
  });

  it('cannot be used by pages of other origins', async () => {
    const ann = await signedIn();
    const headers = { origin: 'https://evil.example' };
    expect(codeOf(await ann.raw('PATCH', '/account', { name: 'Eve' }, headers))).toBe('403 foreign_origin');
    expect(codeOf(await ann.raw('DELETE', '/session', undefined, { origin: 'null' }))).toBe('403 foreign_origin');
    expect((await ann.raw('PATCH', '/account', { name: 'Ann' }, { origin: server.http })).status).toBe(200);
    const asked = await fetch(`${server.http}/api/v1/session`, { headers });
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('say the same to a wrong password as to an unknown address, after the same work', async () => {
    const answers: Json[] = [];
    const took: number[] = [];
    for (const address of [email, 'nobody@example.org']) {
      const from = performance.now();
      const { status, body } = await browser().raw('POST', '/session', { email: address, password: 'not the password' });
      took.push(performance.now() - from);
      answers.push({ status, ...body });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0].code).toBe('wrong');
    // Argon2 takes some 30 ms, a look into the database one: an answer without it would be seen.
    expect(Math.min(...took)).toBeGreaterThan(15);
  });
});

describe('what browsers are told', () => {
  const answer = (path: string, headers: Record<string, string> = {}, method = 'GET') => fetch(`${server.http}${path}`, { method, headers, body: method === 'POST' ? '{}' : undefined });

  it('cookies are for this host alone, and unseen by scripts', async () => {
    const plain = await answer('/api/v1/meetings', { 'content-type': 'application/json' }, 'POST');
    expect(plain.headers.getSetCookie()).toHaveLength(2);
    for (const cookie of plain.headers.getSetCookie()) expect(cookie).toMatch(/^parley_(session|device)=\w{43}; Path=\/api; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const secure = await answer('/api/v1/meetings', { 'content-type': 'application/json', 'x-forwarded-proto': 'https' }, 'POST');
    for (const cookie of secure.headers.getSetCookie()) expect(cookie).toMatch(/^__Host-parley_(session|device)=\w{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(secure.headers.getSetCookie()).toHaveLength(2);
  });

  it('behind TLS a cookie without the prefix is no session: whoever planted it gains nothing', async () => {
    const ann = await signedIn();
    const plain = { cookie: `parley_session=${ann.cookie('parley_session')}` };
    expect(((await (await answer('/api/v1/session', plain)).json()) as Json).person.name).toBe('Ann');
    expect(((await (await answer('/api/v1/session', { ...plain, 'x-forwarded-proto': 'https' })).json()) as Json).person).toBeNull();
  });

  it('pages run our own files alone, in no frame of others, and keep to themselves where they are', async () => {
    const page = await answer('/', { accept: 'text/html' });
    const policy = page.headers.get('content-security-policy')!;
    for (const part of ["default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'"]) expect(policy).toContain(part);
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toContain("'unsafe-eval'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.get('permissions-policy')).toContain('geolocation=()');
  });

  it('answers of the API are data, not kept, and nothing to show', async () => {
    for (const path of ['/api/v1/session', '/api/v1/nothing', '/api/openapi.json']) {
      const { headers } = await answer(path);
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('cross-origin-resource-policy'), path).toBe('same-origin');
      expect(headers.get('strict-transport-security'), path).toBeNull();
    }
  });

  it('who came by TLS comes by TLS from then on', async () => {
    for (const path of ['/', '/api/v1/session', '/rtc/validate']) {
      expect((await answer(path, { 'x-forwarded-proto': 'https', accept: 'text/html' })).headers.get('strict-transport-security'), path).toBe('max-age=31536000');
      expect((await answer(path)).headers.get('strict-transport-security'), path).toBeNull();
    }
  });
});

describe('roles of an organisation', () => {
  const usher = { name: 'Usher', base: 'attendee', more: ['see_lobby', 'admit'], fewer: ['chat'] };

  it('are made by its administrators, given by hosts, and hold in every meeting', async () => {
    const admin = browser();
    addAccount(server, `admin-${email}`, PASSWORD, ['--admin']);
    await admin.raw('POST', '/session', { email: `admin-${email}`, password: PASSWORD });
    const host = await signedIn();
    expect(codeOf(await host.raw('POST', '/roles', usher))).toBe('403 forbidden');
    const made = await admin.raw('POST', '/roles', { ...usher, name: `Usher ${count}` });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ of: 'organisation', base: 'attendee', more: ['see_lobby', 'admit'], fewer: ['chat'] });
    expect((await host.raw('GET', '/roles')).body.items).toHaveLength(1);

    host.link = (await host.raw('POST', '/meetings', { lobby: 'everybody' })).body.link as string;
    await host.enter();
    const ben = new MeetingClient(server.http, host.link, 'Ben');
    await ben.join();
    await host.do('POST', '/lobby/admit', { participants: [ben.participant] });
    expect(await ben.outcome('GET', '/roles')).toBe('403 forbidden');
    await host.do('PUT', `/participants/${ben.participant}/role`, { custom_role: made.body.id });
    expect((await ben.state()).me).toMatchObject({ role: 'attendee', role_name: `Usher ${count}` });
    const cat = new MeetingClient(server.http, host.link, 'Cat');
    expect((await cat.join()).body.state).toBe('waiting');
    expect(await ben.outcome('POST', '/lobby/admit', { participants: [cat.participant] })).toBe('ok');
    expect(await ben.outcome('POST', '/chat', { text: 'hello' })).toBe('403 forbidden');
    expect((await admin.raw('DELETE', `/roles/${String(made.body.id)}`)).status).toBe(204);
    expect((await ben.state()).me.role_name, 'who has it keeps it').toBe(`Usher ${count}`);
    expect(await host.outcome('PUT', `/participants/${cat.participant}/role`, { custom_role: made.body.id })).toBe('404 not_found');
  });
});

describe('one’s own room', () => {
  it('is the same each time it is asked for, and its link can be replaced', async () => {
    const ann = await signedIn();
    const first = await ann.raw('PUT', '/personal-room');
    expect(first.body).toMatchObject({ is_personal: true, title: 'Ann' });
    expect((await ann.raw('PUT', '/personal-room')).body.link).toBe(first.body.link);
    const renewed = await ann.raw('POST', `/meetings/${String(first.body.link)}/link`);
    expect(renewed.body.link).not.toBe(first.body.link);
    expect((await ann.raw('GET', `/meetings/${String(first.body.link)}`)).body.title, 'this link is nobody’s').toBe('');
    expect((await ann.raw('GET', `/meetings/${String(renewed.body.link)}`)).body.title).toBe('Ann');
    expect((await ann.raw('PUT', '/personal-room')).body.link).toBe(renewed.body.link);
    expect(codeOf(await browser().raw('PUT', '/personal-room'))).toBe('401 no_session');
  });
});
