import { createStore, type Readable } from './store';

const ready = createStore(false);

/** A newer version of the page waits; it takes over when the person says so, never in the middle of a call. */
export const updateReady: Readable<boolean> = ready;

const LOOK_EVERY_MS = 60 * 60 * 1000;
let waiting: ServiceWorker | null = null;

function watch(worker: ServiceWorker | null, container: ServiceWorkerContainer): void {
  worker?.addEventListener('statechange', () => {
    // Without a controller this is the first visit, and there is nothing older to replace.
    if (worker.state !== 'installed' || container.controller === null) return;
    waiting = worker;
    ready.set(true);
  });
}

/** Registers the service worker, where there can be one, and looks for newer ones from time to time. */
export async function registerServiceWorker(container: ServiceWorkerContainer | undefined = (navigator as Partial<Navigator>).serviceWorker): Promise<void> {
  if (container === undefined) return;
  const registration = await container.register('/sw.js').catch(() => null);
  if (registration === null) return;
  if (registration.waiting !== null && container.controller !== null) {
    waiting = registration.waiting;
    ready.set(true);
  }
  registration.addEventListener('updatefound', () => watch(registration.installing, container));
  setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
}

/** Lets the newer version take over, and starts it. */
export function applyUpdate(container: ServiceWorkerContainer = navigator.serviceWorker): void {
  container.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting?.postMessage('take-over');
}
