import { RoomEvent } from '@livekit/rtc-node';
import type { Notes, Scenario } from '../scenario.ts';
import type { Target } from '../target.ts';
import { said } from '../looking.ts';
import { sleep, until } from '../../harness/wait.ts';

/** The engine's own scenarios, by the numbers of its enumeration. */
const SIGNAL_RECONNECT = 0;
const FULL_RECONNECT = 7;

async function run({ see }: Notes, target: Target, singlePeerConnection: boolean) {
  const { who: ann, tap } = await target.engine(1, { singlePeerConnection });
  await ann.publish();
  const { who: ben } = await target.engine(2, { singlePeerConnection });
  await until('ben sees ann', () => ben.sees('p1'), ({ id }) => id === 1, 20_000);
  const events: string[] = [];
  ben.room.on(RoomEvent.ParticipantDisconnected, ({ identity }) => events.push(`left ${identity}`));
  ben.room.on(RoomEvent.TrackUnpublished, () => events.push('unpublished'));

  const { sid } = ann.room.localParticipant!;
  let from = tap.fromServer.length;
  await ann.room.simulateScenario(SIGNAL_RECONNECT);
  await until('the engine is back', () => tap.fromServer.slice(from).some(({ message }) => message.case === 'reconnect'), Boolean, 25_000, 50);
  await until('and says so', () => said(tap.fromServer.slice(from)).includes('update'), Boolean, 5000, 50);
  see('resumed: the first two', said(tap.fromServer.slice(tap.fromServer.findLastIndex(({ message }) => message.case === 'reconnect'))).slice(0, 2), ['reconnect', 'update']);
  see('resumed: the same participant', ann.room.localParticipant!.sid === sid, true);
  const frames = ben.sees('p1').frames;
  see('resumed: the picture goes on', await until('it moves', () => ben.sees('p1').frames, (n) => n > frames + 10, 10_000).then(() => true), true);
  await sleep(300);
  see('resumed: ben noticed nothing', events, []);

  from = tap.fromServer.length;
  await ann.room.simulateScenario(FULL_RECONNECT);
  await until('a new join', () => tap.fromServer.slice(from).some(({ message }) => message.case === 'join'), Boolean, 15_000, 50);
  await until('published again', () => tap.said.slice(-400).filter((it) => it === '< trackPublished').length, (n) => n >= 4, 15_000, 50);
  see('joined anew: another participant', await until('its id', () => ann.room.localParticipant!.sid, (it) => it !== sid, 10_000).then(() => true), true);
  see('joined anew: ben sees one camera of one ann', await until('one of each', () => [...ben.room.remoteParticipants.values()].map(({ identity, trackPublications }) => [identity, trackPublications.size]), (all) => JSON.stringify(all) === '[["p1",2]]', 15_000), [['p1', 2]]);
  see('joined anew: the picture is there', await until('it', () => ben.sees('p1'), ({ frames: n, id }) => id === 1 && n > 5, 15_000).then(() => true), true);
}

export const sdkReconnectV0: Scenario = { name: 'sdk_reconnect_v0', engines: true, run: (notes, target) => run(notes, target, false) };
export const sdkReconnectV1: Scenario = { name: 'sdk_reconnect_v1', engines: true, run: (notes, target) => run(notes, target, true) };
