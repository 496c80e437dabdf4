import { DisconnectReason, LeaveRequest, LeaveRequest_Action } from '@livekit/protocol';
import { RoomServiceClient } from 'livekit-server-sdk';
import { isGone, learns, newest } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

const told = (leave: LeaveRequest) => ({ action: LeaveRequest_Action[leave.action], reason: DisconnectReason[leave.reason] });

export const leaveReasons: Scenario = {
  name: 'leave_reasons',
  async run({ see }, target) {
    const backend = new RoomServiceClient(target.http, target.server.key, target.server.secret);
    const ben = await target.join('ben');
    for (const [identity, reason] of [['ann', DisconnectReason.CLIENT_INITIATED], ['cat', DisconnectReason.USER_REJECTED]] as const) {
      const client = await target.join(identity);
      client.send({ case: 'leave', value: new LeaveRequest({ reason }) });
      see(`${DisconnectReason[reason]}: others are told`, DisconnectReason[(await learns(ben, identity, isGone)).disconnectReason], DisconnectReason[reason]);
      see(`${DisconnectReason[reason]}: the close code`, (await client.waitClosed()).code, 1000);
    }

    const first = await target.join('dan');
    const { sid } = (await first.wait('join')).participant!;
    const second = await target.join('dan');
    see('duplicate identity: the first is told', told(await first.wait('leave')), { action: 'DISCONNECT', reason: 'DUPLICATE_IDENTITY' });
    await first.waitClosed();
    see('duplicate identity: the second is another participant', (await second.wait('join')).participant!.sid === sid, false);
    const [dan, ...more] = (await backend.listParticipants(target.room())).filter(({ identity }) => identity === 'dan');
    see('duplicate identity: only the second is there', { second: dan?.sid !== sid, more: more.length }, { second: true, more: 0 });

    const removed = await target.join('eve');
    await backend.removeParticipant(target.room(), 'eve');
    see('removed', told(await removed.wait('leave')), { action: 'DISCONNECT', reason: 'PARTICIPANT_REMOVED' });
    see('removed: others are told', DisconnectReason[(await learns(ben, 'eve', isGone)).disconnectReason], 'PARTICIPANT_REMOVED');

    const gone = await target.join('fay');
    gone.socket.terminate();
    see('cut off before any media: gone at once', DisconnectReason[(await learns(ben, 'fay', isGone)).disconnectReason], 'SIGNAL_CLOSE');

    await backend.deleteRoom(target.room());
    see('the room is deleted', told(await ben.wait('leave')), { action: 'DISCONNECT', reason: 'ROOM_DELETED' });
    see('the room is deleted: the close code', (await ben.waitClosed()).code, 1000);
    see('nobody else is said to be there', newest(ben.messages, 'ann')!.state, 3);
  },
};
