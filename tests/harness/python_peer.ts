// Runs tests/interop/peer.py (aiortc) and keeps what it tells.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { LOGS, ROOT, TESTS } from './paths.ts';

/** The schema as the server has it: from the pinned package, by the same script. */
export function schemaFile(): string {
  const file = path.join(ROOT, 'build/test-work/livekit.binpb');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const livekit = path.join(ROOT, 'protocols/livekit');
  execFileSync(process.execPath, [
    path.join(livekit, 'descriptors.mjs'),
    path.join(livekit, 'node_modules/@livekit/protocol'),
    file,
  ]);
  return file;
}

export interface PeerEvent {
  readonly event: string;
  readonly [fact: string]: unknown;
}

export class PythonPeer {
  readonly events: PeerEvent[] = [];

  private constructor(
    readonly id: number,
    private readonly child: ChildProcess,
  ) {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('{')) this.events.push(JSON.parse(line) as PeerEvent);
    });
  }

  static start(id: number, url: string, token: string, v1: boolean): PythonPeer {
    const log = fs.openSync(path.join(LOGS, `aiortc-${v1 ? 'v1' : 'v0'}.log`), 'w');
    const python = path.join(ROOT, 'build/venv/bin/python');
    const script = path.join(TESTS, 'interop/peer.py');
    const child = spawn(python, [script, schemaFile(), url, token, String(id), ...(v1 ? ['--v1'] : [])], {
      stdio: ['pipe', 'pipe', log],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    return new PythonPeer(id, child);
  }

  all(event: string): PeerEvent[] {
    return this.events.filter((e) => e.event === event);
  }

  last(event: string): PeerEvent | undefined {
    return this.events.findLast((e) => e.event === event);
  }

  send(text: string) {
    this.child.stdin!.write(`${text}\n`);
  }

  stop() {
    this.child.kill('SIGKILL');
  }
}
