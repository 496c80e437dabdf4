// Somebody at the REST API with nothing but fetch: what a script does that ignores the page.
import { randomUUID } from 'node:crypto';
import { checkAnswer, checkEvent } from './promises.ts';
import { until } from './wait.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

export interface StreamEvent {
  readonly id: number | null;
  readonly type: string;
  readonly data: Json;
}

/** Server-sent events, read on until it is closed. Each must be as the server promises. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  ended = false;
  #broken: Error | undefined;
  readonly #stop = new AbortController();

  constructor(response: Promise<Response>, stop: AbortController) {
    this.#stop = stop;
    void this.#read(response).catch(() => undefined).finally(() => (this.ended = true));
  }

  async #read(response: Promise<Response>) {
    const { body } = await response;
    let text = '';
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = new Map(text.slice(0, end).split('\n').map((line) => [line.split(': ')[0]!, line.slice(line.indexOf(': ') + 2)]));
        text = text.slice(end + 2);
        const type = fields.get('event');
        if (type === undefined) continue;
        const data = JSON.parse(fields.get('data') ?? 'null') as Json;
        this.events.push({ id: fields.has('id') ? Number(fields.get('id')) : null, type, data });
        try {
          checkEvent(type, data);
        } catch (error) {
          this.#broken ??= error as Error;
        }
      }
    }
  }

  get last(): number {
    return Math.max(0, ...this.events.map(({ id }) => id ?? 0));
  }

  of(type: string): Json[] {
    if (this.#broken !== undefined) throw this.#broken;
    return this.events.filter((event) => event.type === type).map(({ data }) => data as Json);
  }

  /** Waits for one of a type that is as wanted. */
  async seen(type: string, wanted: (data: Json) => boolean = () => true): Promise<Json> {
    return until(`an event ${type}`, () => this.of(type).find(wanted), Boolean, 15_000, 5);
  }

  close() {
    this.#stop.abort();
    if (this.#broken !== undefined) throw this.#broken;
  }
}

export class MeetingClient {
  readonly #cookies = new Map<string, string>();
  participant = '';
  token = '';
  room = '';

  constructor(
    private readonly http: string,
    public link: string,
    readonly name: string,
  ) {}

  /** The same browser in another tab: the same cookies, nothing else. */
  tab(name = this.name): MeetingClient {
    const other = new MeetingClient(this.http, this.link, name);
    for (const [key, value] of this.#cookies) other.#cookies.set(key, value);
    return other;
  }

  /** Another browser with what is kept of this one over sessions. */
  withoutSession(name: string): MeetingClient {
    const other = this.tab(name);
    other.#cookies.delete('parley_session');
    return other;
  }

  /** '' where there is none. */
  cookie(name: string): string {
    return this.#cookies.get(name) ?? '';
  }

  setCookie(name: string, value: string) {
    this.#cookies.set(name, value);
  }

  /** Who asks, for requests that are no JSON. */
  headers(): Record<string, string> {
    return {
      cookie: [...this.#cookies].map(([key, value]) => `${key}=${value}`).join('; '),
      ...(this.participant === '' ? {} : { 'Parley-Participant': this.participant }),
    };
  }

  async raw(method: string, path: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.http}/api/v1${path}`, {
      method,
      headers: {
        ...this.headers(),
        ...(method === 'POST' ? { 'Idempotency-Key': randomUUID() } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      this.#cookies.set(pair!.slice(0, pair!.indexOf('=')), pair!.slice(pair!.indexOf('=') + 1));
    }
    const text = await response.text();
    // What is no JSON is a file, of which nothing is promised but its bytes.
    const isFile = response.ok && text !== '' && !(response.headers.get('content-type') ?? '').includes('json');
    if (isFile) return { status: response.status, body: text };
    const answer = { status: response.status, body: text === '' ? null : (JSON.parse(text) as Json) };
    checkAnswer(method, path, answer.status, answer.body);
    return answer;
  }

  /** Inside the meeting of the link; "" is the meeting itself. */
  call(method: string, path: string, body?: Json, headers?: Record<string, string>): Promise<Answer> {
    return this.raw(method, `/meetings/${this.link}${path}`, body, headers);
  }

  /** What must succeed. */
  async do(method: string, path: string, body?: Json): Promise<Json> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${this.name}: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** "ok", or the status and code of the refusal. */
  async outcome(method: string, path: string, body?: Json): Promise<string> {
    const { status, body: answer } = await this.call(method, path, body);
    return status < 300 ? 'ok' : `${status} ${String(answer?.code)}`;
  }

  async join(more: Json = {}): Promise<Answer> {
    const answer = await this.call('POST', '/join', { name: this.name, ...more });
    if (answer.status === 200) {
      this.participant = answer.body.participant as string;
      this.keep(answer.body);
    }
    return answer;
  }

  async enter(): Promise<void> {
    const { status, body } = await this.join();
    if (body.state !== 'inside') throw new Error(`${this.name} is not inside: ${status} ${JSON.stringify(body)}`);
  }

  async renew(): Promise<string> {
    this.keep(await this.do('POST', '/token'));
    return this.token;
  }

  private keep(body: Json) {
    this.token = (body.token as string | undefined) ?? '';
    this.room = (body.room as string | undefined) ?? '';
  }

  state(): Promise<Json> {
    return this.do('GET', '/state');
  }

  listen(lastEventId?: number): EventStream {
    const stop = new AbortController();
    return new EventStream(this.#stream(stop.signal, lastEventId), stop);
  }

  /** Keeps the place, as an open page does, without a look at what is told. Returns what ends it. */
  stay(): () => void {
    const stop = new AbortController();
    const drain = async () => {
      const { body } = await this.#stream(stop.signal);
      for await (const _ of body!);
    };
    void drain().catch(() => undefined);
    return () => stop.abort();
  }

  #stream(signal: AbortSignal, lastEventId?: number): Promise<Response> {
    return fetch(`${this.http}/api/v1/meetings/${this.link}/events`, {
      headers: {
        ...this.headers(),
        ...(lastEventId === undefined ? {} : { 'Last-Event-ID': String(lastEventId) }),
      },
      signal,
    });
  }
}
