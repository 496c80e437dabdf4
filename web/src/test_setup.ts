import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(() => {
  cleanup();
  // The checks run in Node, which has no storage of this kind.
  if ('localStorage' in globalThis) localStorage.clear();
});
