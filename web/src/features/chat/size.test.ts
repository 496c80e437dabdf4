import { describe, expect, it } from 'vitest';
import { sizeOf } from './size';

describe('a size', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1023, '1,023 bytes'],
    [1024, '1 kB'],
    [1536, '1.5 kB'],
    [25 * 1024 * 1024, '25 MB'],
    [3 * 1024 ** 4, '3,072 GB'],
  ])('of %i is %s', (bytes, words) => expect(sizeOf(bytes, 'en')).toBe(words));

  it('is in the words of the language', () => expect(sizeOf(1536, 'de')).toBe('1,5 kB'));
});
