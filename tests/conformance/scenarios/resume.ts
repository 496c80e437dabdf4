import { DisconnectReason, LeaveRequest_Action } from '@livekit/protocol';
import { learns, said } from '../looking.ts';
import type { Scenario } from '../scenario.ts';
import { cannedOffer } from '../../harness/signal_client.ts';

export const resume: Scenario = {
  name: 'resume',
  async run({ see }, target) {
    for (const v1 of [false, true]) {
      const path = v1 ? '/rtc/v1' : '/rtc';
      const room = target.room(v1 ? 'v1' : 'v0');
      const token = (identity: string) => target.joining(identity, {}, room);
      const ben = await target.signal({ token: await token('ben') });
      await ben.wait('join');
      const old = await target.signal({ token: await token('ann'), v1, ...(v1 ? { offer: cannedOffer() } : {}) });
      const { sid } = (await old.wait('join')).participant!;
      const again = (participant: string) => v1
        ? { v1, join: { reconnect: true, participantSid: participant } }
        : { query: { reconnect: '1', sid: participant } };
      const back = await target.signal({ token: await token('ann'), ...again(sid) });
      const message = await back.wait('reconnect');
      see(`${path}: the server is known again`, { version: /^\d+\./.test(message.serverInfo?.version ?? ''), last: message.lastMessageSeq }, { version: true, last: 0 });
      const me = await learns(back, 'ann', () => true);
      see(`${path}: the same participant`, me.sid === sid, true);
      await learns(back, 'ben', () => true);
      see(`${path}: in this order`, said(back.messages).slice(0, 2), ['reconnect', 'update']);
      if (!v1) see(`${path}: a new offer for the subscriber's connection`, (await back.wait('offer')).type, 'offer');
      await old.waitClosed();
      see(`${path}: the old socket is closed`, old.closed !== null, true);
      await back.wait('refreshToken');
      see(`${path}: nobody saw ann go`, ben.messages.some(({ message: m }) => m.case === 'update' && m.value.participants.some(({ identity, state }) => identity === 'ann' && state === 3)), false);

      const stranger = await target.signal({ token: await token('cat'), ...again('PA_nobodyatall') });
      const leave = await stranger.wait('leave');
      see(`${path}: who is unknown`, { first: stranger.messages[0]!.message.case, action: LeaveRequest_Action[leave.action], reason: DisconnectReason[leave.reason] }, { first: 'leave', action: 'RECONNECT', reason: 'STATE_MISMATCH' });
      await stranger.waitClosed();
    }
  },
};
