// Janus as Debian packages it, with its videoroom plugin and a folder of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LOGS } from '../harness/paths.ts';
import { freePorts } from '../harness/ports.ts';

/** For one who publishes and four who watch, and what ICE leaves behind for a while. */
const RTP_PORTS = 19;

const UNUSED_PLUGINS = ['audiobridge', 'duktape', 'echotest', 'lua', 'nosip', 'recordplay', 'sip', 'streaming', 'textroom', 'videocall', 'voicemail'];
const UNUSED_TRANSPORTS = ['http', 'mqtt', 'nanomsg', 'pfunix', 'rabbitmq'];
const libraries = (names: readonly string[]) => names.map((name) => `libjanus_${name}.so`).join(',');

/**
 * Its defaults, but for: sessions without keep-alives, and a lite agent, as Parley's is. The time for which packets are
 * kept to be sent again, 200 ms unless said otherwise, is a second: one of our links takes 540 ms to ask for them.
 */
const general = (folder: string, firstPort: number) => `
general: {
  configs_folder = "${folder}"
  debug_level = 3
  session_timeout = 0
}
nat: { ice_lite = true }
media: {
  rtp_port_range = "${firstPort}-${firstPort + RTP_PORTS - 1}"
  min_nack_queue = 1000
}
plugins: { disable = "${libraries(UNUSED_PLUGINS)}" }
transports: { disable = "${libraries(UNUSED_TRANSPORTS)}" }
`;

const websockets = (port: number) => `
general: {
  json = "compact"
  ws = true
  ws_port = ${port}
  ws_ip = "127.0.0.1"
}
`;

/** The version, "1.1.2", of a Janus that can be used here; throws what is in its way. */
export function janusToUse(): string {
  const { stdout, stderr } = spawnSync('janus', ['--help'], { encoding: 'utf8' });
  const version = /^Janus version: \d+ \((.+)\)$/m.exec(`${stdout}${stderr}`)?.[1];
  if (version === undefined) throw new Error('janus is not installed: tools/bootstrap bench');
  const addresses = Object.values(os.networkInterfaces()).flatMap((all) => all ?? []);
  if (!addresses.some(({ internal, family }) => !internal && family === 'IPv4')) {
    throw new Error('Janus offers no address of the loopback interface, and there is no other: bench/run links makes one');
  }
  return version;
}

export class JanusProcess {
  private constructor(
    readonly ws: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    process.once('exit', () => child.kill('SIGKILL'));
  }

  static async start(): Promise<JanusProcess> {
    const first = await freePorts(1 + RTP_PORTS);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-janus-'));
    fs.writeFileSync(path.join(folder, 'janus.jcfg'), general(folder, first + 1));
    fs.writeFileSync(path.join(folder, 'janus.transport.websockets.jcfg'), websockets(first));
    fs.mkdirSync(LOGS, { recursive: true });
    const log = fs.openSync(path.join(LOGS, 'janus.log'), 'w');
    const child = spawn('janus', ['--configs-folder', folder, '--disable-colors'], { cwd: folder, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    return new JanusProcess(`ws://127.0.0.1:${first}`, child, folder);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop(): Promise<void> {
    if (this.running) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGINT');
      const late = setTimeout(() => this.child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(late);
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
