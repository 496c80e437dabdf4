import { beforeEach, describe, expect, it } from 'vitest';
import { BACKGROUNDS, rememberBackground, rememberedBackground } from './choice';

beforeEach(() => localStorage.clear());

describe('the choice of a background', () => {
  it('is none at first', () => {
    expect(rememberedBackground()).toBe('none');
  });

  it.each(BACKGROUNDS)('is remembered: %s', (background) => {
    rememberBackground(background);
    expect(rememberedBackground()).toBe(background);
  });

  it('that this version does not know hides the room all the same', () => {
    localStorage.setItem('parley.background', '"aquarium"');
    expect(rememberedBackground()).toBe('strong');
  });
});
