import { fireEvent, render, screen } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Attachment } from '@/sdk/meeting/attachments';
import type { MeetingView } from '@/sdk/meeting/meeting';
import type { Capability, FileLimits } from '@/sdk/meeting/types';
import { loadLaterWords } from '@/shared/later_words';
import { meetingWith, message, someone, stateWith, viewWith } from '@/shared/testing/meeting';
import { ChatPanel } from './ChatPanel';

beforeAll(loadLaterWords);

function open(can: readonly Capability[], chat: Partial<MeetingView['chat']> = {}, to: string | null = null, files: FileLimits | null = null) {
  const state = stateWith({ can, more: { files,  participants: [someone('me'), someone('ada'), someone('bob')] } });
  const view = viewWith(state);
  const { meeting, asked } = meetingWith(view);
  asked.fileUrl.mockImplementation((id: string) => `/files/${id}`);
  const onTo = vi.fn();
  render(<ChatPanel meeting={meeting} chat={{ ...view.chat, ...chat }} state={state} to={to} onTo={onTo} />);
  return { asked, onTo };
}

describe('the chat', () => {
  it('sends by Enter, makes a new line by Shift and Enter, and leaves the input method alone', () => {
    const { asked } = open(['chat']);
    const field = screen.getByLabelText('Write a message');
    fireEvent.change(field, { target: { value: ' hello ' } });
    fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
    expect(asked.send).not.toHaveBeenCalled();
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(asked.send).toHaveBeenCalledWith('hello', null, null);
    expect((field as HTMLTextAreaElement).value).toBe('');
  });

  it('writes to one alone, and says so', () => {
    const { asked } = open(['chat', 'private_chat'], {}, 'ada');
    expect(screen.getByLabelText<HTMLSelectElement>('To').selectedOptions[0]?.textContent).toBe('Private, to ada');
    fireEvent.change(screen.getByLabelText('Write a message'), { target: { value: 'psst' } });
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(asked.send).toHaveBeenCalledWith('psst', 'ada', null);
  });

  it('does not send what was meant for somebody who left to everybody who may not be written to', () => {
    open([], {}, 'gone');
    expect(screen.queryByLabelText('Write a message')).toBeNull();
    expect(screen.getByText('You cannot write here now.')).toBeDefined();
  });

  it('answers in private what was said in private', () => {
    const { onTo } = open(['chat', 'private_chat'], { messages: [message('m', { to: 'me', to_name: 'me' })] });
    fireEvent.click(screen.getByRole('button', { name: 'Reply to ada' }));
    expect(onTo).toHaveBeenCalledWith('ada');
  });

  it('lets one change one’s own words, and a moderator delete those of others', () => {
    const messages = [message('mine', { is_mine: true, from: 'me' }), message('hers')];
    const { asked } = open(['chat'], { messages });
    expect(screen.getAllByRole('button', { name: 'Edit' })).toHaveLength(1);
    expect(screen.getAllByRole('button', { name: 'Delete' })).toHaveLength(1);
    fireEvent.click(screen.getByRole('button', { name: 'Edit' }));
    fireEvent.change(screen.getByLabelText('Change the message'), { target: { value: 'better' } });
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(asked.edit).toHaveBeenCalledWith('mine', 'better');
  });

  it('offers what was not sent again', () => {
    const { asked } = open(['chat'], { sending: [{ key: 'k', text: 'lost', to: null, files: [], failed: true }] });
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(asked.resend).toHaveBeenCalledWith('k');
    fireEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(asked.discard).toHaveBeenCalledWith('k');
  });

  const LIMITS = { max_bytes: 25 * 1024 * 1024, max_per_message: 10, endings: ['png', 'pdf'] };
  const attachment = (more: Partial<Attachment> = {}): Attachment => ({ key: 'a', name: 'Plan.pdf', size: 2048, progress: 1, state: 'ready', refusal: null, file: null, ...more });

  it('takes files that are chosen, pasted and dropped, where one may share them', () => {
    const { asked } = open(['chat', 'share_files'], {}, null, LIMITS);
    const picture = new File(['x'], 'image.png', { type: 'image/png' });
    fireEvent.change(document.querySelector('input[type=file]') as HTMLElement, { target: { files: [picture] } });
    expect(asked.attach).toHaveBeenLastCalledWith([picture]);
    const field = screen.getByLabelText('Write a message');
    fireEvent.paste(field, { clipboardData: { files: [picture] } });
    const [[pasted]] = asked.attach.mock.lastCall as [[File]];
    expect(pasted.name).toMatch(/^\d{4}-\d\d-\d\d .*\.png$/);
    const drag = { dataTransfer: { types: ['Files'], files: [picture] } };
    fireEvent.dragEnter(field, drag);
    expect(screen.getByText('Drop files here to attach them')).toBeDefined();
    fireEvent.drop(field, drag);
    expect(asked.attach).toHaveBeenLastCalledWith([picture]);
    expect(screen.queryByText('Drop files here to attach them')).toBeNull();
  });

  it('offers no files to whoever may not share them', () => {
    open(['chat'], {}, null, LIMITS);
    expect(screen.queryByRole('button', { name: 'Attach files' })).toBeNull();
  });

  it('waits with a message until its files are there, and needs no words then', () => {
    const { asked } = open(['chat', 'share_files'], { attachments: [attachment({ state: 'uploading', progress: 0.5 })] }, null, LIMITS);
    expect(screen.getByLabelText<HTMLProgressElement>('Uploading Plan.pdf').value).toBe(0.5);
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(asked.send).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Remove Plan.pdf' }));
    expect(asked.detach).toHaveBeenCalledWith('a');
  });

  it('sends files alone', () => {
    const { asked } = open(['chat', 'share_files'], { attachments: [attachment()] }, null, LIMITS);
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(asked.send).toHaveBeenCalledWith('', null, null);
  });

  it('says in words why a file is not taken, and tries again what did not get through', () => {
    const refusal = (code: string) => ({ code, title: '', detail: '' });
    const attachments = [attachment({ state: 'refused', refusal: refusal('too_large') }), attachment({ key: 'b', state: 'failed', refusal: refusal('away') })];
    const { asked } = open(['chat', 'share_files'], { attachments }, null, LIMITS);
    expect(screen.getByText('This file is larger than 25 MB.')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Upload Plan.pdf again' }));
    expect(asked.retryAttachment).toHaveBeenCalledWith('b');
  });

  it('shows pictures in their place before they are there, and everything else as what can be saved', () => {
    const files = [
      { id: 'f1', name: 'Photo.png', type: 'image/png', size: 2048, width: 960, height: 400 },
      { id: 'f2', name: 'Plan.pdf', type: 'application/pdf', size: 2048, width: null, height: null },
    ];
    open(['chat'], { messages: [message('m', { text: '', files })] });
    const picture = screen.getByRole('link', { name: 'Picture Photo.png, 2 kB: save' });
    expect(picture.getAttribute('href')).toBe('/files/f1');
    expect(picture.querySelector('img')?.width).toBe(240);
    expect(picture.querySelector('img')?.height).toBe(100);
    const card = screen.getByRole('link', { name: 'Save Plan.pdf, 2 kB' });
    expect(card.getAttribute('download')).toBe('Plan.pdf');
    expect(card.querySelector('img')).toBeNull();
  });

  it('draws a handful of ten thousand messages', () => {
    open(['chat'], { messages: Array.from({ length: 10_000 }, (_, i) => message(String(i))) });
    expect(screen.getAllByRole('article').length).toBeLessThan(80);
  });
});
