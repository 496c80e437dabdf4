import type { AnswerOf } from '../api/operation';
import * as api from '../api/operations';
import { Client, type Answer } from '../meeting/client';
import type { Grant, JoinProblem, WaitFor, Who } from './machine';

export type JoinAnswer =
  | { readonly is: 'inside'; readonly grant: Grant }
  | { readonly is: 'waiting'; readonly participant: string; readonly why: WaitFor }
  | { readonly is: 'refused'; readonly problem: JoinProblem }
  /** Nobody answered, or too many ask at once: to be tried again. */
  | { readonly is: 'away' }
  | { readonly is: 'busy' };

/** What the way in asks of the application plane. Tries once each: the join machine has the patience. */
export interface JoinApi {
  /** `before`: who we were in this meeting, so that a reload keeps the place. */
  join(who: Who, before: string | null, key: string, signal: AbortSignal): Promise<JoinAnswer>;
  token(link: string, participant: string, signal: AbortSignal): Promise<JoinAnswer>;
  /** Goes out even while the page is closed. */
  leave(link: string, participant: string): Promise<void>;
}

export function joinApi(client: Client = new Client()): JoinApi {
  return {
    async join({ room, name, passcode = '' }, before, key, signal) {
      const body = { name, ...(passcode === '' ? {} : { passcode }), ...(before === null ? {} : { participant: before }) };
      return readJoin(await client.ask(api.joinMeeting, { path: { link: room }, body, key, signal, patienceMs: 0 }));
    },
    async token(link, participant, signal) {
      return readJoin(await client.ask(api.getToken, { path: { link }, participant, signal, patienceMs: 0 }));
    },
    async leave(link, participant) {
      await client.ask(api.leaveMeeting, { path: { link }, participant, keepalive: true });
    },
  };
}

export function readJoin(answer: Answer<AnswerOf<typeof api.joinMeeting>>): JoinAnswer {
  if (!answer.ok) {
    const { status, refusal } = answer;
    if (status === 429) return { is: 'busy' };
    if (status === 0 || status === 408 || status === 425 || (status >= 502 && status <= 504)) return { is: 'away' };
    return { is: 'refused', problem: { kind: 'refused', status, ...refusal } };
  }
  const { body } = answer;
  if (body.state === 'waiting') return { is: 'waiting', participant: body.participant, why: body.why };
  const { token, participant, url, room } = body;
  return { is: 'inside', grant: { token, participant, url, room } };
}

/** The server's WebSocket address: its own word, which may be relative to where the page came from. */
export function socketUrl(url: string, page: string): string {
  const resolved = new URL(url, page);
  if (resolved.protocol === 'http:') resolved.protocol = 'ws:';
  if (resolved.protocol === 'https:') resolved.protocol = 'wss:';
  return resolved.toString();
}
