import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

class FakeWorker extends EventTarget {
  state = 'installing';
  postMessage = vi.fn();
  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class FakeRegistration extends EventTarget {
  waiting: FakeWorker | null = null;
  installing: FakeWorker | null = null;
  update = vi.fn(() => Promise.resolve());
}

class FakeContainer extends EventTarget {
  controller: object | null = {};
  readonly registration = new FakeRegistration();
  register = vi.fn(() => Promise.resolve(this.registration));
}

let container: FakeContainer;
let update: typeof import('./update');

async function registered(): Promise<void> {
  await update.registerServiceWorker(container as unknown as ServiceWorkerContainer);
}

function found(): FakeWorker {
  const worker = new FakeWorker();
  container.registration.installing = worker;
  container.registration.dispatchEvent(new Event('updatefound'));
  return worker;
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  container = new FakeContainer();
  update = await import('./update');
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a newer version of the page', () => {
  it('is told of once it is there, and takes over only when it is asked to', async () => {
    await registered();
    const worker = found();
    expect(update.updateReady.get()).toBe(false);
    worker.become('installed');
    expect(update.updateReady.get()).toBe(true);
    expect(worker.postMessage).not.toHaveBeenCalled();
    update.applyUpdate(container as unknown as ServiceWorkerContainer);
    expect(worker.postMessage).toHaveBeenCalledWith('take-over');
  });

  it('that waited since the last visit is told of at once', async () => {
    container.registration.waiting = new FakeWorker();
    await registered();
    expect(update.updateReady.get()).toBe(true);
  });

  it('is not what the first visit installs', async () => {
    container.controller = null;
    await registered();
    found().become('installed');
    expect(update.updateReady.get()).toBe(false);
  });

  it('is looked for every hour in a page that stays open', async () => {
    await registered();
    vi.advanceTimersByTime(3 * 60 * 60 * 1000);
    expect(container.registration.update).toHaveBeenCalledTimes(3);
  });

  it('is nobody’s business where there are no service workers', async () => {
    await update.registerServiceWorker(undefined);
    expect(update.updateReady.get()).toBe(false);
  });
});
