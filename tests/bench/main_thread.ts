// What a page's main thread is busy with, as Chromium counts it.
import type { Page } from 'playwright-core';
import { sleep } from '../harness/wait.ts';

/** Milliseconds of CPU in each second. */
export interface MainThread {
  readonly taskMs: number;
  readonly scriptMs: number;
  readonly layoutMs: number;
  readonly styleMs: number;
}

export async function mainThreadOf(page: Page, seconds: number): Promise<MainThread> {
  const session = await page.context().newCDPSession(page);
  // The thread's own time: what it waits for on a busy machine is not its work.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return new Map(metrics.map(({ name, value }) => [name, value]));
  };
  const before = await read();
  const start = performance.now();
  await sleep(seconds * 1000);
  const after = await read();
  const passed = (performance.now() - start) / 1000;
  await session.detach();
  const per = (name: string) => (((after.get(name) ?? NaN) - (before.get(name) ?? NaN)) * 1000) / passed;
  return { taskMs: per('TaskDuration'), scriptMs: per('ScriptDuration'), layoutMs: per('LayoutDuration'), styleMs: per('RecalcStyleDuration') };
}

export interface Noted {
  /** Between two frames. */
  readonly frames: readonly number[];
  /** Tasks of more than 50 ms. */
  readonly tasks: readonly number[];
}

/** The frames of a page while something is done with it, and what held it up. */
export async function noteFrames(page: Page, act: () => Promise<void>): Promise<Noted> {
  await page.evaluate(() => {
    const noted = { frames: [] as number[], tasks: [] as number[], on: true };
    (window as unknown as { noted: typeof noted }).noted = noted;
    new PerformanceObserver((list) => noted.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    let last = performance.now();
    const frame = (now: number) => {
      noted.frames.push(now - last);
      last = now;
      if (noted.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await act();
  return page.evaluate(() => {
    const { noted } = window as unknown as { noted: { frames: number[]; tasks: number[]; on: boolean } };
    noted.on = false;
    return { frames: noted.frames.slice(1), tasks: noted.tasks };
  });
}

export const longTasks = ({ tasks }: Noted, ms: number) => tasks.filter((duration) => duration > ms).length;
