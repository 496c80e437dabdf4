// A PostgreSQL of one's own, on a socket in a temporary folder that nobody else's is.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { until } from './wait.ts';

/** Debian keeps each version's programs in a folder of its own. */
function programs(): string {
  const root = '/usr/lib/postgresql';
  const versions = (fs.existsSync(root) ? fs.readdirSync(root) : []).filter((one) => fs.existsSync(path.join(root, one, 'bin/initdb')));
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  if (newest === undefined) throw new Error('package postgresql-15 is not installed: tools/bootstrap test');
  return path.join(root, newest, 'bin');
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export class Postgres {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  get url(): string {
    return `postgres://parley@/postgres?host=${this.folder}`;
  }

  static async start(): Promise<Postgres> {
    const bin = programs();
    const user = unprivileged();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-postgres-'));
    if (user.uid !== undefined && user.gid !== undefined) fs.chownSync(folder, user.uid, user.gid);
    const data = path.join(folder, 'data');
    const made = ['-D', data, '-U', 'parley', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'];
    execFileSync(path.join(bin, 'initdb'), made, { ...user, cwd: '/', stdio: 'ignore' });
    const log = fs.openSync(path.join(folder, 'postgres.log'), 'w');
    // What is written reaches the disk, as in production.
    const child = spawn(path.join(bin, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses='], {
      ...user,
      cwd: '/',
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    process.once('exit', () => child.kill('SIGQUIT'));
    const answers = () => {
      execFileSync(path.join(bin, 'psql'), ['-h', folder, '-U', 'parley', '-c', 'SELECT 1', 'postgres'], { stdio: 'ignore' });
      return true;
    };
    await until('PostgreSQL answers', answers, Boolean, 30_000, 100, () => child.exitCode !== null);
    return new Postgres(child, folder);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGINT');
    await ended;
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
