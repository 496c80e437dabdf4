// A Parley of one's own: on free ports, with its own folder, stopped and looked after when the test ends.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LOGS, ROOT } from './paths.ts';
import { freePorts } from './ports.ts';
import { type Process, descendants, isAlive } from './processes.ts';
import { sleep, until } from './wait.ts';

export const BINARY = path.resolve(ROOT, process.env.PARLEY_TEST_BINARY ?? 'build/parley');

/** How many ports are looked for that shards may take. */
const SHARD_PORTS = 15;

export interface ServerOptions {
  /** Names the log file. */
  readonly name: string;
  /** Lines of YAML, added to the configuration. */
  readonly config?: string;
  /** The same, within `rtc`. */
  readonly rtc?: readonly string[];
  readonly binary?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface MediaNode {
  metrics(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

/** Empty while nobody listens there. */
async function readMetrics(port: number): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
  for (const line of ((await response?.text()) ?? '').split('\n')) {
    const match = /^([a-z_]+(?:\{[^}]*\})?)\s+([\d.e+-]+)$/.exec(line);
    if (match) found.set(match[1]!, Number(match[2]));
  }
  return found;
}

export class Server {
  private readonly nodes: ChildProcess[] = [];
  readonly http: string;
  readonly ws: string;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly udpPort: number,
    readonly tcpPort: number,
    private readonly metricsPort: number,
    readonly folder: string,
    readonly logFile: string,
    private readonly binary: string,
  ) {
    this.http = `http://127.0.0.1:${port}`;
    this.ws = `ws://127.0.0.1:${port}`;
  }

  static async start(options: ServerOptions): Promise<Server> {
    const binary = options.binary ?? BINARY;
    if (!fs.existsSync(binary)) throw new Error(`${binary} is not built: make build`);
    // HTTP, NATS, metrics of signal, media and app; from the sixth on media, one port per shard, UDP and TCP.
    const first = await freePorts(5 + SHARD_PORTS);
    const [port, natsPort, metricsPort, udpPort, tcpPort] = [first, first + 1, first + 2, first + 5, first + 5];
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-test-'));
    const config = path.join(folder, 'parley.yaml');
    fs.writeFileSync(
      config,
      [
        `port: ${port}`,
        'rtc:',
        `  udp_port: ${udpPort}`,
        `  tcp_port: ${tcpPort}`,
        ...(options.rtc ?? []).map((line) => `  ${line}`),
        'nats:',
        `  port: ${natsPort}`,
        `  store_dir: ${folder}/nats`,
        'prometheus:',
        `  port: ${metricsPort}`,
        options.config ?? '',
      ].join('\n'),
    );
    fs.mkdirSync(LOGS, { recursive: true });
    const logFile = path.join(LOGS, `server-${options.name}.log`);
    const log = fs.openSync(logFile, 'w');
    const child = spawn(binary, ['up', '--dev', '--config', config], {
      cwd: folder,
      stdio: ['ignore', log, log],
      // A group of its own, so that nothing survives the test run.
      detached: true,
      env: { ...process.env, ...options.environment },
    });
    fs.closeSync(log);
    const server = new Server(child, port, udpPort, tcpPort, metricsPort, folder, logFile, binary);
    process.once('exit', () => server.killAll());
    try {
      await server.healthy(30_000);
    } catch (error) {
      const text = fs.readFileSync(logFile, 'utf8').split('\n').slice(-25).join('\n');
      server.killAll();
      throw new Error(`the server did not come up: ${String(error)}\n${text}`);
    }
    return server;
  }

  /** Waits until `/` answers and a media node is known: a token for a room is found good. */
  async healthy(timeoutMs = 15_000): Promise<void> {
    await until('the server answers', async () => {
      if (this.child.exitCode !== null) throw new Error(`parley up ended with ${this.child.exitCode}`);
      return (await fetch(`${this.http}/`)).ok;
    }, Boolean, timeoutMs, 100, () => this.child.exitCode !== null);
  }

