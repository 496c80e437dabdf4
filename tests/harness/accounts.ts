// Accounts of a server of one's own, made as an administrator makes them: on the command line.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { BINARY, type Server } from './server.ts';

export function addAccount(server: Server, email: string, password: string, flags: readonly string[] = []) {
  const run = spawnSync(BINARY, ['app', 'user', 'add', email, ...flags], {
    input: `${password}\n`,
    encoding: 'utf8',
    env: { ...process.env, LIVEKIT_KEYS: 'key: 0123456789012345678901234567890123456789', DATABASE_URL: path.join(server.folder, 'nats/parley.db') },
  });
  if (run.status !== 0) throw new Error(`no account: ${run.stderr}`);
}
