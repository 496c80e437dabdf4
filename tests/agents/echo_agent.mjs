// An agent as its users write them: hears a tone, answers with twice its frequency, and says so by data.
import { ServerOptions, cli, defineAgent } from '@livekit/agents';
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  DisconnectReason,
  LocalAudioTrack,
  ParticipantKind,
  RoomEvent,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';
import { fileURLToPath } from 'node:url';

const RATE = 48_000;
const TYPES = { room: 0, publisher: 1, participant: 2 };

/** Of a pure tone: how often it crosses zero upwards. */
function frequency(samples) {
  let crossings = 0;
  for (let i = 1; i < samples.length; i++) crossings += samples[i - 1] < 0 && samples[i] >= 0 ? 1 : 0;
  return (crossings * RATE) / samples.length;
}

const isLoud = (samples) => samples.some((sample) => Math.abs(sample) > 2000);

/** Plays `tone.hz`, which may change while it plays. */
async function play(source, tone) {
  for (let phase = 0; ; ) {
    const samples = Int16Array.from({ length: RATE / 100 }, () => {
      phase += (2 * Math.PI * tone.hz) / RATE;
      return 8000 * Math.sin(phase);
    });
    await source.captureFrame(new AudioFrame(samples, RATE, 1, samples.length));
  }
}

export default defineAgent({
  entry: async (ctx) => {
    const { room } = ctx;
    const say = (topic, what) =>
      room.localParticipant.publishData(new TextEncoder().encode(JSON.stringify(what)), { reliable: true, topic });
    const tone = { hz: 0 };
    let source;

    const listen = async (track, participant) => {
      let window = [];
      for await (const frame of new AudioStream(track, RATE, 1)) {
        window.push(...frame.data);
        if (window.length < RATE / 2) continue;
        const hz = Math.round(frequency(window));
        const loud = isLoud(window);
        window = [];
        if (!loud) continue;
        await say('heard', { who: participant.identity, hz, worker: ctx.workerId, job: ctx.job.id });
        tone.hz = 2 * hz;
        if (source) continue;
        source = new AudioSource(RATE, 1);
        const answer = LocalAudioTrack.createAudioTrack('answer', source);
        await room.localParticipant.publishTrack(answer, new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }));
        void play(source, tone).catch(() => undefined);
      }
    };
    room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) => {
      const isPerson = participant.kind !== ParticipantKind.AGENT;
      if (track.kind === TrackKind.KIND_AUDIO && isPerson) void listen(track, participant).catch(() => undefined);
    });
    // As the framework's own sessions do: who is only cut off comes back.
    room.on(RoomEvent.ParticipantDisconnected, (participant) => {
      if (participant.disconnectReason !== DisconnectReason.CLIENT_INITIATED) return;
      const people = [...room.remoteParticipants.values()].filter((p) => p.kind !== ParticipantKind.AGENT);
      if (people.length === 0) ctx.shutdown('everybody has left');
    });
    await ctx.connect();
    await room.localParticipant.setAttributes({ metadata: ctx.job.metadata || 'none', subject: ctx.job.participant?.identity || 'room' });
  },
});

cli.runApp(
  new ServerOptions({
    agent: fileURLToPath(import.meta.url),
    serverType: TYPES[process.env.AGENT_TYPE ?? 'room'],
    // Idle as far as the server is concerned, however busy the machine that tests run on is.
    loadFunc: async () => Number(process.env.AGENT_LOAD ?? 0),
    numIdleProcesses: 1,
    host: '127.0.0.1',
    port: Number(process.env.AGENT_PORT),
  }),
);
