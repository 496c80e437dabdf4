/**
 * The service worker: the page starts without the network, and says in its own words what is the matter.
 *
 *  bounded   one cache per build, of files of ours; the caches of other builds go when this one takes over
 */
import { filesOf, strategyFor } from './strategy';

/** As much of ServiceWorkerGlobalScope as is used; the DOM's types and the worker's do not go together. */
interface Scope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: { waitUntil(done: Promise<unknown>): void }) => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'fetch', listener: (event: { request: Request; respondWith(answer: Promise<Response>): void }) => void): void;
}
const scope = globalThis as unknown as Scope;

// Filled in by the build: another build is another worker, and its page another page.
const BUILD = '__PARLEY_BUILD__';
const CACHE = `parley-${BUILD}`;
const PAGE = '/index.html';

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { cache: 'no-cache' });
  if (!page.ok) throw new Error(`${PAGE}: ${page.status}`);
  await cache.addAll(filesOf(await page.clone().text()));
  await cache.put(PAGE, page);
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('parley-') && name !== CACHE).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

async function shell(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(PAGE, { cacheName: CACHE });
    if (kept === undefined) throw error;
    return kept;
  }
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request);
  if (found !== undefined) return found;
  const answer = await fetch(request);
  if (answer.status === 200 && answer.type === 'basic') await cache.put(request, answer.clone());
  return answer;
}

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));
scope.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void scope.skipWaiting();
});
scope.addEventListener('fetch', (event) => {
  switch (strategyFor(event.request, scope.location.origin)) {
    case 'network':
      return;
    case 'shell':
      event.respondWith(shell(event.request));
      return;
    case 'kept':
      event.respondWith(kept(event.request));
  }
});
