// A worker of LiveKit's agent framework (tests/agents), started by its own command line as users start it.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { LOGS, ROOT } from './paths.ts';
import { freePorts } from './ports.ts';
import type { Server } from './server.ts';
import { KEY, SECRET } from './tokens.ts';
import { sleep, until } from './wait.ts';

export interface WorkerOptions {
  /** Names the log file. */
  readonly name: string;
  /** Explicit dispatch only. */
  readonly agentName?: string;
  readonly type?: 'room' | 'publisher' | 'participant';
  readonly load?: number;
}

const running = new Set<AgentWorker>();
process.once('exit', () => {
  for (const worker of running) worker.kill();
});

export class AgentWorker {
  private constructor(
    private readonly child: ChildProcess,
    readonly logFile: string,
  ) {}

  /** Resolves when it has registered. */
  static async start(server: Server, options: WorkerOptions): Promise<AgentWorker> {
    const port = await freePorts(1);
    fs.mkdirSync(LOGS, { recursive: true });
    const logFile = path.join(LOGS, `agent-${options.name}.log`);
    const log = fs.openSync(logFile, 'w');
    const child = spawn(process.execPath, [path.join(ROOT, 'tests/agents/echo_agent.mjs'), 'start'], {
      stdio: ['ignore', log, log],
      // A group of its own: its job processes die with it.
      detached: true,
      env: {
        ...process.env,
        LIVEKIT_URL: server.ws,
        LIVEKIT_API_KEY: KEY,
        LIVEKIT_API_SECRET: SECRET,
        LIVEKIT_AGENT_NAME: options.agentName ?? '',
        AGENT_TYPE: options.type ?? 'room',
        AGENT_LOAD: String(options.load ?? 0),
        AGENT_PORT: String(port),
      },
    });
    fs.closeSync(log);
    const worker = new AgentWorker(child, logFile);
    running.add(worker);
    await worker.registered(1);
    return worker;
  }

  log(): string {
    return fs.readFileSync(this.logFile, 'utf8');
  }

  /** Its ids, one per registration. */
  ids(): string[] {
    return [...this.log().matchAll(/"id":"(AW_\w+)"[^\n]*registered worker/g)].map((match) => match[1]!);
  }

  async registered(times: number, timeoutMs = 40_000): Promise<void> {
    await until('the worker registers', () => this.ids().length, (n) => n >= times, timeoutMs, 100, () => this.child.exitCode !== null);
  }

  /** Worker and agents at once, without a word. */
  kill(): void {
    running.delete(this);
    try {
      process.kill(-this.child.pid!, 'SIGKILL');
    } catch {
      // Already gone.
    }
  }

  /** As its own command line ends: agents are asked to go. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    for (let waited = 0; this.child.exitCode === null && waited < 5000; waited += 50) await sleep(50);
    this.kill();
  }
}
