import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { boardOf } from '@/sdk/boards/boards';
import { Drawing } from '@/sdk/boards/drawing';
import { FakeBoards } from '@/sdk/boards/fake_boards';
import type { Capability } from '@/sdk/meeting/types';
import { loadBoardWords } from '@/shared/board_words';
import { loadLaterWords } from '@/shared/later_words';
import { meetingWith, stateWith, viewWith } from '@/shared/testing/meeting';
import { Whiteboard } from './Whiteboard';

beforeAll(async () => {
  await loadLaterWords();
  await loadBoardWords();
});

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  });
  // jsdom has no canvas; letters are as wide as letters usually are then.
  HTMLCanvasElement.prototype.getContext = (() => null) as typeof HTMLCanvasElement.prototype.getContext;
  // jsdom's pointers have no place.
  vi.stubGlobal('PointerEvent', class extends MouseEvent {
    readonly pointerId: number;
    constructor(type: string, init: PointerEventInit) {
      super(type, init);
      this.pointerId = init.pointerId ?? 0;
    }
  });
  SVGElement.prototype.setPointerCapture = () => undefined;
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

async function open(can: readonly Capability[], layout: 'whiteboard' | null = null) {
  const boards = new FakeBoards();
  const state = stateWith({ can, meeting: { layout } });
  const { meeting, asked } = meetingWith(viewWith(state), { ok: true }, boards.planeFor('me'));
  const onClose = vi.fn();
  const { container } = render(<Whiteboard meeting={meeting} state={state} onClose={onClose} />);
  await waitFor(() => expect(container.querySelector('[data-whiteboard=ready]')).not.toBeNull());
  const board = boardOf(meeting, 'whiteboard');
  return { boards, board, drawing: new Drawing(board.doc), asked, onClose, canvas: screen.getByRole('application') };
}

const choose = (name: string): void => void fireEvent.click(screen.getByRole('radio', { name }));
const kinds = (drawing: Drawing): string[] => drawing.view.get().shapes.map(({ kind }) => kind);

describe('the whiteboard', () => {
  it('is drawn on by a pointer', async () => {
    const { canvas, drawing } = await open(['edit_notes']);
    choose('Rectangle');
    fireEvent.pointerDown(canvas, { pointerId: 1, clientX: 10, clientY: 20, button: 0 });
    fireEvent.pointerMove(canvas, { pointerId: 1, clientX: 110, clientY: 70 });
    fireEvent.pointerUp(canvas, { pointerId: 1, clientX: 110, clientY: 70 });
    expect(drawing.view.get().shapes).toMatchObject([{ kind: 'rectangle', x: 10, y: 20, w: 100, h: 50, colour: 'black' }]);
  });

  it('is used by keys alone: placed, moved, made larger, coloured, removed, brought back', async () => {
    const { canvas, drawing } = await open(['edit_notes']);
    choose('Ellipse');
    fireEvent.keyDown(canvas, { key: 'Enter' });
    const [before] = drawing.view.get().shapes;
    fireEvent.keyDown(canvas, { key: 'ArrowRight' });
    fireEvent.keyDown(canvas, { key: 'ArrowDown', altKey: true });
    fireEvent.keyDown(canvas, { key: 'ArrowDown', shiftKey: true });
    choose('Green');
    expect(drawing.view.get().shapes[0]).toMatchObject({ x: (before?.x ?? 0) + 10, y: (before?.y ?? 0) + 1, h: (before?.h ?? 0) + 10, colour: 'green' });
    fireEvent.keyDown(canvas, { key: 'Delete' });
    expect(kinds(drawing)).toEqual([]);
    fireEvent.keyDown(canvas, { key: 'z', ctrlKey: true });
    expect(kinds(drawing)).toEqual(['ellipse']);
  });

  it('has notes that are written into', async () => {
    const { canvas, drawing } = await open(['edit_notes']);
    choose('Sticky note');
    fireEvent.keyDown(canvas, { key: 'Enter' });
    const area = screen.getByRole('textbox', { name: 'Text of the selected object' });
    fireEvent.change(area, { target: { value: 'Buy milk' } });
    fireEvent.keyDown(area, { key: 'Escape' });
    expect(drawing.view.get().shapes[0]?.text).toBe('Buy milk');
    fireEvent.click(screen.getByRole('button', { name: 'List of objects' }));
    expect(screen.getByRole('checkbox', { name: 'Sticky note, Black: Buy milk' })).toBeTruthy();
  });

  it('asks before it is cleared', async () => {
    const { drawing } = await open(['edit_notes']);
    act(() => void drawing.add({ kind: 'pen', x: 0, y: 0, w: 0, h: 0, colour: 'red', text: '', points: [0, 0, 9, 9] }));
    fireEvent.click(screen.getByRole('button', { name: 'Clear the whiteboard' }));
    expect(kinds(drawing)).toEqual(['pen']);
    fireEvent.click(screen.getAllByRole('button', { name: 'Clear the whiteboard', hidden: true }).at(-1) as HTMLElement);
    expect(kinds(drawing)).toEqual([]);
  });

  it('is watched by who may not draw', async () => {
    const { canvas, drawing, boards } = await open([]);
    expect(screen.queryByRole('radio')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Clear the whiteboard' })).toBeNull();
    fireEvent.keyDown(canvas, { key: 'Enter' });
    fireEvent.pointerDown(canvas, { pointerId: 1, clientX: 1, clientY: 1, button: 0 });
    fireEvent.pointerUp(canvas, { pointerId: 1, clientX: 90, clientY: 90 });
    expect(kinds(drawing)).toEqual([]);
    expect(boards.asked.every(({ what }) => what === 'read')).toBe(true);
  });

  it('is brought back by who may change the settings, who is asked first', async () => {
    const { boards } = await open(['change_settings']);
    fireEvent.click(screen.getByRole('button', { name: 'Bring back what was lost' }));
    fireEvent.click(screen.getByRole('button', { name: 'Bring it back' }));
    await waitFor(() => expect(boards.asked).toContainEqual({ what: 'restore', board: 'whiteboard' }));
  });

  it('is shown to everyone by who may decide that, and taken back', async () => {
    const { asked } = await open(['layout_for_all']);
    fireEvent.click(screen.getByRole('button', { name: 'Show to everyone' }));
    expect(asked.setLayout).toHaveBeenCalledWith('whiteboard');
  });
});
