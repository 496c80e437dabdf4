import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Outcome } from '@/sdk/meeting/meeting';
import type { Rating as Given } from '@/sdk/meeting/rating';
import { loadLaterWords } from '@/shared/later_words';
import { Rating } from './Rating';

beforeAll(() => loadLaterWords());

const OK: Outcome = { ok: true };
const refused = (code: string): Outcome => ({ ok: false, refusal: { code, title: '', detail: '' } });
const answering = (...outcomes: readonly Outcome[]) => {
  const onRate = vi.fn<(rating: Given) => Promise<Outcome>>(() => Promise.resolve(OK));
  for (const outcome of outcomes) onRate.mockResolvedValueOnce(outcome);
  render(<Rating onRate={onRate} />);
  return onRate;
};
const star = (name: string) => screen.getByRole('radio', { name });
const thanks = (text: string) => waitFor(() => expect(screen.getByRole('status').textContent).toBe(text));

describe('how it was', () => {
  it('is said with one touch, in a group of radio buttons with names', async () => {
    const onRate = answering();
    expect(screen.getByRole('radiogroup', { name: 'How was the meeting?' })).toBeDefined();
    expect(screen.getAllByRole('radio')).toHaveLength(5);
    fireEvent.click(star('5 stars: excellent'));
    expect(onRate).toHaveBeenCalledWith({ stars: 5 });
    await thanks('Thank you.');
    expect(screen.queryByRole('checkbox')).toBeNull();
  });

  it('is asked further of who was not content', async () => {
    const onRate = answering();
    fireEvent.click(star('2 stars: poor'));
    await thanks('Thank you. If you like, say what went wrong.');
    fireEvent.click(screen.getByRole('checkbox', { name: 'Sound' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Picture' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Picture' }));
    fireEvent.change(screen.getByRole('textbox', { name: 'In your own words (optional)' }), { target: { value: ' An echo ' } });
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(onRate).toHaveBeenLastCalledWith({ stars: 2, reasons: ['sound'], text: 'An echo' });
    await thanks('Thank you. The host can read it.');
    expect(screen.queryByRole('checkbox')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('status'));
  });

  it('takes the reasons back with the stars', async () => {
    const onRate = answering();
    fireEvent.click(star('1 star: bad'));
    fireEvent.click(await screen.findByRole('checkbox', { name: 'Sound' }));
    fireEvent.click(star('4 stars: good'));
    expect(onRate).toHaveBeenLastCalledWith({ stars: 4 });
    await thanks('Thank you.');
  });

  it('sends one rating after another, and of those that wait the last alone', async () => {
    const answers: ((outcome: Outcome) => void)[] = [];
    const onRate = vi.fn<(rating: Given) => Promise<Outcome>>(() => new Promise((resolve) => answers.push(resolve)));
    render(<Rating onRate={onRate} />);
    for (const name of ['5 stars: excellent', '4 stars: good', '5 stars: excellent', '4 stars: good']) fireEvent.click(star(name));
    expect(onRate.mock.calls).toEqual([[{ stars: 5 }]]);
    expect(screen.getByRole('status').textContent, 'not before it has arrived').toBe('');
    answers[0]?.(OK);
    await waitFor(() => expect(onRate.mock.calls).toEqual([[{ stars: 5 }], [{ stars: 4 }]]));
    answers[1]?.(OK);
    await thanks('Thank you.');
  });

  it('that did not arrive is said so, and can be tried again', async () => {
    const onRate = answering(refused('away'));
    fireEvent.click(star('4 stars: good'));
    await thanks('Your rating did not get through. Try again, or leave it at that.');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onRate).toHaveBeenCalledTimes(2);
    await thanks('Thank you.');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('keeps what was written where it did not arrive', async () => {
    const onRate = answering(OK, refused('away'));
    fireEvent.click(star('3 stars: fair'));
    fireEvent.change(await screen.findByRole('textbox'), { target: { value: 'Stutter' } });
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(onRate).toHaveBeenLastCalledWith({ stars: 3, reasons: [], text: 'Stutter' });
    await thanks('Thank you. The host can read it.');
  });

  it('that comes too late is not tried again', async () => {
    answering(refused('conflict'));
    fireEvent.click(star('1 star: bad'));
    await thanks('This meeting ended too long ago to be rated.');
    expect(screen.queryByRole('button')).toBeNull();
  });
});
