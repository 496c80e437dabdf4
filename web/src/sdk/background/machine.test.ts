import { describe, expect, it } from 'vitest';
import { backgroundOf, covers, initial, step, type BackgroundInput, type BackgroundState } from './machine';

const after = (state: BackgroundState, ...inputs: BackgroundInput[]): BackgroundState => inputs.reduce(step, state);
const chosen = (background: 'none' | 'slight' | 'strong'): BackgroundInput => ({ on: 'chosen', background });
const off = initial('none');
const ready: BackgroundInput = { on: 'ready' };
const needed: BackgroundInput = { on: 'needed' };
const broken: BackgroundInput = { on: 'failed', trouble: 'broken' };

describe('the background', () => {
  it('that is remembered covers the camera before anything is loaded', () => {
    const state = initial('strong');
    expect(state).toEqual({ at: 'idle', wanted: 'strong' });
    expect(covers(state)).toBe(true);
    expect(covers(after(state, needed))).toBe(true);
    expect(covers(after(state, needed, ready))).toBe(true);
  });

  it('that is switched on in the call leaves the picture until it is there', () => {
    const loading = after(off, chosen('slight'));
    expect(loading).toMatchObject({ at: 'loading', covered: false });
    expect(covers(loading)).toBe(false);
    expect(covers(after(loading, ready))).toBe(true);
  });

  it('that still loads when a camera is to be seen by others covers it from then on', () => {
    expect(covers(after(off, chosen('slight'), needed))).toBe(true);
  });

  it('goes on from loading with what was chosen last', () => {
    expect(after(off, chosen('slight'), chosen('strong'), ready)).toEqual({ at: 'on', wanted: 'strong', slow: false });
  });

  it('shows progress that never goes back, and no more than all', () => {
    const at = (part: number): BackgroundInput => ({ on: 'progress', part });
    expect(after(off, chosen('slight'), at(0.6), at(0.4))).toMatchObject({ part: 0.6 });
    expect(after(off, chosen('slight'), at(1.7))).toMatchObject({ part: 1 });
  });

  it('that could not be loaded for a camera in view is not there, and says so', () => {
    const state = after(off, chosen('slight'), { on: 'failed', trouble: 'unreachable' });
    expect(state).toEqual({ at: 'off', trouble: 'unreachable' });
    expect(backgroundOf(state)).toBe('none');
  });

  it.each([
    ['while it was on', after(off, chosen('strong'), ready, broken)],
    ['while a camera waited for it', after(initial('strong'), needed, broken)],
  ])('that fails %s goes on covering the camera', (_when, state) => {
    expect(state).toEqual({ at: 'failed', wanted: 'strong', trouble: 'broken' });
    expect(covers(state)).toBe(true);
  });

  it('that failed is tried again without showing the room meanwhile', () => {
    for (const again of [chosen('slight'), needed]) {
      const state = after(off, chosen('strong'), ready, broken, again);
      expect(state).toMatchObject({ at: 'loading', covered: true });
    }
  });

  it('shows the room only to who says so', () => {
    const failed = after(off, chosen('strong'), ready, broken);
    for (const input of [ready, broken, needed, { on: 'released' }, { on: 'pace', slow: false }, { on: 'progress', part: 1 }] as BackgroundInput[]) {
      expect(covers(step(failed, input)), input.on).toBe(true);
    }
    expect(covers(step(failed, chosen('none')))).toBe(false);
  });

  it('is wanted still when its camera is gone', () => {
    expect(after(off, chosen('strong'), ready, { on: 'released' })).toEqual({ at: 'idle', wanted: 'strong' });
  });

  it('says when it is slow, and when it is not any more', () => {
    const slow = after(off, chosen('strong'), ready, { on: 'pace', slow: true });
    expect(slow).toMatchObject({ at: 'on', slow: true });
    expect(after(slow, { on: 'pace', slow: false })).toMatchObject({ slow: false });
  });

  it('is the same object when nothing changes', () => {
    const on = after(off, chosen('strong'), ready);
    expect(step(on, { on: 'pace', slow: false })).toBe(on);
    expect(step(off, broken)).toBe(off);
  });
});
