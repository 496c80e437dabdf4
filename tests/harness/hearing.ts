// How well somebody is heard, by two measures that know nothing of each other: what the sound is like (likeness.ts), and
// what the browser counted while it came (e_model.ts).
import { type Participant } from './browser.ts';
import { identityOf } from './call.ts';
import { type SoundCounters, judge } from './e_model.ts';
import { type Likeness, likeness } from './likeness.ts';
import { voiceOf } from './media.ts';
import { sleep } from './wait.ts';

const SETTLES_MS = 5000;

async function counters(listener: Participant, speaker: Participant): Promise<SoundCounters & { readonly bytes: number }> {
  const stats = await listener.page.soundCounters(identityOf(speaker));
  const number = (name: string) => Number(stats[name] ?? 0);
  return {
    // With IP, UDP and the tag of SRTP.
    bytes: number('bytesReceived') + number('headerBytesReceived') + 40 * number('packetsReceived'),
    totalSamplesReceived: number('totalSamplesReceived'),
    concealedSamples: number('concealedSamples'),
    silentConcealedSamples: number('silentConcealedSamples'),
    jitterBufferDelay: number('jitterBufferDelay'),
    jitterBufferEmittedCount: number('jitterBufferEmittedCount'),
  };
}

export interface Hearing {
  readonly sound: Likeness;
  readonly network: ReturnType<typeof judge>;
  /** What the sound takes on the network. */
  readonly bitsPerSecond: number;
}

/** For so many seconds, some seconds from now on; the speaker's browser was started with `speaks`. */
export async function hearing(listener: Participant, speaker: Participant, seconds: number): Promise<Hearing> {
  // From now on it is played: what comes while nobody plays it piles up in the jitter buffer, and is hurried through
  // afterwards.
  await listener.page.audio(identityOf(speaker));
  await sleep(SETTLES_MS);
  const begin = performance.now();
  const before = await counters(listener, speaker);
  const { samples } = await listener.page.record(identityOf(speaker), seconds);
  const [after, ...legs] = await Promise.all([counters(listener, speaker), listener.page.roundTrip(), speaker.page.roundTrip()]);
  const took = performance.now() - begin;
  const bytes = Buffer.from(samples, 'base64');
  const heard = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  return {
    sound: likeness(voiceOf(speaker.id), heard),
    network: judge(before, after, legs.reduce((sum, leg) => sum + leg, 0)),
    bitsPerSecond: Math.round((8000 * (after.bytes - before.bytes)) / took),
  };
}
