// How much what was heard is like what was said: a reference that the sender plays over and over, and a recording of
// the receiver's. No standard's measure (those are licensed, and made for voices of people); a simple one that says the
// same on each machine:
//
//   1. Both become the levels of 18 critical bands (Zwicker) every 10 ms, below 7 kHz.
//   2. Each 200 ms of the recording is laid where it fits the reference best, near where the one before fitted, and then
//      each frame with its neighbours once more, within 40 ms: a jitter buffer leaps, stretches and squeezes time, and
//      delay alone is nobody's fault here (the E-model judges that).
//   3. Each frame in which something is said has a distance, the root mean square over the bands of the difference in
//      dB, with what is 40 dB below its loudest band taken for inaudible. A constant gain counts for nothing.
//   4. Up to ALIKE dB are the codec's; from FOREIGN on nothing is like it; between, a frame is so much disturbed.
//   5. The share of disturbed frames stands for as many lost and not concealed, of a codec without any concealment
//      (G.711, Bpl 4.3 in G.113), and the E-model makes a mean opinion score of that.
import { BEST, G711_WITHOUT_CONCEALMENT, lossImpairment, opinion } from './e_model.ts';

const ALIKE = 5;
const FOREIGN = 15;

const RATE = 16_000;
const WINDOW = 512; // 32 ms
const STEP = 160; // 10 ms, in the recording
const FINE = 4; // The reference has four frames where the recording has one.
const SEGMENT = 20; // frames
const NEAR = 14; // frames that a segment may be away from where it is expected
const STRETCH = 16; // fine steps that a frame may be away from where its segment is
const EDGES_HZ = [100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700, 4800, 7000];
const BANDS = EDGES_HZ.length - 1;
const AUDIBLE = 40; // dB below a frame's loudest band
const SPOKEN = -50; // dB of full scale: below, nothing is said

/** From 48 kHz, with what lies above 7 kHz taken away. */
function decimate(samples: Int16Array): Float32Array {
  const taps = Array.from({ length: 63 }, (_, i) => {
    const n = i - 31;
    const x = (2 * Math.PI * 7000 * n) / 48_000;
    const sinc = n === 0 ? (2 * 7000) / 48_000 : Math.sin(x) / (Math.PI * n);
    return sinc * (0.54 + 0.46 * Math.cos((Math.PI * n) / 31));
  });
  const out = new Float32Array(Math.floor(samples.length / 3));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let n = -31; n <= 31; n++) sum += taps[n + 31]! * (samples[3 * i + n] ?? 0);
    out[i] = sum / 32_768;
  }
  return out;
}

/** In place; real and imaginary parts of WINDOW values. */
function fft(re: Float64Array, im: Float64Array) {
  for (let i = 1, j = 0; i < WINDOW; i++) {
    let bit = WINDOW >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j], im[i], im[j]] = [re[j]!, re[i]!, im[j]!, im[i]!];
  }
  for (let size = 2; size <= WINDOW; size *= 2) {
    for (let begin = 0; begin < WINDOW; begin += size) {
      for (let k = 0; k < size / 2; k++) {
        const [a, b] = [begin + k, begin + k + size / 2];
        const [c, s] = [Math.cos((2 * Math.PI * k) / size), -Math.sin((2 * Math.PI * k) / size)];
        const [x, y] = [re[b]! * c - im[b]! * s, re[b]! * s + im[b]! * c];
        [re[b], im[b]] = [re[a]! - x, im[a]! - y];
        re[a]! += x;
        im[a]! += y;
      }
    }
  }
}

const HANN = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
const BAND_OF = Int8Array.from({ length: WINDOW / 2 }, (_, bin) => {
  const hz = (bin * RATE) / WINDOW;
  return hz < EDGES_HZ[0]! || hz >= EDGES_HZ[BANDS]! ? -1 : EDGES_HZ.findIndex((edge) => hz < edge) - 1;
});

interface Frames {
  readonly count: number;
  /** dB of full scale, BANDS of them a frame. */
  readonly levels: Float32Array;
}

function analyse(samples: Float32Array, step: number, circular: boolean): Frames {
  const count = circular ? Math.floor(samples.length / step) : Math.floor((samples.length - WINDOW) / step) + 1;
  const levels = new Float32Array(Math.max(0, count) * BANDS);
  const [re, im] = [new Float64Array(WINDOW), new Float64Array(WINDOW)];
  for (let frame = 0; frame < count; frame++) {
    for (let i = 0; i < WINDOW; i++) re[i] = HANN[i]! * samples[(frame * step + i) % samples.length]!;
    im.fill(0);
    fft(re, im);
    const power = new Float64Array(BANDS);
    for (let bin = 0; bin < WINDOW / 2; bin++) {
      const band = BAND_OF[bin]!;
      if (band >= 0) power[band]! += (re[bin]! ** 2 + im[bin]! ** 2) * (4 / WINDOW ** 2);
    }
    for (let band = 0; band < BANDS; band++) levels[frame * BANDS + band] = 10 * Math.log10(power[band]! + 1e-10);
  }
  return { count, levels };
}

