import { fireEvent, render, screen } from '@testing-library/react';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Capability, Participant, Role } from '@/sdk/meeting/types';
import { loadLaterWords } from '@/shared/later_words';
import { meetingWith, someone, stateWith, viewWith } from '@/shared/testing/meeting';
import { PersonOptions } from './PersonOptions';

beforeAll(loadLaterWords);
beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

const ALL: readonly Capability[] = ['mute_others', 'hard_mute', 'stop_video', 'remove', 'ban', 'promote', 'hand_over', 'spotlight', 'allow_to_speak'];

function open(can: readonly Capability[], role: Role, more: Partial<Participant> = {}) {
  const participant = someone('ada', more);
  const state = stateWith({ can, me: { role }, more: { participants: [someone('me', { role }), participant] } });
  const { meeting, asked } = meetingWith(viewWith(state));
  const person = { id: 'ada', name: 'ada', isLocal: false, mic: 'on', camera: null, share: null, speaking: false, quality: 'good', paused: false, volume: 1 } as const;
  render(<PersonOptions id="x" entry={{ id: 'ada', name: 'ada', isLocal: false, person, participant, hand: null }} pinned={false} onPin={vi.fn()} onVolume={vi.fn()} meeting={meeting} state={state} onWrite={null} />);
  return asked;
}

const buttons = () => screen.getAllByRole('button').map((button) => button.textContent);

describe('what one may do about somebody', () => {
  it('is to pin them, for who may nothing more', () => {
    open([], 'attendee');
    expect(buttons()).toEqual(['Pin ada']);
  });

  it('is only what is allowed', () => {
    open(['mute_others'], 'cohost');
    expect(buttons()).toEqual(['Pin ada', 'Mute']);
  });

  it('never reaches up', () => {
    open(ALL, 'cohost', { role: 'host' });
    expect(screen.queryByText('Remove from the meeting')).toBeNull();
    expect(screen.queryByText('Mute')).toBeNull();
  });

  it('asks before it removes, and names the person', () => {
    const asked = open(ALL, 'host');
    fireEvent.click(screen.getByText('Remove from the meeting'));
    expect(asked.remove).not.toHaveBeenCalled();
    expect(screen.getByRole('dialog', { name: 'Remove ada from the meeting?' })).toBeDefined();
    fireEvent.click(screen.getByText('Remove and keep out'));
    expect(asked.remove).toHaveBeenCalledWith('ada', true);
  });

  it('takes back what was taken away', () => {
    const asked = open(ALL, 'host', { hard_muted: true });
    fireEvent.click(screen.getByText('Let them unmute again'));
    expect(asked.restrict).toHaveBeenCalledWith('ada', { microphone: false });
  });
});
