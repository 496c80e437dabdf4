import { describe, expect, it } from 'vitest';
import { contain, cover, within } from './geometry';

describe('geometry', () => {
  it('contains an upright picture with room at both sides', () => {
    expect(contain({ width: 720, height: 1280 }, { width: 256, height: 144 })).toEqual({ x: 87.5, y: 0, width: 81, height: 144 });
  });

  it('covers an upright frame with the middle of a wide picture', () => {
    expect(cover({ width: 1600, height: 900 }, { width: 450, height: 900 })).toEqual({ x: -575, y: 0, width: 1600, height: 900 });
  });

  it('leaves what fits as it is', () => {
    const frame = { width: 640, height: 360 };
    expect(contain(frame, frame)).toEqual({ x: 0, y: 0, ...frame });
    expect(cover(frame, frame)).toEqual({ x: 0, y: 0, ...frame });
    expect(within(frame, 1920)).toEqual(frame);
  });

  it('makes what is too large smaller, to even numbers', () => {
    expect(within({ width: 4000, height: 3001 }, 1920)).toEqual({ width: 1920, height: 1440 });
    expect(within({ width: 3, height: 9000 }, 100)).toEqual({ width: 2, height: 100 });
  });
});
