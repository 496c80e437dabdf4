import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { ago } from './ago';
import { Home } from './Home';

const HOUR = 3_600_000;

function home() {
  const acts = { onEnter: vi.fn(), onForget: vi.fn() };
  render(<Home recents={[{ room: 'tea', at: 0 }]} now={3 * HOUR} origin="https://meet.example" {...acts} />);
  return acts;
}

const type = (value: string) => fireEvent.change(screen.getByLabelText('Code or link'), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

describe('the start', () => {
  it('makes a room nobody can guess', () => {
    const acts = home();
    press('New meeting');
    expect(acts.onEnter.mock.calls[0]?.[0]).toMatch(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
  });

  it('takes a link as well as a code', () => {
    const acts = home();
    type('https://meet.example/m/tea-time');
    press('Join');
    expect(acts.onEnter).toHaveBeenCalledWith('tea-time');
  });

  it('says what is wrong with what was typed, until it is mended', () => {
    const acts = home();
    press('Join');
    expect(screen.getByRole('alert').textContent).toBe('Enter the code or the link you were given.');
    type('https://elsewhere.example/m/x');
    expect(screen.queryByRole('alert')).toBeNull();
    press('Join');
    expect(screen.getByRole('alert').textContent).toMatch(/neither a code nor a link/);
    expect(acts.onEnter).not.toHaveBeenCalled();
  });

  it('leads back to where we were, and forgets on request', () => {
    const acts = home();
    press(/^tea/);
    press('Remove tea from this list');
    expect(acts.onEnter).toHaveBeenCalledWith('tea');
    expect(acts.onForget).toHaveBeenCalledWith('tea');
  });
});

it.each([
  [0, 'this minute'],
  [59 * 60_000, '59 minutes ago'],
  [3 * HOUR, '3 hours ago'],
  [26 * HOUR, 'yesterday'],
  [72 * HOUR, '3 days ago'],
])('%i ms ago is "%s"', (ms, words) => {
  expect(ago(1e12 - ms, 1e12, 'en')).toBe(words);
});
