// The faults that livekit-client's signaling suite asks for, by an attribute of the token. They are made between the
// client and a real server: what is not spoiled here is the server's own.
import { JoinRequest, LeaveRequest, type LeaveRequest_Action, SignalResponse, WrappedJoinRequest } from '@livekit/protocol';
import zlib from 'node:zlib';
import type { ProxiedSession, ProxyHooks, Refusal } from '../harness/signal_proxy.ts';

interface Wish {
  readonly signal?: string;
  readonly leaveAction?: LeaveRequest_Action;
}

function wishOf(query: URLSearchParams): Wish {
  const claims = query.get('access_token')?.split('.')[1] ?? '';
  try {
    const { attributes } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { attributes?: Record<string, string> };
    return JSON.parse(attributes?.['lk.mock'] ?? '{}') as Wish;
  } catch {
    return {};
  }
}

const REFUSALS: Record<string, Refusal> = {
  validate_500: { status: 500, body: 'broken' },
  validate_service_not_found: { status: 404, body: 'not found' },
  room_not_found: { status: 404, body: 'requested room does not exist' },
};

/** The suite does not wait as long as people do. */
const PING = { interval: 1, timeout: 3 };
/** The suite resumes as somebody that no server knows. */
const MADE_UP = 'RM_session';

export function faults(): ProxyHooks {
  let joined: { token: string; sid: string } | undefined;
  const leave = ({ client }: ProxiedSession, { leaveAction }: Wish) =>
    client.send(new SignalResponse({ message: { case: 'leave', value: new LeaveRequest({ action: leaveAction ?? 0 }) } }).toBinary());

  return {
    // Somebody with media would be awaited; who never had any is gone with the connection, and could not resume.
    lingerMs: 1000,

    refuse: (_path, query) => REFUSALS[wishOf(query).signal ?? ''],

    reroute(_path, query) {
      if (!joined) return;
      if (query.get('sid') === MADE_UP) {
        query.set('sid', joined.sid);
        query.set('access_token', joined.token);
      }
      const request = query.get('join_request');
      if (!request) return;
      const wrapped = WrappedJoinRequest.fromBinary(Buffer.from(request, 'base64url'));
      const isZipped = wrapped.compression === 1;
      const join = JoinRequest.fromBinary(isZipped ? zlib.gunzipSync(wrapped.joinRequest) : wrapped.joinRequest);
      if (join.participantSid !== MADE_UP) return;
      join.participantSid = joined.sid;
      const known = new WrappedJoinRequest({ joinRequest: join.toBinary() });
      query.set('join_request', Buffer.from(known.toBinary()).toString('base64url'));
      query.set('access_token', joined.token);
    },

    opened(session) {
      const wish = wishOf(session.query);
      if (wish.signal === 'leave_first_message') leave(session, wish);
      if (wish.signal === 'close_before_join') setTimeout(() => session.client.close(1011), 50);
    },

    fromServer(session, response) {
      const wish = wishOf(session.query);
      const { message } = response;
      if (['no_first_message', 'close_before_join', 'leave_first_message'].includes(wish.signal ?? '')) return false;
      // Any message would count as a sign of life.
      if (wish.signal === 'no_pong' && message.case !== 'join') return false;
      if (message.case !== 'join') return true;
      message.value.pingInterval = PING.interval;
      message.value.pingTimeout = PING.timeout;
      joined = { token: session.query.get('access_token')!, sid: message.value.participant!.sid };
      if (wish.signal === 'close_when_connected') setTimeout(() => session.client.close(1011), 200);
      if (wish.signal === 'drop_when_connected') setTimeout(() => session.wire.destroy(), 200);
      if (wish.signal === 'leave_when_connected') setTimeout(() => leave(session, wish), 200);
      return response;
    },
  };
}