function loudest({ levels }: Frames, frame: number): number {
  let most = -Infinity;
  for (let band = 0; band < BANDS; band++) most = Math.max(most, levels[frame * BANDS + band]!);
  return most;
}

export interface Likeness {
  /** Mean opinion score, 1 to 4.4. */
  readonly opinion: number;
  /** Of the frames in which something is said, 0 to 1. */
  readonly disturbed: number;
  /** Median of these frames' distances, in dB. */
  readonly distance: number;
  readonly seconds: number;
}

/** Both mono, at 48 kHz. */
export function likeness(reference: Int16Array, recording: Int16Array): Likeness {
  const said = analyse(decimate(reference), STEP / FINE, true);
  const heard = analyse(decimate(recording), STEP, false);
  const peaks = Float32Array.from({ length: said.count }, (_, frame) => loudest(said, frame));

  const overall = (frames: Frames) => {
    const spoken = Array.from({ length: frames.count }, (_, frame) => loudest(frames, frame)).sort((a, b) => a - b);
    return spoken[Math.floor(spoken.length * 0.9)] ?? 0;
  };
  const gain = overall(heard) - overall(said);

  const isSpoken = (at: number) => peaks[at]! >= SPOKEN;
  /** The distance of a frame of the recording from one of the reference; silence is like silence. */
  const distance = (at: number, frame: number): number => {
    const floor = Math.max(peaks[at]!, SPOKEN) - AUDIBLE;
    let sum = 0;
    for (let band = 0; band < BANDS; band++) {
      const wanted = Math.max(said.levels[at * BANDS + band]!, floor);
      const got = Math.max(heard.levels[frame * BANDS + band]! - gain, floor);
      sum += (got - wanted) ** 2;
    }
    return Math.sqrt(sum / BANDS);
  };
  const place = (first: number, offset: number, i: number) =>
    (((offset + (first + i) * FINE) % said.count) + said.count) % said.count;
  /** Where frame 0 of the recording would be, by the segment that begins with `first`. */
  const fit = (first: number, from: number, to: number) => {
    let best = { offset: from, mean: Infinity };
    for (let offset = from; offset < to; offset++) {
      let [sum, spoken] = [0, 0];
      for (let i = 0; i < SEGMENT; i++) {
        const at = place(first, offset, i);
        if (!isSpoken(at)) continue;
        spoken++;
        sum += distance(at, first + i);
      }
      if (spoken >= SEGMENT / 2 && sum / spoken < best.mean) best = { offset, mean: sum / spoken };
    }
    return best;
  };

  /** The distance of a frame from where it and its neighbours fit best, not far from there. */
  const stretched = (frame: number, offset: number): number => {
    let [distanceThere, least] = [Infinity, Infinity];
    for (let step = -STRETCH; step <= STRETCH; step++) {
      let sum = 0;
      for (let i = Math.max(-2, -frame); i <= 2 && frame + i < heard.count; i++) {
        sum += distance(place(frame, offset + step, i), frame + i);
      }
      if (sum < least) [least, distanceThere] = [sum, distance(place(frame, offset + step, 0), frame)];
    }
    return distanceThere;
  };

  // Where it begins: by what fits best of the first seconds.
  const segments = Array.from({ length: Math.floor(heard.count / SEGMENT) }, (_, n) => n * SEGMENT);
  const begins = segments
    .slice(0, 15)
    .map((first) => fit(first, 0, said.count))
    .sort((a, b) => a.mean - b.mean)[0];
  if (!begins) return { opinion: 1, disturbed: 1, distance: FOREIGN, seconds: 0 };

  const distances: number[] = [];
  const last = segments.at(-1)!;
  let { offset } = begins;
  for (const first of segments) {
    let found = fit(first, offset - NEAR * FINE, offset + NEAR * FINE);
    if (found.mean > FOREIGN / 2) {
      // Where a gap was longer than that, it goes on elsewhere, and is alike there and behind. (Something is like any
      // noise somewhere.)
      const elsewhere = fit(first, 0, said.count);
      const behind = fit(Math.min(first + SEGMENT, last), elsewhere.offset - STRETCH, elsewhere.offset + STRETCH);
      if (Math.max(elsewhere.mean, behind.mean) < ALIKE) found = elsewhere;
    }
    if (found.mean < FOREIGN / 2) offset = found.offset;
    for (let i = 0; i < SEGMENT; i++) {
      if (isSpoken(place(first, offset, i))) distances.push(stretched(first + i, offset));
    }
  }
  const disturbed =
    distances.reduce((sum, d) => sum + Math.min(1, Math.max(0, (d - ALIKE) / (FOREIGN - ALIKE))), 0) / distances.length;
  const sorted = [...distances].sort((a, b) => a - b);
  return {
    opinion: opinion(Math.max(0, BEST - lossImpairment(G711_WITHOUT_CONCEALMENT, 100 * disturbed))),
    disturbed,
    distance: sorted[Math.floor(sorted.length / 2)] ?? FOREIGN,
    seconds: recording.length / 48_000,
  };
}
