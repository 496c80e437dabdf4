// The load generator, as tests use it.
import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { BINARY, type Server } from './server.ts';

export interface Result {
  readonly participants: { asked: number; joined: number; refused: number; dropped: number; sent_on: number };
  readonly tracks: { expected: number; with_media: number; silent: number };
  readonly delivered: { packets: number };
  readonly whole_run: Record<'lost' | 'incomplete' | 'undecodable' | 'mistimed' | 'frames' | 'unstamped', number>;
  readonly forwarding_delay: { count: number; p50_ms: number; p99_ms: number };
  readonly first_media: { count: number; p50_ms: number; p95_ms: number };
  readonly servers: { pid: number; cpu_s: number; resident_kb: number; kb_per_participant: number }[];
  readonly us_per_packet: number;
  readonly joining_cpu_s: number;
  readonly window_s: number;
  readonly interrupted: boolean;
  readonly failures: string[];
}

/** `parley load` against a server, with its results on the standard output. `on`: the command that it runs under. */
export function startLoad(server: Server, ...options: string[]) {
  return startLoadUnder([], server, ...options);
}

export function startLoadUnder(on: readonly string[], server: Server, ...options: string[]) {
  const [program, ...rest] = [...on, BINARY, 'load', ...options, '--url', server.ws, '--dev', '--json', '-', '--seed', '7'];
  const child = spawn(program!, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }));
  });
  return { child, ended };
}

export async function load(server: Server, ...options: string[]): Promise<Result> {
  const { code, out, err } = await startLoad(server, ...options).ended;
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as Result;
}

/** All came in, and all of what was sent. */
export function spotless(result: Result) {
  expect(result.failures).toEqual([]);
  expect(result.participants.joined).toBe(result.participants.asked);
  expect(result.whole_run).toMatchObject({ lost: 0, incomplete: 0, undecodable: 0, mistimed: 0, unstamped: 0 });
  expect(result.whole_run.frames).toBeGreaterThan(100);
  expect(result.forwarding_delay.count).toBeGreaterThan(100);
}
