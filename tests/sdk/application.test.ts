import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BINARY, Server } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

/** What an administrator types: accounts, backup, restore; and a server that finds its tables made by a newer one. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-application-'));
const KEYS = 'key: 0123456789012345678901234567890123456789';

function parley(words: string[], options: { input?: string; database?: string } = {}) {
  const run = spawnSync(BINARY, ['app', ...words], {
    input: options.input ?? '',
    encoding: 'utf8',
    env: { ...process.env, LIVEKIT_KEYS: KEYS, DATABASE_URL: options.database ?? path.join(folder, 'parley.db') },
  });
  return { code: run.status, out: run.stdout, errors: run.stderr };
}

const people = (database?: string) =>
  parley(['user', 'list', '--json'], { database })
    .out.split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { email: string; admin: boolean; disabled_at: number | null; name: string });

afterAll(() => fs.rmSync(folder, { recursive: true }));

describe('parley app user', () => {
  it('makes accounts, lists them, keeps them out and lets them in', () => {
    const added = parley(['user', 'add', 'Ann@Example.org', '--name', 'Ann', '--admin'], {
      input: 'correct horse battery\n',
    });
    expect(added).toEqual({ code: 0, out: 'ann@example.org: added\n', errors: '' });
    const made = parley(['user', 'add', 'bob@example.org', '--generate']);
    expect(made.out).toMatch(/^bob@example\.org: added\npassword: [A-Za-z0-9]{20}\n$/);
    expect(people()).toMatchObject([
      { email: 'ann@example.org', name: 'Ann', admin: true, disabled_at: null },
      { email: 'bob@example.org', name: 'bob', admin: false, disabled_at: null },
    ]);
    expect(parley(['user', 'disable', 'BOB@example.org']).code).toBe(0);
    expect(people()[1]?.disabled_at).toBeGreaterThan(0);
    expect(parley(['user', 'enable', 'bob@example.org']).code).toBe(0);
    expect(people()[1]?.disabled_at).toBeNull();
    expect(parley(['user', 'passwd', 'bob@example.org'], { input: 'another long password\n' }).code).toBe(0);
  });

  it('says what is wrong, and whether another try makes sense', () => {
    const good = { input: 'correct horse battery\n' };
    expect(parley(['user', 'add', 'nobody'], good)).toMatchObject({
      code: 78,
      errors: 'parley app user: nobody: this is no mail address\n',
    });
    expect(parley(['user', 'add', 'ann@example.org'], good).code).toBe(1);
    expect(parley(['user', 'disable', 'cat@example.org'])).toMatchObject({ code: 1 });
    expect(parley(['user', 'passwd', 'ann@example.org'], { input: 'short\n' }).errors).toContain('at least 12');
    expect(parley(['user', 'passwd', 'ann@example.org']).errors).toContain('no password on stdin');
    const unreachable = parley(['user', 'list'], { database: 'postgres://ann:hunter2@127.0.0.1:1/parley' });
    expect(unreachable.code).toBe(1);
    expect(unreachable.errors).toContain('127.0.0.1');
    expect(unreachable.errors).not.toContain('hunter2');
  });
});

describe('parley app backup and restore', () => {
  const file = path.join(folder, 'backup.jsonl');
  const other = path.join(folder, 'other.db');

  it('moves everything into another database', () => {
    const made = parley(['backup', file]);
    expect(made.code).toBe(0);
    expect(made.errors).toMatch(/accounts +2 rows/);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(parley(['restore', file], { database: other }).code).toBe(0);
    expect(people(other)).toEqual(people());
  });

  it('refuses what it would destroy, and what is no backup', () => {
    const refused = parley(['restore', file], { database: other });
    expect(refused.code).toBe(78);
    expect(refused.errors).toContain('--replace');
    expect(parley(['restore', file, '--replace'], { database: other }).code).toBe(0);
    const cut = path.join(folder, 'cut.jsonl');
    fs.writeFileSync(cut, fs.readFileSync(file, 'utf8').replace('"Ann"', '"Eve"'));
    const changed = parley(['restore', cut, '--replace'], { database: other });
    expect(changed.code).toBe(78);
    expect(changed.errors).toContain('checksum');
    expect(people(other)).toEqual(people());
    expect(parley(['restore', path.join(folder, 'nothing')]).code).toBe(1);
    expect(parley(['backup', '--help']).out).toContain('FILE');
  });
});

describe('a running server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start({ name: 'application' });
  });
  afterAll(async () => void (await server.stop()));

  it('keeps its database beside its other state, and is backed up while it runs', async () => {
    const database = path.join(server.folder, 'nats/parley.db');
    await until('a database', () => fs.existsSync(database));
    expect(fs.statSync(database).mode & 0o777).toBe(0o600);
    expect(parley(['user', 'add', 'ann@example.org', '--generate'], { database }).code).toBe(0);
    expect(parley(['backup', path.join(folder, 'running.jsonl')], { database }).code).toBe(0);
  });

  it('does not touch tables that a newer program has made', async () => {
    const database = path.join(folder, 'newer.db');
    expect(parley(['user', 'list'], { database }).code).toBe(0);
    const sqlite = spawnSync('python3', [
      '-c',
      `import sqlite3; d = sqlite3.connect("${database}"); ` +
        'd.execute("INSERT INTO parley_schema (version, name) VALUES (9999, \'of tomorrow\')"); d.commit()',
    ]);
    expect(sqlite.status).toBe(0);
    const listed = parley(['user', 'list'], { database });
    expect(listed.code).toBe(78);
    expect(listed.errors).toMatch(/version 9999 .* up to \d+: a newer Parley/);
    const child = spawn(BINARY, ['app'], { env: { ...process.env, LIVEKIT_KEYS: KEYS, DATABASE_URL: database } });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(78);
  });
});
