// Something that is to a speech codec, and to whoever compares, what a voice is: voiced and unvoiced sounds with
// formants that move, syllables and pauses, no two seconds the same. Nobody speaks, so nobody's voice is in the tests.

/** The same in each run for a seed. */
export function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Three formants in Hz, as of a, e, i, o, u. */
const VOWELS: readonly (readonly [number, number, number])[] = [
  [730, 1090, 2440],
  [530, 1840, 2480],
  [270, 2290, 3010],
  [570, 840, 2410],
  [300, 870, 2240],
];
const WIDTHS_HZ = [80, 100, 140];

/** A resonator of two poles; its peak is 1. */
class Formant {
  #before = 0;
  #last = 0;

  next(input: number, hz: number, width: number, rate: number): number {
    const radius = Math.exp((-Math.PI * width) / rate);
    const angle = (2 * Math.PI * hz) / rate;
    const gain = (1 - radius) * Math.sqrt(1 - 2 * radius * Math.cos(2 * angle) + radius * radius);
    const out = gain * input + 2 * radius * Math.cos(angle) * this.#last - radius * radius * this.#before;
    [this.#before, this.#last] = [this.#last, out];
    return out;
  }
}

const SILENCE = 0.02; // Of the loudest: a room's.

export function voiceSamples(seed: number, seconds: number, rate = 48_000): Int16Array {
  const random = lcg(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const wave = new Float32Array(seconds * rate);
  const formants = [new Formant(), new Formant(), new Formant()];
  let phase = 0;
  let from = VOWELS[0]!;
  for (let at = 0; at < wave.length; ) {
    const to = VOWELS[Math.floor(random() * VOWELS.length)]!;
    const length = Math.round(between(0.09, 0.26) * rate);
    const hiss = random() < 0.3 ? Math.round(between(0.03, 0.08) * rate) : 0;
    const pause = Math.round((random() < 0.15 ? between(0.2, 0.4) : between(0.01, 0.05)) * rate);
    const [pitch, glide, loud] = [between(95, 170), between(-25, 25), between(0.4, 1)];
    const end = Math.min(wave.length, at + hiss + length + pause);
    for (let i = 0; at + i < end; i++) {
      const noise = 2 * random() - 1;
      if (i < hiss) {
        // Unvoiced: noise through the third formant alone, wide.
        wave[at + i] = loud * 0.6 * formants[2]!.next(noise, 4200, 1800, rate);
        continue;
      }
      const share = Math.min(1, (i - hiss) / length);
      const sounding = i < hiss + length ? Math.sin(Math.PI * Math.min(1, share)) ** 0.5 : 0;
      phase += (pitch + glide * share) / rate;
      const pulse = phase >= 1 ? 12 : 0;
      phase %= 1;
      const source = sounding * loud * (pulse + 0.08 * noise);
      let sum = 0;
      for (const [n, formant] of formants.entries()) {
        const hz = from[n]! + (to[n]! - from[n]!) * Math.min(1, 2 * share);
        sum += formant.next(source, hz, WIDTHS_HZ[n]!, rate);
      }
      wave[at + i] = sum + SILENCE * 0.01 * noise;
    }
    from = to;
    at = end;
  }
  const peak = wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int16Array.from(wave, (value) => Math.round((18_000 * value) / peak));
}
