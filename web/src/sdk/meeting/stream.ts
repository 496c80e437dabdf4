import { createParser } from 'eventsource-parser';
import { pause } from '../pause';
import { retryAfterMs, retryDelayMs } from './client';
import { readEvent, type Numbered } from './events';

/** The server says something every 10 s; who hears nothing for this long hears nothing any more. */
export const SILENCE_MS = 25_000;
/** A stream that lived this long was whole: what comes after it starts from the shortest delay. */
const WHOLE_MS = 5000;
/** One event is a text of 4000 characters at most, or a list of some hundred people. */
const MAX_EVENT_CHARACTERS = 4_000_000;

export interface StreamOptions {
  readonly url: string;
  readonly participant: string;
  /** The number of the last event that was used; asked for at each opening. */
  readonly lastId: () => number;
  readonly onEvent: (event: Numbered) => void;
  /** Events are missing from here on, until the next `hello`. */
  readonly onBroken: () => void;
  readonly fetcher?: typeof fetch;
  readonly random?: () => number;
  readonly now?: () => number;
}

/** What an answer means for the stream: its end, or that it is tried again. */
export function isEnd(status: number): boolean {
  return status === 401 || status === 403 || status === 404;
}

/**
 * Follows the events of a meeting over fetch, which can send headers where EventSource cannot, and opens it
 * anew whenever it breaks (HTML Standard, section 9.2: Last-Event-ID). Resolves with the status that ended it for
 * good, or with null when it was called off.
 *
 *  owner     LiveMeeting, one at a time
 *  bounded   one request at a time; MAX_EVENT_CHARACTERS of an unfinished event
 */
export async function follow(options: StreamOptions, signal: AbortSignal): Promise<number | null> {
  const { random = Math.random, now = () => performance.now() } = options;
  let wanted = true;
  for (let attempt = 1; wanted; attempt++) {
    const opened = now();
    const { status, notBeforeMs } = await once(options, signal);
    if (signal.aborted) return null;
    if (isEnd(status)) return status;
    options.onBroken();
    if (now() - opened > WHOLE_MS) attempt = 1;
    wanted = await pause(Math.max(retryDelayMs(attempt, random()), notBeforeMs), signal);
  }
  return null;
}

/** From an opening to its end, however it ends; 0 where nothing answered or the stream broke. */
async function once(options: StreamOptions, signal: AbortSignal): Promise<{ status: number; notBeforeMs: number }> {
  const fetcher = options.fetcher ?? fetch;
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  let watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
  const heard = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    const lastId = options.lastId();
    const response = await fetcher(options.url, {
      headers: {
        accept: 'text/event-stream',
        'parley-participant': options.participant,
        ...(lastId > 0 ? { 'last-event-id': String(lastId) } : {}),
      },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: either,
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (!response.ok || !isStream || response.body === null) {
      void response.body?.cancel().catch(() => undefined);
      return { status: response.ok ? 0 : response.status, notBeforeMs: retryAfterMs(response.headers.get('retry-after')) };
    }
    heard();
    await read(response.body, either, heard, options.onEvent);
  } catch {
    // The network, the silence, or an event without an end: each is mended by opening it anew.
  } finally {
    clearTimeout(watchdog);
  }
  return { status: 0, notBeforeMs: 0 };
}

async function read(body: ReadableStream<Uint8Array>, signal: AbortSignal, heard: () => void, onEvent: StreamOptions['onEvent']): Promise<void> {
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent({ id, event, data }) {
      const numbered = readEvent(event, data, id);
      if (numbered !== null) onEvent(numbered);
    },
  });
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      heard();
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
