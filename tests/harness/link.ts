// A network of one's choice between a real client and a server: loss, delay, rate and more, for each direction, by
// emulator/ (parley-link). What the client is told to send its media to is rewritten, so that its only way leads
// through there.
//
//   const link = await Link.between(server, { down: { rate: '300k', queue: '300ms' }, up: { loss: '2%' } });
//   await viewer.page.join({ url: link.ws, … });
//   await link.follow('train');
import { SignalRequest, SignalResponse } from '@livekit/protocol';
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import WebSocket from 'ws';
import { ROOT } from './paths.ts';
import { type ProxiedSession, type SignalProxy, startSignalProxy } from './signal_proxy.ts';

export const LINK_BINARY = path.resolve(ROOT, process.env.PARLEY_LINK_BINARY ?? 'build/parley-link');

/** What emulator/README.md says of each; durations as numbers are milliseconds, rates bits per second, shares 0 to 1. */
export interface Direction {
  readonly rate?: string | number;
  readonly queue?: string;
  readonly delay?: string | number;
  readonly jitter?: string | number;
  readonly order?: 'keep' | 'free';
  readonly loss?: string | number;
  readonly burst?: string;
  readonly police?: string;
  readonly reorder?: string | number;
  readonly reorder_by?: string | number;
  readonly duplicate?: string | number;
}

/** To the client, from the client; both. */
export interface Settings {
  readonly down?: Direction;
  readonly up?: Direction;
  readonly both?: Direction;
}
export type Side = keyof Settings;

export interface LinkOptions {
  /** The same losses for the same packets. */
  readonly seed?: number;
}

export interface Traffic {
  readonly packets: number;
  /** With IP and UDP headers, 28 bytes a packet. */
  readonly bytes: number;
}
export type Lost = Readonly<Record<'policer' | 'queue' | 'loss' | 'burst' | 'overload', number>>;
interface QueueDelay {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface DirectionStats {
  readonly in: Traffic;
  readonly out: Traffic;
  readonly lost: Lost;
  readonly duplicated: number;
  readonly held_back: number;
  readonly queue_ms: QueueDelay;
  readonly waiting_bytes: number;
  /** How much later than due the emulator itself was: what it adds to a measurement. */
  readonly late_ms: { readonly p50: number; readonly p99: number; readonly max: number };
}
export type Second = Pick<DirectionStats, 'in' | 'out' | 'lost' | 'queue_ms'> & { readonly second: number };

/** Of both directions. */
export interface Told<T> {
  readonly age_ms: number;
  readonly down: T;
  readonly up: T;
}

type Answer = Record<string, unknown> & { readonly error?: string };

/** One emulator that all links of a seed share, for as long as there is one. */
class Emulator {
  static readonly #running = new Map<number, Emulator>();
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = [];
  #users = 0;
  #clients = 0;

  private constructor(private readonly seed: number) {
    if (!fs.existsSync(LINK_BINARY)) throw new Error(`${LINK_BINARY} is not built: tools/build release parley-link`);
    // Ends with its input, so also when we do.
    this.#child = spawn(LINK_BINARY, ['--seed', String(seed)], { stdio: ['pipe', 'pipe', 'inherit'] });
    readline.createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line) as Answer);
    });
    // Writing to one that has ended: those who wait hear of it below.
    this.#child.stdin!.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        Emulator.#running.delete(seed);
        for (const { reject } of this.#waiting.splice(0)) reject(new Error(`parley-link ended: ${signal ?? code}`));
        resolve();
      });
    });
  }

  static use(seed: number): Emulator {
    const known = Emulator.#running.get(seed) ?? new Emulator(seed);
    Emulator.#running.set(seed, known);
    known.#users++;
    return known;
  }

  newClient(): string {
    return String(++this.#clients);
  }

  async ask(line: string): Promise<Answer> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) throw new Error('parley-link has ended');
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin!.write(`${line}\n`);
    });
    if (answer.error !== undefined) throw new Error(`parley-link: ${line}: ${answer.error}`);
    return answer;
  }

  async leave(): Promise<void> {
    if (--this.#users > 0) return;
    Emulator.#running.delete(this.seed);
    this.#child.stdin!.end();
    await this.#ended;
  }
}

function words(direction: Direction): string {
  return Object.entries(direction)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      // No 1e-7: shares and rates are read as people write them.
      const text = typeof value === 'number' ? String(Number(value.toFixed(6))) : String(value);
      if (/\s/.test(text)) throw new Error(`${name}: '${text}' has a blank in it`);
      return `${name}=${text}`;
    })
    .join(' ');
}

