import { describe, expect, it } from 'vitest';
import { hear, SILENCE, type Speech } from './muted_speech';

/** Levels every 50 ms. */
function after(levels: number[], from: Speech = SILENCE, start = 0): Speech {
  return levels.reduce((speech, level, i) => hear(speech, level, start + i * 50), from);
}

const loud = (ms: number) => Array<number>(ms / 50).fill(0.8);
const still = (ms: number) => Array<number>(ms / 50).fill(0.05);

describe('speaking while muted', () => {
  it('is noticed after a word', () => {
    expect(after(loud(600)).speaks).toBe(true);
  });

  it('is not a cough, a click or two of them', () => {
    expect(after(loud(200)).speaks).toBe(false);
    expect(after([...loud(200), ...still(500), ...loud(200)]).speaks).toBe(false);
  });

  it('goes on through the gaps between syllables', () => {
    expect(after([...loud(150), ...still(100), ...loud(150), ...still(100), ...loud(100)]).speaks).toBe(true);
  });

  it('is forgotten some seconds after the last word', () => {
    const speech = after(loud(600));
    expect(after(still(4000), speech, 600).speaks).toBe(true);
    expect(after(still(6000), speech, 600).speaks).toBe(false);
  });
});
