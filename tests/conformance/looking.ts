// What scenarios look at again and again.
import { type ParticipantInfo, ParticipantInfo_State, type SignalResponse, type TrackInfo } from '@livekit/protocol';
import type { SignalClient } from '../harness/signal_client.ts';
import { until } from '../harness/wait.ts';

/** These come when they please: their place among the others says nothing. */
const ANYTIME = new Set(['trickle', 'speakersChanged', 'connectionQuality', 'pong', 'pongResp', 'refreshToken', 'roomUpdate', 'streamStateUpdate']);

/** What a server said, in order, without what comes when it pleases. */
export const said = (messages: readonly SignalResponse[]) =>
  messages.map(({ message }) => message.case as string).filter((kind) => !ANYTIME.has(kind));

/** The newest that a client was told of somebody. */
export function newest(messages: readonly SignalResponse[], identity: string): ParticipantInfo | undefined {
  let found: ParticipantInfo | undefined;
  for (const { message } of messages) {
    const told =
      message.case === 'join' ? [message.value.participant!, ...message.value.otherParticipants]
      : message.case === 'update' ? message.value.participants
      : [];
    for (const info of told) {
      if (info.identity === identity && (!found || info.sid !== found.sid || info.version >= found.version)) found = info;
    }
  }
  return found;
}

export async function learns(
  client: SignalClient,
  identity: string,
  what: (info: ParticipantInfo) => boolean,
  timeoutMs = 15_000,
): Promise<ParticipantInfo> {
  const found = await until(`news of ${identity}`, () => newest(client.messages, identity), (info) => !!info && what(info), timeoutMs, 20);
  return found!;
}

export const isGone = (info: ParticipantInfo) => info.state === ParticipantInfo_State.DISCONNECTED;

/** The first message of a kind that comes after the `from`th. */
export async function next<C extends NonNullable<SignalResponse['message']['case']>>(
  client: SignalClient,
  kind: C,
  from: number,
  timeoutMs = 15_000,
) {
  const found = await until(`another ${kind}`, () => client.messages.slice(from).find(({ message }) => message.case === kind), Boolean, timeoutMs, 20);
  return found!.message.value as Extract<SignalResponse['message'], { case: C }>['value'];
}

/** `null` instead of an error: it did not come. */
export const orNothing = <T>(promise: Promise<T>): Promise<T | null> => promise.catch(() => null);

/** What clients read of a track. */
export const track = ({ sid, type, name, muted, source, width, height, stream, mimeType }: TrackInfo) => ({
  sid, type, name, muted, source, width, height, stream, mimeType: mimeType.toLowerCase(),
});

/** What clients read of somebody. */
export const person = ({ sid, identity, name, metadata, attributes, state, kind, tracks }: ParticipantInfo) => ({
  sid, identity, name, metadata, attributes, state: ParticipantInfo_State[state], kind, tracks: tracks.map(track),
});

/** A Twirp error as its readers have it. */
export function fault(answer: { status: number; body: string }): string {
  try {
    const { code, msg } = JSON.parse(answer.body) as { code?: string; msg?: string };
    return `${answer.status} ${code ?? 'without a code'}${typeof msg === 'string' && msg !== '' ? '' : ', without a text'}`;
  } catch {
    return `${answer.status}, not JSON`;
  }
}

/** What an SDK's promise comes to: "ok", or its error's status and code. */
export const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { status?: number; code?: unknown; message?: string }) =>
      error.status === undefined ? `error ${error.message}` : `${error.status} ${String(error.code)}`,
  );
