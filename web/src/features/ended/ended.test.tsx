import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { Ended } from './Ended';
import { Problem } from './Problem';

describe('the end', () => {
  it('offers to come back, except to a meeting that was closed', () => {
    const onRejoin = vi.fn();
    const { unmount } = render(<Ended why="left" minutes={12} onRejoin={onRejoin} onHome={vi.fn()} />);
    expect(screen.getByText('You were there for 12 minutes.')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Rejoin' }));
    expect(onRejoin).toHaveBeenCalledTimes(1);
    unmount();
    render(<Ended why="closed" minutes={12} onRejoin={onRejoin} onHome={vi.fn()} />);
    expect(screen.queryByRole('button', { name: 'Rejoin' })).toBeNull();
  });

  it('offers to ask again to who was not let in, and nothing to who is not wanted', () => {
    const onRejoin = vi.fn();
    const { unmount } = render(<Ended why="denied" minutes={0} onRejoin={onRejoin} onHome={vi.fn()} />);
    fireEvent.click(screen.getByRole('button', { name: 'Ask again' }));
    expect(onRejoin).toHaveBeenCalledTimes(1);
    unmount();
    render(<Ended why="banned" minutes={0} onRejoin={onRejoin} onHome={vi.fn()} />);
    expect(screen.getAllByRole('button')).toHaveLength(1);
  });

  it('says that the chat is still there, to who left of their own will', () => {
    const { rerender } = render(<Ended why="left" minutes={3} chatKept onRejoin={vi.fn()} onHome={vi.fn()} />);
    expect(screen.getByText('The chat is kept while the meeting goes on: rejoin to read it.')).toBeDefined();
    rerender(<Ended why="removed" minutes={3} chatKept onRejoin={vi.fn()} onHome={vi.fn()} />);
    expect(screen.queryByText(/The chat is kept/)).toBeNull();
  });

  it('puts the heading in focus, so that a screen reader begins there', () => {
    render(<Ended why="removed" minutes={0} onRejoin={vi.fn()} onHome={vi.fn()} />);
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
  });
});

describe('a problem', () => {
  it("is told in the server's own words where it has some", () => {
    const problem = { kind: 'refused', status: 423, code: '', title: 'The room is locked', detail: 'Ask the host.' } as const;
    render(<Problem problem={problem} onRetry={vi.fn()} onHome={vi.fn()} />);
    expect(screen.getByRole('heading', { name: 'The room is locked' })).toBeDefined();
    expect(screen.getByText('Ask the host.')).toBeDefined();
    expect(screen.getByText('Status 423')).toBeDefined();
  });

  it('is told in ours where it has none', () => {
    render(<Problem problem={{ kind: 'refused', status: 500, code: '', title: '', detail: '' }} onRetry={vi.fn()} onHome={vi.fn()} />);
    expect(screen.getByRole('heading', { name: 'You cannot join this meeting' })).toBeDefined();
  });

  it.each([
    ['locked', 'The meeting is locked', 2],
    ['full', 'The meeting is full', 2],
    ['too_many', 'Too many try at once', 2],
    ['denied', 'You were not let in', 2],
    ['banned', 'You cannot join this meeting', 1],
    ['over', 'The meeting is over', 1],
    ['not_found', 'This link leads to no meeting', 1],
  ])('that the server calls "%s" is told in the language of the page: %s', (code, title, ways) => {
    const problem = { kind: 'refused', status: 403, code, title: 'Server', detail: 'Server' } as const;
    render(<Problem problem={problem} onRetry={vi.fn()} onHome={vi.fn()} />);
    expect(screen.getByRole('heading', { name: title })).toBeDefined();
    expect(screen.queryByText('Server')).toBeNull();
    expect(screen.getAllByRole('button')).toHaveLength(ways);
  });

  it('of a bad link has one way out: the start', () => {
    const onHome = vi.fn();
    render(<Problem problem={{ kind: 'bad-link' }} onRetry={vi.fn()} onHome={onHome} />);
    fireEvent.click(screen.getByRole('button'));
    expect(onHome).toHaveBeenCalledTimes(1);
  });
});
