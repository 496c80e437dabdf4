import { RoomServiceClient } from 'livekit-server-sdk';
import type { Scenario } from '../scenario.ts';
import { until } from '../../harness/wait.ts';

export const webhooks: Scenario = {
  name: 'webhooks',
  engines: true,
  feature: 'webhooks',
  async run(notes, target) {
    const sink = target.server.webhooks;
    if (!sink) return notes.notOffered('nobody told this server to send its webhooks here');
    const { see } = notes;
    const room = target.room();
    const ours = () => sink.deliveries.filter(({ event }) => event.room?.name === room);
    const backend = new RoomServiceClient(target.http, target.server.key, target.server.secret);
    const { who: ann } = await target.engine(1);
    await ann.publish();
    await until('two tracks', () => ours().filter(({ event }) => event.event === 'track_published').length, (n) => n === 2, 10_000);
    await ann.leave();
    await until('she left', () => ours().some(({ event }) => event.event === 'participant_left'), Boolean, 10_000);
    await backend.deleteRoom(room).catch(() => {});
    await until('the room is over', () => ours().some(({ event }) => event.event === 'room_finished'), Boolean, 10_000);

    const events = ours().map(({ event }) => event);
    // Tracks are published and end in any order among themselves.
    see('in this order', events.map(({ event }) => event).filter((name) => name !== 'track_unpublished'),
      ['room_started', 'participant_joined', 'track_published', 'track_published', 'participant_left', 'room_finished']);
    see('tracks that end', events.filter(({ event }) => event === 'track_unpublished').length, 2);
    see('signed as the library wants it', ours().map(({ refused }) => refused ?? 'ok').filter((it) => it !== 'ok'), []);
    see('the content type', [...new Set(ours().map(({ contentType }) => contentType))], ['application/webhook+json']);
    see('ids of their own', new Set(events.map(({ id }) => id)).size === events.length, true);
    const joined = events.find(({ event }) => event === 'participant_joined')!;
    see('who joined', { identity: joined.participant?.identity, sid: joined.participant?.sid, room: joined.room?.sid, at: joined.createdAt }, { identity: 'p1', sid: '<PA>', room: '<RM>', at: '<time>' });
    const tracks = events.filter(({ event }) => event === 'track_published');
    see('what is published', tracks.map(({ track, participant }) => ({ sid: track?.sid, source: track?.source, by: participant?.identity })).sort((a, b) => a.source! - b.source!), [
      { sid: '<TR>', source: 1, by: 'p1' }, { sid: '<TR>', source: 2, by: 'p1' },
    ]);
  },
};
