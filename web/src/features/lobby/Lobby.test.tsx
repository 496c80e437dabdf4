import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DevicesState, InputState } from '@/sdk/devices/devices';
import { SILENT_LEVEL } from '@/sdk/level';
import { Lobby, type Progress } from './Lobby';

const track = { id: 't1', getSettings: () => ({ width: 1280, height: 720 }) } as unknown as MediaStreamTrack;

interface Given {
  name?: string;
  mic?: InputState;
  camera?: InputState;
  progress?: Progress;
  lists?: Partial<DevicesState['lists']>;
}

function lobby({ name = 'Ada', mic = { at: 'off' }, camera = { at: 'off' }, progress = 'waiting', lists = {} }: Given = {}) {
  const acts = { onName: vi.fn(), onJoin: vi.fn(), onCancel: vi.fn(), onHome: vi.fn(), onToggle: vi.fn(), onChoose: vi.fn() };
  const devices: DevicesState = {
    mic,
    camera,
    lists: { audioinput: [], videoinput: [], audiooutput: [], ...lists },
    chosen: { audioinput: '', videoinput: '', audiooutput: '' },
  };
  render(<Lobby room="tea" name={name} devices={devices} micLevel={SILENT_LEVEL} progress={progress} network={null} onCheckNetwork={vi.fn()} browser="firefox" host="meet.example" {...acts} />);
  return acts;
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

beforeEach(() => {
  vi.stubGlobal('MediaStream', vi.fn());
});

describe('the lobby', () => {
  it('lets in whoever has a name', () => {
    const acts = lobby();
    press('Join');
    expect(acts.onJoin).toHaveBeenCalledTimes(1);
  });

  it('asks for a name where there is none, and puts the cursor there', () => {
    const acts = lobby({ name: '  ' });
    press('Join');
    expect(acts.onJoin).not.toHaveBeenCalled();
    expect(screen.getByRole('alert').textContent).toBe('Tell the others who you are.');
    expect(document.activeElement).toBe(screen.getByLabelText('Your name'));
  });

  it('can be joined without a camera and without a microphone', () => {
    const acts = lobby({ mic: { at: 'failed', problem: 'denied' }, camera: { at: 'failed', problem: 'denied' } });
    press('Join');
    expect(acts.onJoin).toHaveBeenCalledTimes(1);
  });

  it('does not join twice, and can be called off', () => {
    const acts = lobby({ progress: 'retrying' });
    press('Joining…');
    press('Cancel');
    expect(acts.onJoin).not.toHaveBeenCalled();
    expect(acts.onCancel).toHaveBeenCalledTimes(1);
    expect(screen.getByText('The server does not answer. Trying again…')).toBeDefined();
  });

  it('shows where permission lives in this very browser', () => {
    const acts = lobby({ mic: { at: 'failed', problem: 'denied' }, camera: { at: 'failed', problem: 'denied' } });
    expect(screen.getByText('Your camera and microphone are blocked')).toBeDefined();
    expect(screen.getByText('Press the crossed-out camera at the left of the address.')).toBeDefined();
    press('Try again');
    expect(acts.onToggle.mock.calls).toEqual([
      ['camera', true],
      ['mic', true],
    ]);
  });

  it('speaks of the camera alone when only the camera is at fault', () => {
    lobby({ mic: { at: 'on', track }, camera: { at: 'failed', problem: 'in-use' } });
    expect(screen.getByText('Your camera is in use')).toBeDefined();
    expect(screen.getByText('Say something to test your microphone')).toBeDefined();
  });

  it('switches off what is on', () => {
    const acts = lobby({ mic: { at: 'on', track }, camera: { at: 'on', track } });
    press('Mute microphone');
    press('Turn camera off');
    expect(acts.onToggle.mock.calls).toEqual([
      ['mic', false],
      ['camera', false],
    ]);
  });

  it('offers what can be chosen, with a name even before the browser tells it', () => {
    const acts = lobby({ lists: { audioinput: [{ id: 'm1', label: '' }] } });
    expect(screen.queryByLabelText('Camera')).toBeNull();
    expect(screen.getByRole('option', { name: 'Device 1' })).toBeDefined();
    fireEvent.change(screen.getByLabelText('Microphone'), { target: { value: 'm1' } });
    expect(acts.onChoose).toHaveBeenCalledWith('audioinput', 'm1');
  });
});
