import { ConnectionError, ConnectionErrorReason, DisconnectReason, type ReconnectPolicy } from 'livekit-client';
import type { EndReason, JoinInput } from '../join/machine';

/** Why the server, or we, ended it; null where joining anew may help. */
export function endReason(reason: DisconnectReason | undefined): EndReason | null {
  switch (reason) {
    case DisconnectReason.CLIENT_INITIATED:
      return 'left';
    case DisconnectReason.DUPLICATE_IDENTITY:
      return 'duplicate';
    case DisconnectReason.PARTICIPANT_REMOVED:
      return 'removed';
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      return 'closed';
    default:
      return null;
  }
}

/** What a failed connect means for the join machine; null when we called it off ourselves. */
export function connectFailure(error: unknown): JoinInput | null {
  if (!(error instanceof ConnectionError)) return { on: 'unreachable', what: 'server' };
  switch (error.reason) {
    case ConnectionErrorReason.Cancelled:
      return null;
    case ConnectionErrorReason.NotAllowed: {
      const status = typeof error.status === 'number' ? error.status : 401;
      const problem = { kind: 'refused', status, code: '', title: '', detail: error.message } as const;
      return { on: 'refused', problem };
    }
    case ConnectionErrorReason.LeaveRequest: {
      const why = endReason(error.context as DisconnectReason | undefined);
      return why === null ? { on: 'unreachable', what: 'server' } : { on: 'dropped', why };
    }
    default: {
      // The SDK has no name for this one; see PCTransportManager.ensurePCTransportConnection.
      const media = /establish pc connection/i.test(error.message);
      return { on: 'unreachable', what: media ? 'media' : 'server' };
    }
  }
}

/** Beyond this the SDK hands over, and we join anew with a fresh token. */
export const GIVE_UP_AFTER_MS = 120_000;

/**
 * Quicker than the SDK's own policy, whose 7 s steps are longer than our processes take to restart:
 * a call must be whole again within 3 s of the server's return.
 */
export function quickReconnect(random: () => number = Math.random): ReconnectPolicy {
  return {
    nextRetryDelayInMs({ retryCount, elapsedMs }) {
      if (elapsedMs > GIVE_UP_AFTER_MS) return null;
      const base = retryCount === 0 ? 100 : Math.min(250 * 2 ** (retryCount - 1), 1600);
      return Math.round(base * (0.75 + random() / 2));
    },
  };
}
