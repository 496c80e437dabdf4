import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DevicesState, InputState } from '@/sdk/devices/devices';
import { SILENT_LEVEL } from '@/sdk/level';
import type { Doorplate } from '@/sdk/meeting/types';
import { Lobby, type Progress } from './Lobby';
import { Waiting } from './Waiting';

const track = { id: 't1', getSettings: () => ({ width: 1280, height: 720 }) } as unknown as MediaStreamTrack;

const plain: Doorplate = { link: 'tea', title: '', type: 'meeting', state: 'on', has_passcode: false, is_locked: false, host_is_here: true, people: [], count: 0 };

interface Given {
  name?: string;
  mic?: InputState;
  camera?: InputState;
  progress?: Progress;
  door?: Partial<Doorplate>;
  passcode?: 'needed' | 'wrong' | null;
  lists?: Partial<DevicesState['lists']>;
}

function lobby({ name = 'Ada', mic = { at: 'off' }, camera = { at: 'off' }, progress = 'waiting', lists = {}, door, passcode = null }: Given = {}) {
  const acts = { onName: vi.fn(), onJoin: vi.fn(), onCancel: vi.fn(), onHome: vi.fn(), onToggle: vi.fn(), onChoose: vi.fn() };
  const devices: DevicesState = {
    mic,
    camera,
    lists: { audioinput: [], videoinput: [], audiooutput: [], ...lists },
    chosen: { audioinput: '', videoinput: '', audiooutput: '' },
  };
  const plate: Doorplate | null = door === undefined ? null : { ...plain, ...door };
  render(<Lobby room="tea" door={plate} passcode={passcode} name={name} devices={devices} micLevel={SILENT_LEVEL} progress={progress} network={null} onCheckNetwork={vi.fn()} browser="firefox" host="meet.example" {...acts} />);
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

  it('has the title of the meeting, and says who is in', () => {
    lobby({ door: { title: 'Five o’clock', people: [{ name: 'Ben' }, { name: 'Cleo' }, { name: 'Dora' }], count: 7 } });
    expect(screen.getByRole('heading', { name: 'Five o’clock' })).toBeDefined();
    expect(screen.getByText('Ben, Cleo and 5 more are here')).toBeDefined();
  });

  it.each([
    [[], 'Nobody is here yet'],
    [['Ben'], 'Ben is here'],
    [['Ben', 'Cleo'], 'Ben and Cleo are here'],
    [['Ben', 'Cleo', 'Dora'], 'Ben, Cleo and 1 more are here'],
  ])('says of %j: %s', (names, words) => {
    lobby({ door: { people: names.map((name) => ({ name })), count: names.length } });
    expect(screen.getByText(words)).toBeDefined();
  });

  it('says what pressing the button will do', () => {
    const acts = lobby({ door: { people: null, count: null } });
    expect(screen.getByText('Somebody inside will let you in.')).toBeDefined();
    press('Ask to join');
    expect(acts.onJoin).toHaveBeenCalledTimes(1);
  });

  it('says that the host is not here', () => {
    lobby({ door: { people: null, count: null, host_is_here: false } });
    expect(screen.getByRole('button', { name: 'Wait for the host' })).toBeDefined();
    expect(screen.getByText('The host is not here yet. You can wait for them.')).toBeDefined();
  });

  it('says that the meeting is locked, and lets those try who may come in all the same', () => {
    const acts = lobby({ door: { people: null, count: null, is_locked: true } });
    expect(screen.getByText('This meeting is locked: nobody new comes in.')).toBeDefined();
    press('Join');
    expect(acts.onJoin).toHaveBeenCalledTimes(1);
  });

  it('asks for the passcode where there is one, and hands it over', () => {
    const acts = lobby({ door: { people: null, count: null, has_passcode: true } });
    fireEvent.change(screen.getByLabelText('Passcode'), { target: { value: 'blue' } });
    press('Join');
    expect(acts.onJoin).toHaveBeenCalledWith('blue');
  });

  it('asks nobody for it who knows who is inside', () => {
    lobby({ door: { has_passcode: true } });
    expect(screen.queryByLabelText('Passcode')).toBeNull();
  });

  it.each([
    ['needed', 'This meeting has a passcode. Enter it to join.'],
    ['wrong', 'That is not the passcode. Check it, then try again.'],
  ] as const)('says that the passcode is %s, until another one is typed', (passcode, words) => {
    lobby({ passcode });
    expect(screen.getByRole('alert').textContent).toBe(words);
    expect(document.activeElement).toBe(screen.getByLabelText('Passcode'));
    fireEvent.change(screen.getByLabelText('Passcode'), { target: { value: 'red' } });
    expect(screen.queryByRole('alert')).toBeNull();
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

  it('shows where permission lives in this very browser', async () => {
    const acts = lobby({ mic: { at: 'failed', problem: 'denied' }, camera: { at: 'failed', problem: 'denied' } });
    expect(screen.getByText('Your camera and microphone are blocked')).toBeDefined();
    expect(await screen.findByText('Press the crossed-out camera at the left of the address.', {}, { timeout: 10_000 })).toBeDefined();
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

describe('waiting', () => {
  const devices: DevicesState = {
    mic: { at: 'on', track },
    camera: { at: 'off' },
    lists: { audioinput: [], videoinput: [], audiooutput: [] },
    chosen: { audioinput: '', videoinput: '', audiooutput: '' },
  };
  function waiting(more: { why?: 'lobby' | 'host'; message?: string; away?: boolean } = {}) {
    const acts = { onToggle: vi.fn(), onLeave: vi.fn(), onHome: vi.fn() };
    const { why = 'lobby', message = '', away = false } = more;
    render(<Waiting title="Tea" why={why} message={message} away={away} name="Ada" devices={devices} micLevel={SILENT_LEVEL} browser="firefox" host="meet.example" {...acts} />);
    return acts;
  }

  it('says whom we wait for and what happens next, and a screen reader begins there', () => {
    waiting();
    const heading = screen.getByRole('heading', { name: 'Waiting to be let in' });
    expect(document.activeElement).toBe(heading);
    expect(screen.getByText(/When one of them lets you in, you hear a sound/)).toBeDefined();
  });

  it('says that the host is not here yet', () => {
    waiting({ why: 'host' });
    expect(screen.getByRole('heading', { name: 'The host is not here yet' })).toBeDefined();
  });

  it('shows what the host has to say, where it is read out when it comes', () => {
    waiting({ message: 'Two more minutes' });
    expect(screen.getByText('Two more minutes').closest('[aria-live]')?.getAttribute('aria-live')).toBe('polite');
  });

  it('says that the server is away, and that the place is kept', () => {
    waiting({ away: true });
    expect(screen.getByText(/Your place is kept/)).toBeDefined();
  });

  it('can be ended, and what others will see and hear can be changed meanwhile', () => {
    const acts = waiting();
    press('Mute microphone');
    expect(acts.onToggle).toHaveBeenCalledWith('mic', false);
    press('Stop waiting');
    expect(acts.onLeave).toHaveBeenCalledTimes(1);
  });
});
