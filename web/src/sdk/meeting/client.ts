import { addressOf, type AnswerOf, type InputOf, type Operation, type Places } from '../api/operation';
import { pause } from '../pause';
import type { Refusal } from './meeting';
import type { ParticipantId } from './types';

/** `status` 0: nothing that spoke for the application plane answered. */
export type Answer<Body = unknown> =
  | { readonly ok: true; readonly status: number; readonly body: Body }
  | { readonly ok: false; readonly status: number; readonly refusal: Refusal };

export interface AskOptions {
  readonly participant?: ParticipantId | null;
  readonly signal?: AbortSignal;
  /** The same key again has no second effect; whoever repeats a POST on their own brings it along. */
  readonly key?: string;
  /** For how long to go on when nobody answers; 0: one try. */
  readonly patienceMs?: number;
  /** Goes out even if the page is closed meanwhile. */
  readonly keepalive?: boolean;
}

/** The input comes along with the options; where it may lack everything, nothing need be said. */
export type Asking<Input> = object extends Input ? [options?: Input & AskOptions] : [options: Input & AskOptions];

export interface ClientOptions {
  readonly fetcher?: typeof fetch;
  /** Uniform in [0, 1): a thousand pages whose server went away at once do not come back at once. */
  readonly random?: () => number;
  readonly now?: () => number;
  readonly newKey?: () => string;
}

/** A command waits this long for an application plane that is being restarted. */
export const PATIENCE_MS = 15_000;
/** A try that nobody answers is given up and made again. */
const TRY_MS = 10_000;
const MAX_DELAY_MS = 2000;

interface Asked extends AskOptions, Places {
  readonly body?: object;
}

/** "Not now" rather than "no": a limit of requests, a proxy without its server, a server that starts. */
const NOT_NOW = new Set([408, 425, 429, 502, 503, 504]);

export const AWAY: Refusal = { code: 'away', title: '', detail: '' };

/** The application plane's operations, asked one by one. Never throws but for a call-off by `signal`. */
export class Client {
  private readonly fetcher: typeof fetch;
  private readonly random: () => number;
  private readonly now: () => number;
  private readonly newKey: () => string;

  constructor(options: ClientOptions = {}) {
    this.fetcher = options.fetcher ?? ((input, init) => fetch(input, init));
    this.random = options.random ?? Math.random;
    this.now = options.now ?? (() => performance.now());
    this.newKey = options.newKey ?? newKey;
  }

  async ask<O extends Operation>(operation: O, ...[options]: Asking<InputOf<O>>): Promise<Answer<AnswerOf<O>>> {
    // Its shape is the server's promise, which the server's own tests hold it to.
    return (await this.patiently(operation, (options ?? {}) as Asked)) as Answer<AnswerOf<O>>;
  }

  private async patiently(operation: Operation, options: Asked): Promise<Answer> {
    const { method, url } = addressOf(operation, options);
    const key = method === 'POST' ? (options.key ?? this.newKey()) : null;
    const until = this.now() + (options.patienceMs ?? PATIENCE_MS);
    for (let attempt = 1; ; attempt++) {
      const { answer, notBeforeMs } = await this.once(method, url, key, options);
      // The try before, whose answer was lost, has done it.
      if (attempt > 1 && method === 'DELETE' && answer.status === 404) return { ok: true, status: 204, body: null };
      if (answer.ok || !(answer.status === 0 || NOT_NOW.has(answer.status))) return answer;
      const delay = Math.max(retryDelayMs(attempt, this.random()), notBeforeMs);
      if (this.now() + delay > until) return answer;
      await pause(delay, options.signal);
      options.signal?.throwIfAborted();
    }
  }

  private async once(method: string, url: string, key: string | null, options: Asked): Promise<{ answer: Answer; notBeforeMs: number }> {
    const { body, participant, signal, keepalive } = options;
    const limit = AbortSignal.timeout(TRY_MS);
    const headers: Record<string, string> = { accept: 'application/json' };
    // A type that no form of another site can send without being asked about it first.
    if (method !== 'GET' && method !== 'DELETE') headers['content-type'] = 'application/json';
    if (typeof participant === 'string') headers['parley-participant'] = participant;
    if (key !== null) headers['idempotency-key'] = key;
    try {
      const response = await this.fetcher(url, {
        method,
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        ...(headers['content-type'] === undefined ? {} : { body: JSON.stringify(body ?? {}) }),
        ...(keepalive === true ? { keepalive } : {}),
      });
      const told: unknown = await response.json().catch(() => null);
      return { answer: readAnswer(response.status, told), notBeforeMs: retryAfterMs(response.headers.get('retry-after')) };
    } catch (error) {
      if (signal?.aborted === true) throw error;
      return { answer: { ok: false, status: 0, refusal: AWAY }, notBeforeMs: 0 };
    }
  }
}

/** A problem (RFC 9457) in the server's own words; a proxy's page of HTML is one without words, whatever status it claims. */
export function readAnswer(status: number, body: unknown): Answer {
  if (status === 204) return { ok: true, status, body: null };
  if (status >= 200 && status < 300) return typeof body === 'object' && body !== null ? { ok: true, status, body } : { ok: false, status: 0, refusal: AWAY };
  const code = textOf(body, 'code');
  const fallback = NOT_NOW.has(status) ? (status === 429 ? 'too_many' : 'away') : status === 404 ? 'not_found' : 'forbidden';
  return { ok: false, status, refusal: { code: code === '' ? fallback : code, title: textOf(body, 'title'), detail: textOf(body, 'detail') } };
}

/** Text under a key of whatever came; '' where there is none. */
export function textOf(value: unknown, key: string): string {
  if (typeof value !== 'object' || value === null) return '';
  const found = (value as Record<string, unknown>)[key];
  return typeof found === 'string' ? found : '';
}

/** Doubles, up to a bound, between three quarters and five quarters of it. */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.min(250 * 2 ** (attempt - 1), MAX_DELAY_MS) * (0.75 + random / 2);
}

/** Seconds (RFC 9110, section 10.2.3); its form as a date is read as no wish, since clocks differ. */
export function retryAfterMs(header: string | null): number {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : 0;
}

/** A UUID also on a page without TLS, where `crypto.randomUUID` is missing (RFC 9562, section 5.4). */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
