import { expect, it } from 'vitest';
import { problemOf } from './problem';

it.each([
  ['NotAllowedError', 'Permission denied', 'denied'],
  ['NotAllowedError', 'Permission denied by system', 'denied-by-system'],
  ['NotFoundError', 'Requested device not found', 'missing'],
  ['OverconstrainedError', '', 'missing'],
  ['NotReadableError', 'Could not start video source', 'in-use'],
  ['AbortError', 'Starting videoinput failed', 'in-use'],
  ['TypeError', 'whatever', 'unknown'],
] as const)('%s (%s) is told as "%s"', (name, message, problem) => {
  expect(problemOf(new DOMException(message, name))).toBe(problem);
});

it('does not stumble over something that is no error', () => {
  expect(problemOf('no')).toBe('unknown');
  expect(problemOf(undefined)).toBe('unknown');
});