export interface Way {
  readonly address: string;
  readonly port: number;
}

const authority = (address: string, port: number) => (net.isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`);

/**
 * Where a way listens: at the server's own address if it is on this machine, since a browser that may use one interface
 * only (Firefox, without a camera) does not look elsewhere; else at an address of ours that is as public.
 */
function ownAddressFor(server: string): string {
  const own = Object.values(os.networkInterfaces()).flatMap((addresses) => addresses ?? []);
  if (own.some(({ address }) => address === server) || /^127\./.test(server)) return server;
  const family = net.isIPv6(server) ? 'IPv6' : 'IPv4';
  const usable = own.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  return (usable.find((one) => one.family === family) ?? usable[0])?.address ?? '127.0.0.1';
}

/** The lines of an SDP with candidates; `a=candidate:…` is what a candidate of signaling looks like, less the `a=`. */
const isCandidate = (line: string) => line.startsWith('a=candidate:');
const lines = (sdp: string) => sdp.split('\r\n');

/**
 * For what a client tells a server: a server that makes connectivity checks of its own would find a way around the
 * link. It learns of the client from the client's checks, which come through the link.
 */
export const withoutCandidates = (sdp: string) =>
  lines(sdp)
    .filter((line) => !isCandidate(line))
    .join('\r\n');

/** The network of one client, for any server: its signaling is the caller's, who rewrites what the server says in it. */
export class MediaLink {
  /** By the server's address: the one that stands for it. */
  readonly #ways = new Map<string, Promise<Way>>();
  #stopped = false;

  protected constructor(
    private readonly emulator: Emulator,
    private readonly client: string,
  ) {}

  static async open(settings: Settings = {}, options: LinkOptions = {}): Promise<MediaLink> {
    const emulator = Emulator.use(options.seed ?? 1);
    return MediaLink.begin(new MediaLink(emulator, emulator.newClient()), settings);
  }

  protected static async begin<T extends MediaLink>(link: T, settings: Settings): Promise<T> {
    try {
      await link.reset();
      await link.set(settings);
      return link;
    } catch (error) {
      await link.stop();
      throw error;
    }
  }

  /** From now on; what is not named stays as it is. */
  async set(settings: Settings): Promise<void> {
    for (const side of ['both', 'down', 'up'] as const) {
      const said = words(settings[side] ?? {});
      if (said) await this.emulator.ask(`client ${this.client} ${side} ${said}`);
    }
  }

  /** A perfect network, until told otherwise. */
  async reset(): Promise<void> {
    await this.emulator.ask(`client ${this.client} reset follow=none`);
  }

  /** From its beginning: the name of one in emulator/traces, or the path of a file. `none`: stays as it is then. */
  async follow(trace: string, side: Side = 'both'): Promise<void> {
    await this.emulator.ask(`client ${this.client} ${side} follow=${trace}`);
  }

  /** Since the link began, or since `clear`. */
  async stats(): Promise<Told<DirectionStats>> {
    return this.#told<DirectionStats>(`stats ${this.client}`);
  }

  /** Whole seconds, to plot; from number `since` on. */
  async seconds(since = 0): Promise<Told<Second[]>> {
    return this.#told<Second[]>(`seconds ${this.client} since=${since}`);
  }

  async clear(): Promise<void> {
    await this.emulator.ask(`clear ${this.client}`);
  }

  /** Where to send for it to come through the link to a UDP port of the server's. */
  way(address: string, port: number): Promise<Way> {
    const to = authority(address, port);
    const known = this.#ways.get(to);
    if (known) return known;
    const own = ownAddressFor(address);
    const made = this.emulator
      .ask(`client ${this.client} listen=${authority(own, 0)} to=${to}`)
      .then((answer) => ({ address: own, port: answer['port'] as number }));
    this.#ways.set(to, made);
    return made;
  }

  /**
   * A server's candidate, with or without `a=` in front, as the client may know it; null for what it must not: over TCP
   * media would go around the link just when that is bad. The empty one, that ends them, stays.
   */
  async rewriteCandidate(candidate: string): Promise<string | null> {
    if (candidate === '') return '';
    // foundation component transport priority address port …
    const fields = candidate.split(' ');
    const [transport, address, port] = [fields[2], fields[4] ?? '', Number(fields[5])];
    if (transport?.toLowerCase() !== 'udp' || !net.isIP(address) || !Number.isInteger(port)) return null;
    // Of one interface only, which a candidate does not name.
    if (/^fe80:/i.test(address)) return null;
    const way = await this.way(address, port);
    return [...fields.slice(0, 4), way.address, way.port, ...fields.slice(6)].join(' ');
  }

  /** The same for an offer or answer of a server's. */
  async rewriteSdp(sdp: string): Promise<string> {
    const rewritten = await Promise.all(
      lines(sdp).map((line) => (isCandidate(line) ? this.rewriteCandidate(line) : line)),
    );
    return rewritten.filter((line) => line !== null).join('\r\n');
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.emulator.ask(`client ${this.client} remove`).catch(() => undefined);
    await this.emulator.leave();
  }

  async #told<T>(line: string): Promise<Told<T>> {
    const { clients } = (await this.emulator.ask(line)) as { clients?: Record<string, Told<T>> };
    return clients![this.client]!;
  }
}

/** The network of a client that speaks LiveKit's protocol, to any server that does. */
export class Link extends MediaLink {
  #signal: SignalProxy | undefined;

  /** `server`: one of the harness, or where its signaling is (`ws://…`). */
  static async between(
    server: string | { readonly ws: string },
    settings: Settings = {},
    options: LinkOptions = {},
  ): Promise<Link> {
    const emulator = Emulator.use(options.seed ?? 1);
    const link = await MediaLink.begin(new Link(emulator, emulator.newClient()), settings);
    const lanes = new WeakMap<ProxiedSession, Lane>();
    link.#signal = await startSignalProxy(typeof server === 'string' ? server : server.ws, {
      opened: (session) => void lanes.set(session, new Lane(session)),
      fromServer: (session, message) => lanes.get(session)!.pass(message, mayNameAWay(message), () => link.#rewrite(message)),
      fromClient: (session, message) => hideClient(session, message),
    });
    return link;
  }

  /** The server's signaling, for the client whose network this is: WebSocket and HTTP. */
  get ws(): string {
    return this.#signal!.ws;
  }
  get http(): string {
    return this.ws.replace(/^ws/, 'http');
  }

  override async stop(): Promise<void> {
    await this.#signal?.close();
    await super.stop();
  }

  /** Null for one that the client is not to get. */
  async #rewrite(message: SignalResponse): Promise<SignalResponse | null> {
    const changed = message.clone();
    const said = changed.message;
    if (said.case === 'offer' || said.case === 'answer') {
      said.value.sdp = await this.rewriteSdp(said.value.sdp);
    } else if (said.case === 'trickle') {
      const init = JSON.parse(said.value.candidateInit) as { candidate?: string };
      const candidate = await this.rewriteCandidate(init.candidate ?? '');
      if (candidate === null) return null;
      said.value.candidateInit = JSON.stringify({ ...init, candidate });
    } else if (said.case === 'join' || said.case === 'reconnect') {
      // Through a relay media would go around the link.
      said.value.iceServers = [];
    }
    return changed;
  }
}

