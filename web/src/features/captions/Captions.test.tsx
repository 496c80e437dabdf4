import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Caption } from '@/sdk/captions';
import { loadLaterWords } from '@/shared/later_words';
import { Captions } from './Captions';

const line = (id: string, text: string, finished: boolean): Caption => ({ id, speaker: 'p1', text, finished, at: 0 });

it('shows words as they come, and reads out a sentence once, when it is finished', async () => {
  await loadLaterWords();
  render(<Captions captions={{ available: true, lines: [line('1', 'Good morning.', true), line('2', 'Can every', false)] }} size="normal" nameOf={() => 'Ada'} />);
  expect([...document.querySelectorAll('[data-caption]')].map((one) => one.textContent)).toEqual(['Ada Good morning.', 'Ada Can every']);
  const live = document.querySelector('[aria-live=polite]');
  expect(live?.textContent).toBe('Ada: Good morning.');
});

it('says that it is on while nobody speaks', async () => {
  await loadLaterWords();
  render(<Captions captions={{ available: true, lines: [] }} size="large" nameOf={() => ''} />);
  expect(screen.getByRole('region', { name: 'Captions' }).textContent).toBe('What is said appears here.');
});
