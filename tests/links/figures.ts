// From what a browser counted, every 100 ms, to what somebody saw and heard. Nothing here waits or asks.
import type { Goal } from './scenarios.ts';

/** Counters of one viewer at one time, as getStats has them. */
export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly frames: number;
  readonly lines: number;
  readonly freezes: number;
  readonly frozenMs: number;
  /** Samples of sound that were played, and those of them that had not come in time and were made up. */
  readonly sound: number;
  readonly madeUp: number;
  /** How often making up began. */
  readonly gaps: number;
}

/** The beginning of a step that has a goal; it counts until `until`. */
export interface Mark {
  readonly goal: Goal;
  readonly from: number;
  readonly until: number;
}

export interface Figures {
  /** A frame took three times as long as usual and at least 150 ms longer. */
  readonly freezes: number;
  /** How long those were together. */
  readonly frozenS: number;
  /** The longest time without a new frame. */
  readonly pauseS: number;
  /** Lines of the picture on average; none while nothing has come for a second. */
  readonly lines: number;
  readonly framesPerSecond: number;
  /** Of the sound, in percent: what was made up, and how often in a minute that began. */
  readonly soundLost: number;
  readonly soundGaps: number;
  /** Seconds; null: not before the step was over. Absent where there was nothing to do. */
  readonly adaptS?: number | null;
  readonly recoverS?: number | null;
}

/** Without a frame for so long, nobody calls it a picture. */
const STILL_MS = 1000;
/** So many samples after a frame it is in all counters. */
const LATER = 3;

/** How much a counter grew; one that starts anew, as with a new connection, starts at 0. */
function grew(samples: readonly Sample[], counter: keyof Sample): number {
  let sum = 0;
  for (let i = 1; i < samples.length; i++) {
    const [before, after] = [samples[i - 1]![counter], samples[i]![counter]];
    sum += after >= before ? after - before : after;
  }
  return sum;
}

const secondsBetween = (from: number, to: number) => Math.round((to - from) / 10) / 100;

/** For each sample, when the last new frame was seen. */
function lastFrames(samples: readonly Sample[]): number[] {
  let last = samples[0]!.at;
  return samples.map(({ at, frames }, i) => {
    if (i > 0 && frames !== samples[i - 1]!.frames) last = at;
    return last;
  });
}

/**
 * What Chromium counts, and what it does not: a picture that stood still while no packets came at all, which it takes for
 * a stream that was paused, and one that still does when the run ends.
 */
function freezesOf(samples: readonly Sample[], last: readonly number[]): { readonly count: number; readonly ms: number } {
  let [count, ms] = [grew(samples, 'freezes'), grew(samples, 'frozenMs')];
  samples.forEach(({ at }, i) => {
    const before = last[Math.max(0, i - 1)]!;
    const over = last[i] !== before || i === samples.length - 1;
    if (!over || at - before <= STILL_MS) return;
    // It is counted with the frame that ends it, and told a little later.
    const around = samples.slice(last.indexOf(before), i + LATER);
    const counted = grew(around, 'frozenMs');
    if (counted > (at - before) / 2) return;
    count += grew(around, 'freezes') > 0 ? 0 : 1;
    ms += at - before - counted;
  });
  return { count, ms };
}

function averageLines(samples: readonly Sample[], last: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < samples.length; i++) {
    const { at, lines } = samples[i]!;
    if (at - last[i]! < STILL_MS) sum += lines * (at - samples[i - 1]!.at);
  }
  return sum / (samples.at(-1)!.at - samples[0]!.at);
}

/** Until a new frame was as it should be. */
function reached(samples: readonly Sample[], { goal, from, until }: Mark): number | null {
  const good = ({ lines }: Sample) => (goal.what === 'adapt' ? lines > 0 && lines <= goal.lines : lines >= goal.lines);
  const before = samples.findLast(({ at }) => at <= from)?.frames ?? 0;
  const found = samples.find((it) => it.at > from && it.at <= until && it.frames !== before && good(it));
  return found ? secondsBetween(from, found.at) : null;
}

export function figuresOf(samples: readonly Sample[], marks: readonly Mark[] = []): Figures {
  if (samples.length < 2) throw new Error('too little was seen to say anything');
  const [first, end] = [samples[0]!.at, samples.at(-1)!.at];
  const last = lastFrames(samples);
  const frozen = freezesOf(samples, last);
  const pauses = samples.map(({ at }, i) => at - last[Math.max(0, i - 1)]!);
  const sound = grew(samples, 'sound');
  const goals = marks.map((mark) => [mark.goal.what === 'adapt' ? 'adaptS' : 'recoverS', reached(samples, mark)] as const);
  return {
    freezes: frozen.count,
    frozenS: secondsBetween(0, frozen.ms),
    pauseS: secondsBetween(0, Math.max(...pauses)),
    lines: Math.round(averageLines(samples, last)),
    framesPerSecond: Math.round((10_000 * grew(samples, 'frames')) / (end - first)) / 10,
    // A connection without sound plays nothing: all of it is lost.
    soundLost: sound > 0 ? Math.round((1000 * grew(samples, 'madeUp')) / sound) / 10 : 100,
    soundGaps: Math.round((60_000 * grew(samples, 'gaps')) / (end - first)),
    ...Object.fromEntries(goals),
  };
}

/** Of several viewers the worst that any of them had, figure by figure. */
export function worstOf(all: readonly Figures[]): Figures {
  const most = (read: (one: Figures) => number) => Math.max(...all.map(read));
  const least = (read: (one: Figures) => number) => Math.min(...all.map(read));
  return {
    freezes: most((it) => it.freezes),
    frozenS: most((it) => it.frozenS),
    pauseS: most((it) => it.pauseS),
    lines: least((it) => it.lines),
    framesPerSecond: least((it) => it.framesPerSecond),
    soundLost: most((it) => it.soundLost),
    soundGaps: most((it) => it.soundGaps),
  };
}
