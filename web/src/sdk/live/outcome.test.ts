import { ConnectionError, DisconnectReason } from 'livekit-client';
import { describe, expect, it } from 'vitest';
import { connectFailure, endReason, GIVE_UP_AFTER_MS, quickReconnect } from './outcome';

describe('the end of a connection', () => {
  it.each([
    [DisconnectReason.CLIENT_INITIATED, 'left'],
    [DisconnectReason.DUPLICATE_IDENTITY, 'duplicate'],
    [DisconnectReason.PARTICIPANT_REMOVED, 'removed'],
    [DisconnectReason.ROOM_DELETED, 'closed'],
    [DisconnectReason.ROOM_CLOSED, 'closed'],
  ] as const)('is final for reason %i', (reason, expected) => {
    expect(endReason(reason)).toBe(expected);
  });

  it.each([undefined, DisconnectReason.SERVER_SHUTDOWN, DisconnectReason.STATE_MISMATCH, DisconnectReason.SIGNAL_CLOSE])(
    'asks for another join for reason %s',
    (reason) => {
      expect(endReason(reason)).toBeNull();
    },
  );
});

describe('a failed connect', () => {
  it('is a refusal, in the words of the server, when the token is not taken', () => {
    expect(connectFailure(ConnectionError.notAllowed('token expired', 401))).toEqual({
      on: 'refused',
      problem: { kind: 'refused', status: 401, code: '', title: '', detail: 'token expired' },
    });
  });

  it('is nothing when we called it off', () => {
    expect(connectFailure(ConnectionError.cancelled('left'))).toBeNull();
  });

  it('tells a blocked media path from a server that is away', () => {
    const media = ConnectionError.internal('could not establish pc connection');
    expect(connectFailure(media)).toEqual({ on: 'unreachable', what: 'media' });
    expect(connectFailure(ConnectionError.serverUnreachable('no'))).toEqual({ on: 'unreachable', what: 'server' });
    expect(connectFailure(new Error('?'))).toEqual({ on: 'unreachable', what: 'server' });
  });

  it('is the end when the server sends us away for good', () => {
    const error = ConnectionError.leaveRequest('closed', DisconnectReason.ROOM_DELETED);
    expect(connectFailure(error)).toEqual({ on: 'dropped', why: 'closed' });
  });
});

describe('reconnecting', () => {
  const policy = quickReconnect(() => 0.999);

  it('never waits 2 s or more, so that a call is back soon after its server', () => {
    for (let retryCount = 0; retryCount < 50; retryCount++) {
      expect(policy.nextRetryDelayInMs({ retryCount, elapsedMs: 0 })).toBeLessThanOrEqual(2000);
    }
  });

  it('gives up in the end', () => {
    expect(policy.nextRetryDelayInMs({ retryCount: 3, elapsedMs: GIVE_UP_AFTER_MS + 1 })).toBeNull();
  });
});
