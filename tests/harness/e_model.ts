// The E-model (ITU-T G.107), as media/room/e_model.h has it: there is why it is these numbers. Here too, because what a
// browser has measured is judged here.
export interface Codec {
  /** Ie */
  readonly impairment: number;
  /** Bpl, in percent */
  readonly robustness: number;
}
export const OPUS: Codec = { impairment: 0, robustness: 11.28 };
/** G.113 appendix I. Without concealment: a lost frame is a hole. */
export const G711_WITHOUT_CONCEALMENT: Codec = { impairment: 0, robustness: 4.3 };
export const BEST = 93.2;

export function delayImpairment(mouthToEarMs: number): number {
  if (mouthToEarMs <= 100) return 0;
  const x = Math.log2(mouthToEarMs / 100);
  const root = (y: number) => (1 + y ** 6) ** (1 / 6);
  return 25 * (root(x) - 3 * root(x / 3) + 2);
}

export function lossImpairment({ impairment, robustness }: Codec, percent: number): number {
  if (percent <= 0) return impairment;
  return impairment + ((95 - impairment) * percent) / (percent + robustness);
}

export function rating(codec: Codec, mouthToEarMs: number, lossPercent: number): number {
  const r = BEST - delayImpairment(mouthToEarMs) - lossImpairment(codec, lossPercent);
  return Math.min(BEST, Math.max(0, r));
}

/** 1 to 4.5, of a rating. */
export function opinion(r: number): number {
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r));
}

/** Counters of one stream, as getStats has them of the time until now. */
export interface SoundCounters {
  readonly totalSamplesReceived: number;
  /** Not there when they were to be played, lost or late; what redundancy has repaired is not among them. */
  readonly concealedSamples: number;
  /** Of these, those in which nothing was said. */
  readonly silentConcealedSamples: number;
  /** Seconds, of all samples together. */
  readonly jitterBufferDelay: number;
  readonly jitterBufferEmittedCount: number;
}

/**
 * What was between two readings. `roundTripMs`: of all the way, or of each leg added up. Loss is what had to be concealed:
 * packets that are counted as lost say too much (RED repairs them) and too little (others are late), and `packetsDiscarded`
 * has each one that RED sent twice.
 */
export function judge(before: SoundCounters, after: SoundCounters, roundTripMs: number) {
  const of = (name: keyof SoundCounters) => after[name] - before[name];
  const samples = of('totalSamplesReceived');
  const concealed = of('concealedSamples') - of('silentConcealedSamples');
  const lossPercent = samples > 0 ? (100 * Math.max(0, concealed)) / samples : 100;
  const emitted = of('jitterBufferEmittedCount');
  const bufferMs = emitted > 0 ? (1000 * of('jitterBufferDelay')) / emitted : 0;
  // A frame, and Opus' look-ahead.
  const delayMs = roundTripMs / 2 + bufferMs + 26.5;
  return { lossPercent, bufferMs, delayMs, opinion: opinion(rating(OPUS, delayMs, lossPercent)) };
}
