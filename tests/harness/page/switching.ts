// Switches layers faster than any person would, and watches every frame that the decoder gives.
import { type RemoteTrackPublication, VideoQuality } from 'livekit-client';

declare class MediaStreamTrackProcessor {
  constructor(init: { track: MediaStreamTrack });
  readonly readable: ReadableStream<VideoFrame>;
}

export interface SwitchOptions {
  readonly seed: number;
  readonly count: number;
  /** Widths of the layers, lowest first. */
  readonly widths: readonly number[];
  /** Rates to ask for between switches of size; empty: none. */
  readonly rates?: readonly number[];
  /** A switch that is not seen by then is followed by the next all the same. */
  readonly patienceMs?: number;
}

export interface SwitchReport {
  readonly switches: number;
  /** How many were seen before the next was asked for. */
  readonly seen: number;
  /** How often the decoder's picture has changed its size. */
  readonly changes: number;
  /** From asking to the first frame of the size. */
  readonly seenMs: readonly number[];
  /** For each switch: the longest time without a decoded frame that ended before the next. */
  readonly gapsMs: readonly number[];
  /** The longest time without one in three seconds before, when nothing was switched: what the machine itself does. */
  readonly stillMs: number;
  /** What was asked for before the longest of them. */
  readonly worst: string;
  readonly finalWidth: number;
  readonly frames: number;
}

/** mulberry32: the same order for the same seed, in every browser. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Frames {
  count = 0;
  width = 0;
  changes = 0;
  #last = performance.now();
  #longest = 0;
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;

  constructor(track: MediaStreamTrack) {
    this.#reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
    void this.#read();
  }

  async #read() {
    for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) {
      const now = performance.now();
      this.#longest = Math.max(this.#longest, now - this.#last);
      this.#last = now;
      if (this.width !== next.value.displayWidth) this.changes += 1;
      this.width = next.value.displayWidth;
      this.count += 1;
      next.value.close();
    }
  }

  /** Since it was asked last; the time since the last frame counts as well. */
  takeLongestGap(): number {
    const gap = Math.max(this.#longest, performance.now() - this.#last);
    this.#longest = 0;
    return gap;
  }

  close(): void {
    void this.#reader.cancel();
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function awaited(condition: () => boolean, patienceMs: number): Promise<boolean> {
  const end = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > end) return false;
    await sleep(5);
  }
  return true;
}

/** Ends with the largest layer at its full rate. */
export async function switchLayers(
  publication: RemoteTrackPublication, track: MediaStreamTrack, options: SwitchOptions,
): Promise<SwitchReport> {
  const { widths, rates = [], patienceMs = 300 } = options;
  const random = seeded(options.seed);
  const pick = (n: number) => Math.floor(random() * n);
  const qualities = [VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH].slice(0, widths.length);
  const frames = new Frames(track);
  const seenMs: number[] = [];
  const gapsMs: number[] = [];
  let worst = '';
  let layer = widths.length - 1;
  await awaited(() => frames.width === widths[layer], 10_000);
  frames.takeLongestGap();
  await sleep(3000);
  const stillMs = frames.takeLongestGap();

  const note = (what: string) => {
    const gap = frames.takeLongestGap();
    if (gapsMs.every((other) => other < gap)) worst = what;
    gapsMs.push(gap);
  };
  for (let i = 0; i < options.count; i++) {
    if (rates.length > 0 && random() < 0.3) publication.setVideoFPS(rates[pick(rates.length)]!);
    // Another than what is shown, which need not be what was asked for last.
    const shown = widths.indexOf(frames.width);
    const before = frames.width;
    layer = (shown + 1 + pick(widths.length - 1)) % widths.length;
    const asked = performance.now();
    if (random() < 0.5) {
      publication.setVideoQuality(qualities[layer]!);
    } else {
      publication.setVideoDimensions({ width: widths[layer]!, height: Math.round((widths[layer]! * 9) / 16) });
    }
    if (await awaited(() => frames.width === widths[layer], patienceMs)) seenMs.push(performance.now() - asked);
    note(`${i}: ${before} to ${widths[layer]}`);
  }
  publication.setVideoQuality(VideoQuality.HIGH);
  if (rates.length > 0) publication.setVideoFPS(60);
  await awaited(() => frames.width === widths.at(-1), 10_000);
  note('the end');
  const report = {
    switches: options.count,
    seen: seenMs.length,
    changes: frames.changes,
    seenMs,
    gapsMs,
    stillMs,
    worst,
    finalWidth: frames.width,
    frames: frames.count,
  };
  frames.close();
  return report;
}
