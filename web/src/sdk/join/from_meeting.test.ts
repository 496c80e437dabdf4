import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aMe } from '../meeting/testing';
import { inputOf, MOVE_MS, RoomCheck } from './from_meeting';

it.each([
  ['inside', { on: 'admitted' }],
  ['waiting', { on: 'queued', participant: 'p1', why: 'lobby' }],
  ['denied', { on: 'turned-away', why: 'denied' }],
  ['removed', { on: 'turned-away', why: 'removed' }],
  ['banned', { on: 'turned-away', why: 'banned' }],
  ['ended', { on: 'turned-away', why: 'closed' }],
  ['left', { on: 'unseated' }],
] as const)('being %s means %j', (state, input) => expect(inputOf(aMe({ state }))).toEqual(input));

it('who waits for the host is told so', () => {
  expect(inputOf(aMe({ state: 'waiting', why: 'host' }))).toMatchObject({ why: 'host' });
});

describe('the room that we are to be in', () => {
  const onMisplaced = vi.fn();
  let check: RoomCheck;
  beforeEach(() => {
    vi.useFakeTimers();
    onMisplaced.mockClear();
    check = new RoomCheck(onMisplaced);
  });
  afterEach(() => void vi.useRealTimers());

  it('is no matter while we are in it', () => {
    check.see('r1', 'r1');
    vi.advanceTimersByTime(60_000);
    expect(onMisplaced).not.toHaveBeenCalled();
  });

  it('is waited for, since the media plane moves us by itself', () => {
    check.see('r1', 'r1');
    check.see('b1', 'r1');
    vi.advanceTimersByTime(MOVE_MS - 1);
    check.see('b1', 'b1');
    vi.advanceTimersByTime(60_000);
    expect(onMisplaced).not.toHaveBeenCalled();
  });

  it('is asked for when nothing happens, once', () => {
    check.see('b1', 'r1');
    check.see('b1', 'r1');
    vi.advanceTimersByTime(MOVE_MS);
    expect(onMisplaced).toHaveBeenCalledTimes(1);
    // We asked, and were sent to the old room once more: asking for ever would end the call for ever.
    check.see('b1', null);
    check.see('b1', 'r1');
    vi.advanceTimersByTime(60_000);
    expect(onMisplaced).toHaveBeenCalledTimes(1);
    check.see('r1', 'b1');
    vi.advanceTimersByTime(MOVE_MS);
    expect(onMisplaced).toHaveBeenCalledTimes(2);
  });

  it('is no matter to who is not in the media at all', () => {
    check.see('b1', null);
    vi.advanceTimersByTime(60_000);
    check.see('r1', 'b1');
    check.stop();
    vi.advanceTimersByTime(60_000);
    expect(onMisplaced).not.toHaveBeenCalled();
  });
});
