import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { boardOf } from '@/sdk/boards/boards';
import { FakeBoards } from '@/sdk/boards/fake_boards';
import type { Capability } from '@/sdk/meeting/types';
import { loadBoardWords } from '@/shared/board_words';
import { loadLaterWords } from '@/shared/later_words';
import { meetingWith, stateWith, viewWith } from '@/shared/testing/meeting';
import { NotesPanel } from './NotesPanel';

beforeAll(async () => {
  await loadLaterWords();
  await loadBoardWords();
});

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

function open(boards: FakeBoards, can: readonly Capability[]) {
  const state = stateWith({ can });
  const { meeting } = meetingWith(viewWith(state), { ok: true }, boards.planeFor('me'));
  const onWhiteboard = vi.fn();
  render(<NotesPanel meeting={meeting} state={state} whiteboardOpen={false} onWhiteboard={onWhiteboard} />);
  return { board: boardOf(meeting, 'notes'), onWhiteboard };
}

describe('the notes', () => {
  it('are written by who may, with tools that say what is on', async () => {
    const { board } = open(new FakeBoards(), ['edit_notes']);
    const text = await screen.findByRole('textbox', { name: 'Notes of the meeting' });
    expect(text.getAttribute('contenteditable')).toBe('true');
    expect(screen.getByText('Write here. Everyone in the meeting sees it at once.')).toBeTruthy();
    // The editor takes over the document in its next turn.
    await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
    fireEvent.click(screen.getByRole('button', { name: 'Heading' }));
    expect(screen.getByRole('button', { name: 'Heading' }).getAttribute('aria-pressed')).toBe('true');
    fireEvent.click(screen.getByRole('button', { name: 'Checklist' }));
    expect(board.doc.getXmlFragment('notes').toJSON()).toContain('heading');
    expect(screen.getAllByRole('button', { name: /Undo|Redo|Heading|Bold|Italic|Link|list$|Checklist/i }).filter((button) => button.tabIndex === 0), 'one stop of the Tab key').toHaveLength(1);
  });

  it('are read by who may not write', async () => {
    const boards = new FakeBoards();
    open(boards, []);
    const text = await screen.findByRole('textbox');
    expect(text.getAttribute('contenteditable')).toBe('false');
    expect(text.getAttribute('aria-readonly')).toBe('true');
    expect(screen.getByText('You can read here.')).toBeTruthy();
    expect(screen.queryByRole('toolbar')).toBeNull();
    await waitFor(() => expect(boards.asked.every(({ what }) => what === 'read')).toBe(true));
  });

  it('say that the server is away, and that nothing is lost', async () => {
    const boards = new FakeBoards();
    const { board } = open(boards, ['edit_notes']);
    await screen.findByRole('textbox');
    boards.down = true;
    act(() => board.doc.getText('other').insert(0, 'x'));
    expect(await screen.findByText('The server is out of reach. Your changes are kept here and sent when it is back.')).toBeTruthy();
  });

  it('take a link that is one', async () => {
    open(new FakeBoards(), ['edit_notes']);
    const text = await screen.findByRole('textbox', { name: 'Notes of the meeting' });
    fireEvent.click(screen.getByRole('button', { name: 'Link' }));
    fireEvent.change(screen.getByRole('textbox', { name: 'Web address' }), { target: { value: 'javascript:alert(1)' } });
    fireEvent.click(screen.getByRole('button', { name: 'Set link' }));
    expect(screen.getByText('This is not a web address.')).toBeTruthy();
    fireEvent.change(screen.getByRole('textbox', { name: 'Web address' }), { target: { value: 'example.org' } });
    fireEvent.click(screen.getByRole('button', { name: 'Set link' }));
    await waitFor(() => expect(text.querySelector('a')?.getAttribute('href')).toBe('https://example.org/'));
  });

  it('are brought back by who may change the settings, who is asked first', async () => {
    const boards = new FakeBoards();
    open(boards, ['change_settings']);
    fireEvent.click(await screen.findByRole('button', { name: 'Bring back what was lost' }));
    expect(boards.asked.filter(({ what }) => what === 'restore')).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Bring it back' }));
    await waitFor(() => expect(boards.asked).toContainEqual({ what: 'restore', board: 'notes' }));
  });

  it('are brought back by nobody else', async () => {
    open(new FakeBoards(), ['edit_notes', 'layout_for_all']);
    await screen.findByRole('textbox');
    expect(screen.queryByRole('button', { name: 'Bring back what was lost' })).toBeNull();
  });

  it('lead to the whiteboard', async () => {
    const { onWhiteboard } = open(new FakeBoards(), []);
    fireEvent.click(await screen.findByRole('button', { name: 'Whiteboard' }));
    expect(onWhiteboard).toHaveBeenCalledOnce();
  });
});
