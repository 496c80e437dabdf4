import { CandidateProtocol, DisconnectReason, LeaveRequest_Action, MuteTrackRequest, SimulateScenario } from '@livekit/protocol';
import { orNothing } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

export const simulate: Scenario = {
  name: 'simulate',
  async run({ see }, target) {
    const ask = async (identity: string, scenario: SimulateScenario['scenario']) => {
      const client = await target.join(identity);
      client.send({ case: 'simulate', value: new SimulateScenario({ scenario }) });
      return client;
    };
    const speaker = await ask('speaker', { case: 'speakerUpdate', value: 2 });
    const speakers = await orNothing(speaker.wait('speakersChanged', 3000));
    see('speaker_update: somebody speaks', speakers?.speakers.some(({ active }) => active) ?? false, true);

    const left = await ask('left', { case: 'serverLeave', value: true });
    const leave = await orNothing(left.wait('leave', 3000));
    see('server_leave', leave && { action: LeaveRequest_Action[leave.action] }, { action: 'DISCONNECT' });

    for (const name of ['nodeFailure', 'migration'] as const) {
      const client = await ask(name, { case: name, value: true });
      const sid = (await client.wait('join')).participant!.sid;
      await orNothing(client.waitClosed(3000));
      see(`${name}: the connection ends`, client.closed !== null, true);
      see(`${name}: without a word`, client.messages.some(({ message }) => message.case === 'leave'), false);
      const back = await target.signal({ token: await target.joining(name), query: { reconnect: '1', sid } });
      const answer = await orNothing(back.wait('leave', 3000));
      see(`${name}: who comes back starts anew`, answer && { action: LeaveRequest_Action[answer.action], reason: DisconnectReason[answer.reason] }, { action: 'RECONNECT', reason: 'STATE_MISMATCH' });
    }

    const resume = await ask('resume', { case: 'disconnectSignalOnResume', value: true });
    const { sid } = (await resume.wait('join')).participant!;
    // What is answered came after: the server has taken note.
    resume.send({ case: 'mute', value: new MuteTrackRequest({ sid: 'TR_nothing0000' }) });
    await resume.wait('requestResponse');
    const token = await target.joining('resume');
    const again = { token, query: { reconnect: '1', sid } };
    const first = await target.signal(again);
    await orNothing(first.waitClosed(8000));
    see('disconnect_signal_on_resume: the resumed connection ends', first.closed !== null, true);
    const second = await target.signal(again);
    see('disconnect_signal_on_resume: the next one stays', (await orNothing(second.wait('reconnect', 3000))) !== null, true);

    const calm = await ask('calm', { case: 'subscriberBandwidth', value: 100_000n });
    calm.send({ case: 'simulate', value: new SimulateScenario({ scenario: { case: 'subscriberBandwidth', value: 0n } }) });
    calm.send({ case: 'simulate', value: new SimulateScenario({ scenario: { case: 'switchCandidateProtocol', value: CandidateProtocol.TCP } }) });
    calm.send({ case: 'ping', value: 1n });
    see('the others leave one connected', await calm.wait('pong'), '<time>');
  },
};
