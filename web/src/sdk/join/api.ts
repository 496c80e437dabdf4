import type { Grant, JoinProblem, Who } from './machine';

export type JoinAnswer =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly problem: JoinProblem };

function text(value: unknown, key: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found = (value as Record<string, unknown>)[key];
  return typeof found === 'string' && found !== '' ? found : null;
}

/** Status codes with which a proxy or a starting server says "not now" rather than "no". */
const TRY_AGAIN = new Set([408, 425, 429, 502, 503, 504]);

/** Reads what POST /api/join answered: a grant, or a problem (RFC 9457) in the server's own words. */
export function readAnswer(status: number, body: unknown): JoinAnswer {
  if (TRY_AGAIN.has(status)) return { ok: false, problem: { kind: 'server-away' } };
  const token = text(body, 'token');
  const identity = text(body, 'identity');
  if (status === 200 && token !== null && identity !== null) {
    return { ok: true, grant: { token, identity, url: text(body, 'url') ?? '/' } };
  }
  const title = text(body, 'title') ?? '';
  const detail = text(body, 'detail') ?? '';
  return { ok: false, problem: { kind: 'refused', status, title, detail } };
}

/** Never throws but for an abort: a server that cannot be reached is an answer too. */
export async function requestJoin(who: Who, signal: AbortSignal, fetcher: typeof fetch = fetch): Promise<JoinAnswer> {
  try {
    const response = await fetcher('/api/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ room: who.room, name: who.name }),
      signal,
    });
    const body: unknown = await response.json().catch(() => null);
    return readAnswer(response.status, body);
  } catch (error) {
    if (signal.aborted) throw error;
    return { ok: false, problem: { kind: 'server-away' } };
  }
}

/** The server's WebSocket address: its own word, which may be relative to where the page came from. */
export function socketUrl(url: string, page: string): string {
  const resolved = new URL(url, page);
  if (resolved.protocol === 'http:') resolved.protocol = 'ws:';
  if (resolved.protocol === 'https:') resolved.protocol = 'wss:';
  return resolved.toString();
}
