// Runs the clients in tests/interop (aiortc, GStreamer) and keeps what they tell.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { LOGS, ROOT, TESTS } from './paths.ts';

const VENV = path.join(ROOT, 'build/venv/bin/python');

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
    const more = v1 ? ['--v1'] : [];
    return this.run(id, `aiortc-${v1 ? 'v1' : 'v0'}`, 'peer.py', [schemaFile(), url, token, String(id), ...more]);
  }

  /** Without signaling; ends with the first line that it is sent. */
  static startHttp(protocol: 'whip' | 'whep', id: number, url: string, token: string): PythonPeer {
    return this.run(id, `aiortc-${protocol}`, 'whip.py', [protocol, url, token, String(id)]);
  }

  /** A WHIP publisher whose picture is GStreamer's own, and whose tone is the participant's. */
  static startGStreamer(id: number, url: string, token: string, hz: number): PythonPeer {
    return this.run(id, 'gstreamer-whip', 'gst_whip.py', [url, token, String(hz)], '/usr/bin/python3');
  }

  private static run(id: number, name: string, script: string, parameters: string[], interpreter = VENV): PythonPeer {
    const log = fs.openSync(path.join(LOGS, `${name}.log`), 'w');
    const child = spawn(interpreter, [path.join(TESTS, 'interop', script), ...parameters], { stdio: ['pipe', 'pipe', log] });
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
