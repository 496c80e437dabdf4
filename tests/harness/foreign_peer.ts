// Runs the clients in tests/interop (aiortc, GStreamer, pion) and keeps what they tell.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
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

const script = (name: string) => path.join(TESTS, 'interop', name);

/** Built from Debian's packages alone; Go's own cache makes the second time quick. */
async function pionProgram(): Promise<string> {
  const program = path.join(ROOT, 'build/test-work/pion');
  const environment = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '', GOROOT: '' };
  fs.mkdirSync(path.dirname(program), { recursive: true });
  await promisify(execFile)('/usr/bin/go', ['build', '-o', program, script('pion/main.go')], { env: { ...process.env, ...environment } });
  return program;
}

/** A folder with the participant's picture and tone in files, for clients that have no codecs. */
export function mediaFiles(id: number): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-media-'));
  execFileSync(VENV, [script('media_files.py'), 'make', folder, String(id)]);
  return folder;
}

export interface Recorded {
  readonly frames: number;
  /** How many frames show whom; -1: nobody that can be read. */
  readonly shown: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly hz: number;
}

/** What a client has written into the files of this folder. */
export const recorded = (folder: string) =>
  JSON.parse(execFileSync(VENV, [script('media_files.py'), 'read', folder], { encoding: 'utf8' })) as Recorded;

export interface PeerEvent {
  readonly event: string;
  readonly [fact: string]: unknown;
}

export class ForeignPeer {
  readonly events: PeerEvent[] = [];

  private constructor(
    readonly id: number,
    private readonly child: ChildProcess,
  ) {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('{')) this.events.push(JSON.parse(line) as PeerEvent);
    });
  }

  static start(id: number, url: string, token: string, v1: boolean): ForeignPeer {
    const more = v1 ? ['--v1'] : [];
    return this.run(id, `aiortc-${v1 ? 'v1' : 'v0'}`, [VENV, script('peer.py'), schemaFile(), url, token, String(id), ...more]);
  }

  /** Without signaling; ends with the first line that it is sent. */
  static startHttp(protocol: 'whip' | 'whep', id: number, url: string, token: string): ForeignPeer {
    return this.run(id, `aiortc-${protocol}`, [VENV, script('whip.py'), protocol, url, token, String(id)]);
  }

  /** A WHIP publisher whose picture is GStreamer's own, and whose tone is the participant's. */
  static startGStreamer(id: number, url: string, token: string, hz: number): ForeignPeer {
    return this.run(id, 'gstreamer-whip', ['/usr/bin/python3', script('gst_whip.py'), url, token, String(hz)]);
  }

  /** Ends with the first line that it is sent; it plays, or has then written, the files in `folder`. */
  static async startPion(protocol: 'whip' | 'whep', id: number, url: string, token: string, folder: string): Promise<ForeignPeer> {
    return this.run(id, `pion-${protocol}`, [await pionProgram(), protocol, url, token, folder]);
  }

  private static run(id: number, name: string, [program, ...parameters]: string[]): ForeignPeer {
    fs.mkdirSync(LOGS, { recursive: true });
    const log = fs.openSync(path.join(LOGS, `${name}.log`), 'w');
    const child = spawn(program!, parameters, { stdio: ['pipe', 'pipe', log] });
    process.once('exit', () => child.kill('SIGKILL'));
    return new ForeignPeer(id, child);
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
