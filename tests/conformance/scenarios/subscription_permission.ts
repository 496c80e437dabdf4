import { SubscriptionPermission, TrackPermission } from '@livekit/protocol';
import type { Scenario } from '../scenario.ts';
import { until } from '../../harness/wait.ts';

export const subscriptionPermission: Scenario = {
  name: 'subscription_permission',
  engines: true,
  feature: 'subscription permissions',
  async run({ see }, target) {
    const { who: ann, tap: anns } = await target.engine(1);
    await ann.publish();
    const { who: ben, tap } = await target.engine(2);
    await until('ben sees ann', () => ben.sees('p1'), ({ id }) => id === 1, 20_000);
    const told = (from: number) => tap.fromServer.slice(from).flatMap(({ message }) => (message.case === 'subscriptionPermissionUpdate' ? [message.value] : []));
    const subscribed = () => [...ben.room.remoteParticipants.get('p1')!.trackPublications.values()].filter((it) => it.subscribed).length;

    await until('both are subscribed', subscribed, (n) => n === 2, 10_000);
    let from = tap.fromServer.length;
    anns.say({ case: 'subscriptionPermission', value: new SubscriptionPermission({ allParticipants: false }) });
    const gone = await until('two refusals', () => told(from), (all) => all.length === 2, 5000);
    see('nobody may: ben is told of each track', gone.map(({ participantSid, trackSid, allowed }) => ({ participantSid, trackSid, allowed })), [
      { participantSid: '<PA>', trackSid: '<TR>', allowed: false }, { participantSid: '<PA>', trackSid: '<TR>', allowed: false },
    ]);
    let last = -1;
    see('nobody may: the picture stands still', await until('it stands still', () => ben.sees('p1').frames, (frames) => {
      const still = frames === last;
      last = frames;
      return still;
    }, 10_000, 1000).then(() => true), true);
    from = tap.fromServer.length;
    anns.say({ case: 'subscriptionPermission', value: new SubscriptionPermission({ trackPermissions: [new TrackPermission({ participantIdentity: 'p2', allTracks: true })] }) });
    see('ben may: he is told', (await until('two grants', () => told(from), (all) => all.length === 2, 5000)).map(({ allowed }) => allowed), [true, true]);
    see('ben may: both are subscribed', await until('both', subscribed, (n) => n === 2, 10_000), 2);
    const { frames } = ben.sees('p1');
    see('ben may: the picture is back', await until('it moves', () => ben.sees('p1').frames, (n) => n > frames + 5, 10_000).then(() => true), true);
    const { who: cat } = await target.engine(3);
    await until('cat knows ann', () => cat.room.remoteParticipants.get('p1')?.trackPublications.size, (n) => n === 2, 8000);
    see('cat may not', [...cat.room.remoteParticipants.get('p1')!.trackPublications.values()].map((it) => it.subscribed), [false, false]);
  },
};
