import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EMPTY_CALL, type Call, type CallSnapshot, type Person } from '@/sdk/call';
import { NO_CAPTIONS } from '@/sdk/captions';
import type { JoinState } from '@/sdk/join/machine';
import { SILENT_LEVEL } from '@/sdk/level';
import { createStore } from '@/sdk/store';
import { announcer } from '@/shared/announcer';
import { CallScreen } from './CallScreen';

const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id,
  isLocal: false,
  mic: 'on',
  camera: null,
  share: null,
  speaking: false,
  quality: 'good',
  paused: false,
  volume: 1,
  ...more,
});
const me = person('me', { isLocal: true });
const who = { room: 'tea', name: 'me' };
const grant = { token: '', participant: '', url: '/', room: '' };

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  });
  window.matchMedia = vi.fn().mockReturnValue({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() });
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
  vi.stubGlobal('navigator', Object.create(navigator, { mediaDevices: { value: { getDisplayMedia: vi.fn() } }, onLine: { value: true }, userAgent: { value: 'jsdom' }, platform: { value: '' }, maxTouchPoints: { value: 0 } }) as Navigator);
});

function open(more: Partial<CallSnapshot> = {}, join: JoinState = { at: 'live', who, grant, room: '' }) {
  const snapshot = createStore<CallSnapshot>({ ...EMPTY_CALL, people: [me, person('ada')], mic: { on: true, busy: false }, ...more });
  const call = {
    snapshot,
    micLevel: SILENT_LEVEL,
    captions: createStore(NO_CAPTIONS),
    setMic: vi.fn(() => Promise.resolve()),
    setCamera: vi.fn(() => Promise.resolve()),
    setShare: vi.fn(() => Promise.resolve()),
    chooseDevice: vi.fn(() => Promise.resolve()),
    unblockAudio: vi.fn(() => Promise.resolve()),
    setVolume: vi.fn(),
    setNoise: vi.fn(() => Promise.resolve()),
    setDataSaver: vi.fn(),
    dismissTrouble: vi.fn(),
    dismissFallback: vi.fn(),
  } satisfies Call;
  const onLeave = vi.fn();
  render(
    <CallScreen
      call={call}
      join={join}
      room="tea"
      link="https://meet.example/m/tea"
      since={0}
      devices={{ mic: { at: 'off' }, camera: { at: 'off' }, lists: { audioinput: [], videoinput: [], audiooutput: [] }, chosen: { audioinput: '', videoinput: '', audiooutput: '' } }}
      initialMode="grid"
      onRefreshDevices={vi.fn()}
      onChooseDevice={vi.fn()}
      onLeave={onLeave}
    />,
  );
  return { call, snapshot, onLeave };
}

const key = (name: string) => fireEvent.keyDown(document.body, { key: name });

describe('the call', () => {
  it('obeys single keys', () => {
    const { call } = open();
    key('m');
    key('v');
    key('s');
    expect(call.setMic).toHaveBeenCalledWith(false);
    expect(call.setCamera).toHaveBeenCalledWith(true);
    expect(call.setShare).toHaveBeenCalledWith(true);
  });

  it('opens and closes the list of people by P, and closes it by Escape', async () => {
    open();
    key('p');
    expect(await screen.findByRole('complementary', { name: 'People (2)' })).toBeDefined();
    key('Escape');
    expect(screen.queryByRole('complementary')).toBeNull();
  });

  it('lists its keys by ?, from the same words that the list is made of', async () => {
    open();
    key('?');
    expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toBeDefined();
  });

  it('leaves by one press', () => {
    const { onLeave } = open();
    fireEvent.click(screen.getByRole('button', { name: 'Leave' }));
    expect(onLeave).toHaveBeenCalledTimes(1);
  });

  it('says who comes, and that we muted ourselves, to those who listen', () => {
    const { snapshot } = open();
    act(() => snapshot.update((now) => ({ ...now, people: [...now.people, person('bob')] })));
    act(() => snapshot.update((now) => ({ ...now, mic: { on: false, busy: false } })));
    expect(announcer.list.get().map((item) => item.text).slice(-2)).toEqual(['bob joined', 'Microphone muted']);
  });

  it('counts the people in the title of the tab', () => {
    open();
    expect(document.title).toBe('(2) tea · Parley');
  });
});

describe('what is the matter', () => {
  it('is told while the connection is repaired, with what goes on meanwhile', () => {
    open({}, { at: 'repairing', who, grant, room: '', what: 'signal' });
    expect(screen.getByText('Reconnecting to the server. Picture and sound go on.')).toBeDefined();
  });

  it('is told when the call is joined anew', () => {
    open({}, { at: 'asking', who, attempt: 4, again: true, token: null });
    expect(screen.getByText('The server went away. Joining again…')).toBeDefined();
  });

  it('is a camera that another program has, with a way to another one', () => {
    const { call } = open({ trouble: { device: 'camera', problem: 'in-use' } });
    expect(screen.getByText('Your camera is in use')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(call.dismissTrouble).toHaveBeenCalledTimes(1);
  });

  it('is sound that waits for a press', () => {
    const { call } = open({ audioBlocked: true });
    fireEvent.click(screen.getByRole('button', { name: 'Play sound' }));
    expect(call.unblockAudio).toHaveBeenCalledTimes(1);
  });

  it('is nothing in a good call', () => {
    open();
    expect(document.querySelector('.notice')).toBeNull();
  });
});

describe('talking', () => {
  it('goes by holding a key while muted, and only then', () => {
    const { call, snapshot } = open({ mic: { on: false, busy: false } });
    fireEvent.keyDown(document.body, { key: ' ', code: 'Space' });
    expect(call.setMic).toHaveBeenLastCalledWith(true);
    snapshot.update((now) => ({ ...now, mic: { on: true, busy: false } }));
    fireEvent.keyUp(document.body, { key: ' ', code: 'Space' });
    expect(call.setMic).toHaveBeenLastCalledWith(false);
    call.setMic.mockClear();
    fireEvent.keyDown(document.body, { key: ' ', code: 'Space' });
    fireEvent.keyUp(document.body, { key: ' ', code: 'Space' });
    expect(call.setMic).not.toHaveBeenCalled();
  });

  it('while muted is told, with the key and a way out', () => {
    const { call } = open({ mic: { on: false, busy: false }, mutedSpeech: true });
    expect(screen.getByText('You are muted. Unmute, or hold Space to talk.')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Unmute' }));
    expect(call.setMic).toHaveBeenCalledWith(true);
  });
});

describe('a device that went away', () => {
  it('is named, with what stands in for it', () => {
    const { call } = open({ fallback: { device: 'mic', gone: 'Jabra', now: 'Built-in' } });
    expect(screen.getByText('“Jabra” is gone. Your microphone is now “Built-in”.')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(call.dismissFallback).toHaveBeenCalled();
  });

  it('and has no stand-in is said so', () => {
    open({ fallback: { device: 'camera', gone: 'Logi', now: null } });
    expect(screen.getByText('“Logi” is gone. Nobody sees you.')).toBeDefined();
  });
});

it('a bad connection is named by its cause and its side', () => {
  open({ people: [{ ...me, quality: 'poor' }, { ...person('ada'), quality: 'poor' }], cause: 'sending' });
  expect(screen.getByRole('img', { name: 'Connection: Your network loses some of what you send' })).toBeDefined();
  expect(screen.getByText('Weak connection on their side')).toBeDefined();
});
