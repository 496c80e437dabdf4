import { describe, expect, it } from 'vitest';
import { SteadyMask } from './mask';

const after = (...answers: number[]): number => {
  const mask = new SteadyMask(1);
  for (const answer of answers) mask.add(Float32Array.of(answer));
  return mask.bytes[0] ?? -1;
};

describe('the steady mask', () => {
  it('takes the first answer as it is', () => {
    expect([after(0), after(0.5), after(1)]).toEqual([0, 128, 255]);
  });

  it('follows at once where the model is sure', () => {
    expect(after(0, 1)).toBe(255);
    expect(after(1, 0)).toBe(0);
  });

  it('averages where the model is in doubt, so that an edge does not flicker', () => {
    expect(after(0.9, 0.5)).toBeGreaterThan(0.7 * 255);
    const flicker = [0.4, 0.6, 0.4, 0.6, 0.4, 0.6];
    expect(Math.abs(after(...flicker) - after(...flicker, 0.4))).toBeLessThan(0.1 * 255);
  });

  it('comes to what the model goes on saying', () => {
    expect(after(1, ...Array.from({ length: 30 }, () => 0.5))).toBe(128);
  });

  it('knows nothing of before after a reset', () => {
    const mask = new SteadyMask(1);
    mask.add(Float32Array.of(1));
    mask.reset();
    mask.add(Float32Array.of(0.5));
    expect(mask.bytes[0]).toBe(128);
  });
});
