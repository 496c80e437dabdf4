import { createStore, type Readable } from '@/sdk/store';

const store = createStore(location.pathname);

export const path: Readable<string> = store;

window.addEventListener('popstate', () => store.set(location.pathname));

export function go(to: string): void {
  history.pushState(null, '', to);
  store.set(location.pathname);
}
