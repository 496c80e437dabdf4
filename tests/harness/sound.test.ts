// The measures of sound themselves, without a browser: what they say of what is known to be good or bad.
import { expect, test } from 'vitest';
import { OPUS, delayImpairment, judge, lossImpairment, opinion, rating } from './e_model.ts';
import { likeness } from './likeness.ts';
import { lcg, voiceSamples } from './voice.ts';

const RATE = 48_000;
const REFERENCE = voiceSamples(1, 8);

/** As a receiver has it: from somewhere in the middle, for longer than once, and quieter. */
function recording(seconds = 12, source = REFERENCE): Int16Array {
  return Int16Array.from({ length: seconds * RATE }, (_, i) => source[(i + 59_999) % source.length]! / 2);
}

/** With holes of 20 ms, by chance. */
function withHoles(share: number, seed = 1): Int16Array {
  const [samples, random] = [recording(), lcg(seed)];
  for (let at = 0; at < samples.length; at += 960) if (random() < share) samples.fill(0, at, at + 960);
  return samples;
}

/** As jitter buffers do it: 20 ms at a time, overlapping where the waves are in step, so that the pitch stays. */
function atSpeed(whole: Int16Array, speed: number): Int16Array {
  const [window, reach] = [960, 480];
  const out = new Int16Array(whole.length);
  let length = 0;
  for (let at = 0; at * speed + 2 * window + reach < whole.length && length + 2 * window < out.length; at += window) {
    let [from, most] = [Math.round(at * speed), -Infinity];
    for (let lag = at === 0 ? 0 : -reach; lag <= (at === 0 ? 0 : reach); lag += 4) {
      let sum = 0;
      for (let i = 0; i < window; i += 4) sum += out[length + i]! * whole[Math.round(at * speed) + lag + i]! * (1 - i / window);
      if (sum > most) [from, most] = [Math.round(at * speed) + lag, sum];
    }
    for (let i = 0; i < 2 * window; i++) out[length + i]! += whole[from + i]! * Math.sin((Math.PI * (i + 0.5)) / (2 * window)) ** 2;
    length += window;
  }
  return out.slice(0, length);
}

test('the E-model here is the one of the server', () => {
  // As in media/room/e_model_test.cpp.
  for (const [r, score] of [[90, 4.34], [80, 4.03], [70, 3.6], [60, 3.1], [50, 2.58]] as const) {
    expect(Math.abs(opinion(r) - score)).toBeLessThan(0.01);
  }
  for (const [loss, impairment] of [[0, 11], [1, 15], [2, 19], [4, 26], [8, 36], [16, 49]] as const) {
    expect(Math.abs(lossImpairment({ impairment: 11, robustness: 19 }, loss) - impairment)).toBeLessThan(1);
  }
  expect(delayImpairment(100)).toBe(0);
  expect(delayImpairment(400)).toBeCloseTo(24.07, 1);
  expect(rating(OPUS, 50, 0)).toBe(93.2);
});

test('counters of a browser become loss, delay and an opinion', () => {
  const before = {
    totalSamplesReceived: 96_000,
    concealedSamples: 1000,
    silentConcealedSamples: 1000,
    jitterBufferDelay: 4800,
    jitterBufferEmittedCount: 96_000,
  };
  const after = {
    totalSamplesReceived: 576_000,
    concealedSamples: 20_400,
    silentConcealedSamples: 6000,
    jitterBufferDelay: 52_800,
    jitterBufferEmittedCount: 576_000,
  };
  const judged = judge(before, after, 80);
  expect(judged.lossPercent).toBeCloseTo(3);
  expect(judged.bufferMs).toBeCloseTo(100);
  expect(judged.delayMs).toBeCloseTo(166.5);
  expect(judged.opinion).toBeGreaterThan(3.4);
  expect(judged.opinion).toBeLessThan(3.9);
  expect(judge(after, after, 80).opinion, 'no sound at all').toBeLessThan(1.1);
});

test('what is said and what is heard are alike, whenever it begins and however loud it is', () => {
  const same = likeness(REFERENCE, recording());
  console.log('sound: same', JSON.stringify(same));
  expect(same.opinion).toBeGreaterThan(4.3);
  expect(same.disturbed).toBeLessThan(0.01);
});

test('a jitter buffer that jumps does no harm of itself', () => {
  const [whole, cut] = [recording(), Math.round(4.05 * RATE)];
  const jumps = new Int16Array(whole.length - 60 * 48);
  jumps.set(whole.subarray(0, cut));
  jumps.set(whole.subarray(cut + 60 * 48), cut);
  const found = likeness(REFERENCE, jumps);
  console.log('sound: 60 ms are skipped', JSON.stringify(found));
  expect(found.opinion).toBeGreaterThan(4);
});

test('nor does one that squeezes what has piled up, or stretches what runs out', () => {
  const found = [0.85, 1.15].map((speed) => ({ speed, ...likeness(REFERENCE, atSpeed(recording(), speed)) }));
  console.log('sound: speeds', JSON.stringify(found));
  for (const { opinion: score } of found) expect(score).toBeGreaterThan(3);
});

test('the more is missing, the worse it is', () => {
  const found = [0.005, 0.02, 0.05, 0.1, 0.3].map((share) => ({ share, ...likeness(REFERENCE, withHoles(share)) }));
  console.log('sound: holes', JSON.stringify(found));
  for (let i = 1; i < found.length; i++) expect(found[i]!.opinion).toBeLessThan(found[i - 1]!.opinion);
  expect(found[0]!.opinion).toBeGreaterThan(3.5);
  expect(found[2]!.opinion).toBeLessThan(3.5);
  expect(found[4]!.opinion).toBeLessThan(2);
});

test('another voice, noise and silence are not alike', () => {
  const random = lcg(3);
  const others = {
    voice: recording(12, voiceSamples(2, 8)),
    noise: Int16Array.from({ length: 12 * RATE }, () => 8000 * (random() - 0.5)),
    silence: new Int16Array(12 * RATE),
  };
  const found = Object.entries(others).map(([what, samples]) => ({ what, ...likeness(REFERENCE, samples) }));
  console.log('sound: others', JSON.stringify(found));
  for (const { what, opinion: score } of found) expect(score, what).toBeLessThan(1.8);
});