  /** The UDP ports of its media: one per shard, of which there are as many as cores, at most. */
  get mediaPorts(): number[] {
    return Array.from({ length: Math.min(SHARD_PORTS, os.cpus().length) }, (_, i) => this.udpPort + i);
  }

  get pid(): number {
    return this.child.pid!;
  }

  processes(): Process[] {
    return descendants(this.pid);
  }

  /** The process of one plane: "signal", "media", "app", "nats-server". */
  process(plane: string): Process {
    const found = this.processes().filter(
      ({ command }) => command[1] === plane || path.basename(command[0] ?? '') === plane,
    );
    if (found.length !== 1) {
      const all = this.processes().map(({ command }) => command.slice(0, 2).join(' '));
      throw new Error(`${found.length} processes of ${plane} among: ${all.join(', ')}`);
    }
    return found[0]!;
  }

  /** kill -9 of one plane; tells when the supervisor has started it again. */
  kill(plane: string): { readonly at: number; readonly restarted: Promise<number> } {
    const old = this.process(plane);
    process.kill(old.pid, 'SIGKILL');
    const at = performance.now();
    const restarted = until(`${plane} is started again`, () => {
      return this.process(plane).pid !== old.pid;
    }, Boolean, 15_000, 20).then(() => performance.now());
    return { at, restarted };
  }

  /** A second media node beside the supervised one, which new rooms may come to. */
  async addNode(name: string): Promise<MediaNode> {
    const first = await freePorts(6);
    // A media node's metrics are one above the port that is configured, which is the edge's.
    const [prometheus, metricsPort] = [first + 4, first + 5];
    const log = fs.openSync(this.logFile.replace(/\.log$/, `-${name}.log`), 'w');
    const flags = [`--node_id=${name}`, `--rtc.udp_port=${first}`, `--rtc.tcp_port=${first}`, `--prometheus.port=${prometheus}`];
    // The way to the bus, and what it asks to be let in: as the supervisor has told its own node.
    const told = fs.readFileSync(`/proc/${this.process('media').pid}/environ`, 'utf8').split('\0');
    const bus = Object.fromEntries(told.filter((one) => one.startsWith('PARLEY_NATS_')).map((one) => one.split(/=(.*)/s, 2)));
    const child = spawn(this.binary, ['media', '--dev', '--config', path.join(this.folder, 'parley.yaml'), ...flags], {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...bus },
    });
    fs.closeSync(log);
    this.nodes.push(child);
    await until(`node ${name} is up`, async () => (await readMetrics(metricsPort)).has('parley_node_rooms'), Boolean, 15_000, 100);
    return {
      metrics: () => readMetrics(metricsPort),
      stop: () =>
        new Promise((resolve) => {
          child.once('exit', () => resolve());
          child.kill('SIGINT');
        }),
    };
  }

  log(): string {
    return fs.readFileSync(this.logFile, 'utf8');
  }

  /** The Prometheus counters of one plane, by name with labels. */
  async metrics(plane: 'signal' | 'media' | 'app'): Promise<Map<string, number>> {
    return readMetrics(this.metricsPort + { signal: 0, media: 1, app: 2 }[plane]);
  }

  /** Ctrl-C. Resolves with what was left behind, which should be nothing. */
  async stop(): Promise<Process[]> {
    const started = this.processes();
    this.child.kill('SIGINT');
    for (let waited = 0; this.child.exitCode === null && this.child.signalCode === null && waited < 10_000; waited += 50) {
      await sleep(50);
    }
    const left = started.filter(({ pid }) => isAlive(pid));
    this.killAll();
    fs.rmSync(this.folder, { recursive: true, force: true });
    return left;
  }

  private killAll() {
    for (const node of this.nodes) node.kill('SIGKILL');
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // Already gone, as it should be.
    }
  }
}
