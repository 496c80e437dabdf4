import { describe, expect, it } from 'vitest';
import { loudness, settle } from './level';

const tone = (amplitude: number): Float32Array =>
  Float32Array.from({ length: 480 }, (_, i) => amplitude * Math.sin((i * Math.PI) / 12));

describe('loudness', () => {
  it('is nothing for silence and for an empty buffer', () => {
    expect(loudness(new Float32Array(480))).toBe(0);
    expect(loudness(new Float32Array(0))).toBe(0);
  });

  it('is full for a voice at full scale', () => {
    expect(loudness(tone(1))).toBe(1);
  });

  it('grows evenly with decibels, so that a quiet voice still shows', () => {
    const quiet = loudness(tone(0.01));
    const normal = loudness(tone(0.1));
    expect(quiet).toBeGreaterThan(0.2);
    expect(normal - quiet).toBeCloseTo(20 / 42, 2);
  });
});

describe('a meter', () => {
  it('rises at once and falls slowly', () => {
    expect(settle(0.1, 0.9)).toBe(0.9);
    expect(settle(0.9, 0)).toBeCloseTo(0.86);
    expect(settle(0.02, 0)).toBe(0);
  });
});
