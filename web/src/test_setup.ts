import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// Panels are fetched when they are opened, which takes its time on a machine that has other things to do.
configure({ asyncUtilTimeout: 10_000 });

// jsdom lays nothing out, and of a list without height no row would be drawn.
if ('HTMLElement' in globalThis) {
  const height = {
    configurable: true,
    get(this: HTMLElement) {
      return this.tagName === 'LI' ? 48 : 600;
    },
  };
  Object.defineProperties(HTMLElement.prototype, { clientHeight: height, offsetHeight: height });
}

afterEach(() => {
  cleanup();
  // The checks run in Node, which has no storage of this kind.
  if ('localStorage' in globalThis) localStorage.clear();
});
