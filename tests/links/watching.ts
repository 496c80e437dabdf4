// What a viewer's browser says of what it gets, again and again until it is enough.
import type { Participant } from '../harness/browser.ts';
import { sleep } from '../harness/wait.ts';
import type { Sample } from './figures.ts';

const EVERY_MS = 100;

type Inbound = Record<string, unknown>;

/** A new connection has streams of its own, and the old ones may still be listed: of each kind the one that goes on. */
function latest(entries: readonly Inbound[], kind: string): Inbound {
  const received = (entry: Inbound) => Number(entry['lastPacketReceivedTimestamp'] ?? 0);
  return entries
    .filter((entry) => entry['type'] === 'inbound-rtp' && entry['kind'] === kind)
    .reduce((best, entry) => (received(entry) >= received(best) ? entry : best), {});
}

export async function sampleOf({ page }: Participant): Promise<Sample> {
  const entries = await page.rtp();
  const [video, audio] = [latest(entries, 'video'), latest(entries, 'audio')];
  const number = (entry: Inbound, name: string) => Number(entry[name] ?? 0);
  return {
    at: performance.now(),
    frames: number(video, 'framesDecoded'),
    lines: number(video, 'frameHeight'),
    freezes: number(video, 'freezeCount'),
    frozenMs: 1000 * number(video, 'totalFreezesDuration'),
    sound: number(audio, 'totalSamplesReceived'),
    madeUp: number(audio, 'concealedSamples'),
    gaps: number(audio, 'concealmentEvents'),
  };
}

/** Takes samples from its beginning until `stop`. */
export class Watching {
  readonly samples: Sample[] = [];
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(viewer: Participant) {
    this.#done = this.#go(viewer);
    // Who stops it hears of what went wrong.
    this.#done.catch(() => undefined);
  }

  async stop(): Promise<readonly Sample[]> {
    this.#stopped = true;
    await this.#done;
    return this.samples;
  }

  async #go(viewer: Participant): Promise<void> {
    while (!this.#stopped) {
      const begin = performance.now();
      this.samples.push(await sampleOf(viewer));
      await sleep(Math.max(0, EVERY_MS - (performance.now() - begin)));
    }
  }
}