const mayNameAWay = ({ message }: SignalResponse) =>
  ['offer', 'answer', 'trickle', 'join', 'reconnect'].includes(message.case ?? '');

/** Keeps the order of what a client is told, while some of it waits for the emulator's answer. */
class Lane {
  #last = Promise.resolve();
  #waiting = 0;

  constructor(private readonly session: ProxiedSession) {}

  /** What the proxy's hook returns: true if the message may go on at once as it is. */
  pass(message: SignalResponse, touched: boolean, rewrite: () => Promise<SignalResponse | null>): boolean {
    if (!touched && this.#waiting === 0) return true;
    this.#waiting++;
    this.#last = this.#last
      .then(async () => {
        const changed = touched ? await rewrite() : message;
        const { client } = this.session;
        if (changed && client.readyState === WebSocket.OPEN) client.send(changed.toBinary(), { binary: true });
      })
      .catch((error: unknown) => {
        console.error('link:', error);
        this.session.client.terminate();
      })
      .finally(() => this.#waiting--);
    return false;
  }
}

/** A hook for the signaling proxy: the server does not hear where the client is. */
function hideClient(session: ProxiedSession, request: SignalRequest): boolean {
  const said = request.message;
  if (said.case === 'trickle') return false;
  if (said.case !== 'offer' && said.case !== 'answer') return true;
  if (!lines(said.value.sdp).some(isCandidate)) return true;
  const changed = request.clone();
  (changed.message as typeof said).value.sdp = withoutCandidates(said.value.sdp);
  if (session.server.readyState === WebSocket.OPEN) session.server.send(changed.toBinary());
  return false;
}
