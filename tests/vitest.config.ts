import { defineConfig } from 'vitest/config';

// One file after the other: each has a server and browsers of its own, and the machine may have two cores.
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
