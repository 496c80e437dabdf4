import type { Numbered } from './events';
import { loaded, NOTHING, reduce } from './reduce';
import { aMessage, aState } from './testing';
import type { MeetingState, Message } from './types';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * An application plane for tests, behind `fetcher`: a numbered log that streams resume from, a state made from
 * it, chat with idempotency keys, and every way to fail. What it has acknowledged it keeps through `kill`.
 */
export class FakePlane {
  readonly asked: Asked[] = [];
  state: MeetingState = aState();
  readonly messages: Message[] = [];
  /** Answers before anything else is looked at; returns null to let it pass. */
  before: (asked: Asked) => Response | null = () => null;
  /** Carried out, but the answer is lost on the way. */
  loseAnswers = 0;
  down = false;
  private readonly log: Numbered[] = [];
  private readonly streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  private readonly keys = new Map<string, { status: number; body: unknown }>();

  readonly fetcher = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    await Promise.resolve();
    const text = init?.body;
    const asked: Asked = {
      method: init?.method ?? 'GET',
      path: input as string,
      headers: new Headers(init?.headers),
      body: typeof text === 'string' ? (JSON.parse(text) as unknown) : null,
    };
    this.asked.push(asked);
    init?.signal?.throwIfAborted();
    if (this.down) throw new TypeError('Failed to fetch');
    const early = this.before(asked);
    if (early !== null) return early;
    const answer = this.answer(asked, init?.signal ?? null);
    if (this.loseAnswers > 0 && asked.method !== 'GET') {
      this.loseAnswers--;
      throw new TypeError('network changed');
    }
    return answer;
  };

  /** Numbers what happened, and tells it to every stream that is open. */
  happen(event: Numbered['event']): void {
    const numbered = { id: this.state.seq + 1, event };
    this.log.push(numbered);
    this.state = reduce(loaded(NOTHING, this.state), numbered).state ?? this.state;
    for (const stream of this.streams) send(stream, numbered);
  }

  ephemeral(event: Numbered['event']): void {
    for (const stream of this.streams) send(stream, { id: null, event });
  }

  /** The log is gone; who asks for what was in it must read the state. */
  forgetLog(): void {
    this.log.length = 0;
  }

  /** Streams stay open and say nothing any more. */
  fallSilent(): void {
    this.streams.clear();
  }

  breakStreams(): void {
    for (const stream of this.streams) stream.error(new TypeError('network error'));
    this.streams.clear();
  }

  kill(): void {
    this.down = true;
    this.breakStreams();
  }

  get open(): number {
    return this.streams.size;
  }

  count(method: string, path: string | RegExp): number {
    return this.asked.filter((asked) => asked.method === method && (typeof path === 'string' ? asked.path === path : path.test(asked.path))).length;
  }

  private answer(asked: Asked, signal: AbortSignal | null): Response {
    const { method, path } = asked;
    if (path.endsWith('/events')) return this.stream(Number(asked.headers.get('last-event-id') ?? 0), signal);
    if (path.endsWith('/state')) return Response.json(this.state);
    if (/\/chat\?/.test(path)) return this.page(new URL(path, 'http://x').searchParams);
    if (method !== 'POST') return new Response(null, { status: 204 });
    const key = asked.headers.get('idempotency-key') ?? '';
    const before = this.keys.get(key);
    const { status, body } = before ?? this.post(asked);
    this.keys.set(key, { status, body });
    return body === null ? new Response(null, { status }) : Response.json(body, { status });
  }

  private post({ path, body }: Asked): { status: number; body: unknown } {
    if (!path.endsWith('/chat')) return { status: 204, body: null };
    const { text } = body as { text: string };
    const message = aMessage(`m${this.messages.length + 1}`, this.messages.length + 1, { text, is_mine: true });
    this.messages.push(message);
    this.happen({ on: 'message', message });
    return { status: 201, body: message };
  }

  private page(query: URLSearchParams): Response {
    const end = Number(query.get('cursor') ?? this.messages.length);
    const start = Math.max(0, end - Number(query.get('limit')));
    return Response.json({ items: this.messages.slice(start, end).reverse(), next: start > 0 ? String(start) : null });
  }

  private stream(after: number, signal: AbortSignal | null): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.streams.add(stream);
        signal?.addEventListener('abort', () => this.streams.delete(stream));
        send(stream, { id: null, event: { on: 'hello', seq: this.state.seq, now: this.state.now } });
        const missed = this.log.filter(({ id }) => (id ?? 0) > after);
        if (missed.length < this.state.seq - after) send(stream, { id: null, event: { on: 'reset' } });
        else for (const event of missed) send(stream, event);
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  }
}

const encoder = new TextEncoder();

/** In pieces, as networks like to cut it. */
function send(stream: ReadableStreamDefaultController<Uint8Array>, { id, event }: Numbered): void {
  const bytes = encoder.encode(`: a comment\n${id === null ? '' : `id: ${id}\n`}event: ${event.on}\ndata: ${JSON.stringify(dataOf(event))}\n\n`);
  const middle = Math.floor(bytes.length / 2);
  stream.enqueue(bytes.slice(0, middle));
  stream.enqueue(bytes.slice(middle));
}

function dataOf({ on, ...rest }: Numbered['event']): unknown {
  const bare = new Set(['meeting', 'me', 'participant', 'message', 'poll', 'question', 'breakouts', 'timer']);
  return bare.has(on) && on in rest ? (rest as Record<string, unknown>)[on] : on === 'reaction' || !bare.has(on) ? rest : null;
}
