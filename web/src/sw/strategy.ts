/** What the service worker does with a request. */
export type Strategy =
  | 'network' // not its business: as if it were not there
  | 'shell' // the page: the newest if the network gives it, else the kept one
  | 'kept'; // a file whose name changes with its content: the kept one will do for ever

interface Asked {
  readonly method: string;
  /** "navigate" when a person opens or reloads the page. */
  readonly mode: string;
  readonly url: string;
}

/** Pages that the shell answers for. Everything else that is opened (a file, an API in a tab) is the server's. */
const PAGES = /^\/(?:m\/[^/]+\/?)?$/;
const HASHED = /^\/assets\/[^/]+-[\w-]{8}\.\w+$/;
const OURS = new Set(['/favicon.svg', '/manifest.webmanifest', '/icon-192.png', '/icon-512.png', '/icon-maskable-512.png']);

/** Allows a few, rather than forbids some: what is not named here (the API, tokens, signaling) is never kept. */
export function strategyFor({ method, mode, url }: Asked, origin: string): Strategy {
  const { origin: asked, pathname, search } = new URL(url);
  if (method !== 'GET' || asked !== origin) return 'network';
  if (mode === 'navigate') return PAGES.test(pathname) ? 'shell' : 'network';
  if (search !== '') return 'network';
  return HASHED.test(pathname) || OURS.has(pathname) ? 'kept' : 'network';
}

/** The files that a page names, so that it can start without the network. */
export function filesOf(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/[^"?]+)"/g)].map(([, path = '']) => path).filter((path) => HASHED.test(path) || OURS.has(path));
}
