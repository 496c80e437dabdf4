import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useIdle } from './use_idle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms));

it('is idle after 3 s without a sign of life, and awake at the next one', () => {
  const { result } = renderHook(() => useIdle(3000, false));
  pass(2999);
  expect(result.current).toBe(false);
  pass(1);
  expect(result.current).toBe(true);
  act(() => void window.dispatchEvent(new Event('focusin')));
  expect(result.current).toBe(false);
});

it('counts from the last sign of life', () => {
  const { result } = renderHook(() => useIdle(3000, false));
  pass(2000);
  act(() => void window.dispatchEvent(new Event('pointermove')));
  pass(2000);
  expect(result.current).toBe(false);
});

it('never goes idle while held', () => {
  const { result, rerender } = renderHook(({ hold }) => useIdle(3000, hold), { initialProps: { hold: true } });
  pass(10_000);
  expect(result.current).toBe(false);
  rerender({ hold: false });
  pass(3000);
  expect(result.current).toBe(true);
  rerender({ hold: true });
  expect(result.current).toBe(false);
});
