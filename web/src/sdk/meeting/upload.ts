import { addressOf } from '../api/operation';
import { uploadFile } from '../api/operations';
import { pause } from '../pause';
import { AWAY, PATIENCE_MS, readAnswer, retryDelayMs, type Answer } from './client';
import type { ParticipantId } from './types';

/** One try to send a file. `status` 0: nobody answered. */
export interface Sent {
  readonly status: number;
  readonly body: unknown;
}
export interface Sending {
  readonly url: string;
  readonly file: Blob;
  readonly headers: Readonly<Record<string, string>>;
  /** From 0 to 1. */
  readonly onProgress: (part: number) => void;
  readonly signal: AbortSignal;
}
export type Sender = (sending: Sending) => Promise<Sent>;

export interface UploadWish {
  readonly link: string;
  readonly file: File;
  readonly participant: ParticipantId | null;
  /** The same in every try: a file whose answer was lost is not there twice. */
  readonly key: string;
  readonly onProgress: (part: number) => void;
  readonly signal: AbortSignal;
}

const NOT_NOW = new Set([0, 408, 425, 429, 502, 503, 504]);

/** Sends a file, again and again while nobody answers. Throws only when called off. */
export async function upload({ link, file, participant, key, onProgress, signal }: UploadWish, sender: Sender = sendByRequest): Promise<Answer> {
  const headers = {
    accept: 'application/json',
    'content-type': file.type === '' ? 'application/octet-stream' : file.type,
    'idempotency-key': key,
    ...(participant === null ? {} : { 'parley-participant': participant }),
  };
  let silentSince = performance.now();
  for (let attempt = 1; ; attempt++) {
    const { status, body } = await sender({
      url: addressOf(uploadFile, { path: { link }, query: { name: file.name } }).url,
      file,
      headers,
      signal,
      onProgress: (part) => {
        // As long as it moves, it is worth waiting for.
        silentSince = performance.now();
        onProgress(part);
      },
    });
    signal.throwIfAborted();
    if (!NOT_NOW.has(status)) return readAnswer(status, body);
    const delay = retryDelayMs(attempt, Math.random());
    if (performance.now() + delay - silentSince > PATIENCE_MS) return status === 0 ? { ok: false, status, refusal: AWAY } : readAnswer(status, body);
    await pause(delay, signal);
    signal.throwIfAborted();
  }
}

/** XMLHttpRequest, since `fetch` does not say how much of a body has gone. */
const sendByRequest: Sender = ({ url, file, headers, onProgress, signal }) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const done = (): void => {
      signal.removeEventListener('abort', abort);
      resolve({ status: request.status, body: parsed(request.responseText) });
    };
    const abort = (): void => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onloadend = done;
    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
