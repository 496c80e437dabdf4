import { describe, expect, it } from 'vitest';
import { Pace } from './pace';

/** Runs for so long on a machine where a mask and the rest of a frame take so many milliseconds. */
function run(pace: Pace, seconds: number, maskMs: number, restMs: number, rate = 30, from = 0): number {
  let now = from;
  let count = 0;
  while (now < from + 1000 * seconds) {
    const look = count++ % pace.every === 0;
    const cost = (look ? maskMs : 0) + restMs;
    // A frame comes when the camera has one, or when the one before is done.
    now += Math.max(1000 / rate, cost);
    pace.frame(now, look ? maskMs : null, restMs);
  }
  return now;
}

describe('the pace', () => {
  it('looks for the person in every frame where there is time', () => {
    const pace = new Pace();
    run(pace, 5, 8, 4);
    expect(pace.every).toBe(1);
    expect(pace.slow).toBe(false);
    expect(pace.framesPerSecond).toBeGreaterThan(28);
  });

  it('looks less often before frames go missing', () => {
    const pace = new Pace();
    run(pace, 5, 60, 8);
    expect(pace.every).toBe(3);
    expect(pace.framesPerSecond).toBeGreaterThan(20);
    expect(pace.slow).toBe(false);
  });

  it('says that it is slow where even that is not enough', () => {
    const pace = new Pace();
    run(pace, 8, 150, 80);
    expect(pace.slow).toBe(true);
  });

  it('takes that back, and looks more often, when the machine is free again', () => {
    const pace = new Pace();
    const then = run(pace, 8, 150, 80);
    run(pace, 20, 6, 4, 30, then);
    expect(pace.slow).toBe(false);
    expect(pace.every).toBe(1);
  });

  it('does not go to and fro on a machine in between', () => {
    const pace = new Pace();
    const settled = run(pace, 5, 22, 8);
    const { every } = pace;
    run(pace, 30, 22, 8, 30, settled);
    expect(pace.every).toBe(every);
  });

  it('takes a camera of few frames for no slowness', () => {
    const pace = new Pace(10);
    run(pace, 8, 8, 4, 10);
    expect(pace.slow).toBe(false);
  });

  it('takes a pause for none, either', () => {
    const pace = new Pace();
    const then = run(pace, 3, 8, 4);
    pace.restart();
    run(pace, 3, 8, 4, 30, then + 60_000);
    expect(pace.slow).toBe(false);
    expect(pace.every).toBe(1);
  });
});
