import { recall, remember } from '@/sdk/memory';
import { createStore, type Readable } from '@/sdk/store';

export type Theme = 'system' | 'light' | 'dark';

const store = createStore<Theme>('system');

export const theme: Readable<Theme> = store;

export function setTheme(next: Theme): void {
  store.set(next);
  remember('theme', next);
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}

/** Before the first paint, so that the page never shows the other theme first. */
export function applyRememberedTheme(): void {
  setTheme(recall('theme'));
}
