import path from 'node:path';

export const TESTS = path.resolve(import.meta.dirname, '..');
export const ROOT = path.resolve(TESTS, '..');
/** Where this run puts logs and screenshots. */
export const LOGS = process.env.PARLEY_TEST_LOGS ?? path.join(ROOT, 'build/test-logs/by-hand');
