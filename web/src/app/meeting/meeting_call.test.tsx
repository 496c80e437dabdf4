import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CallScreen } from '@/app/CallScreen';
import { EMPTY_CALL, type Call, type CallSnapshot, type Person } from '@/sdk/call';
import { NO_CAPTIONS } from '@/sdk/captions';
import { SILENT_LEVEL } from '@/sdk/level';
import type { MeetingState } from '@/sdk/meeting/types';
import { createStore } from '@/sdk/store';
import { announcer } from '@/shared/announcer';
import { meetingWith, someone, stateWith, viewWith } from '@/shared/testing/meeting';

const person = (id: string, isLocal = false): Person => ({ id, name: id, isLocal, mic: 'on', camera: null, share: null, speaking: false, quality: 'good', paused: false, volume: 1 });

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
});

async function open(state: MeetingState, more: Partial<CallSnapshot> = {}) {
  const snapshot = createStore<CallSnapshot>({ ...EMPTY_CALL, people: [person('me', true), person('ada')], mic: { on: true, busy: false }, ...more });
  const setMic = vi.fn(() => Promise.resolve());
  const nothing = (): Promise<void> => Promise.resolve();
  const call: Call = { snapshot, micLevel: SILENT_LEVEL, captions: createStore(NO_CAPTIONS), setMic, setCamera: nothing, setShare: nothing, chooseDevice: nothing, unblockAudio: nothing, setVolume: vi.fn(), setNoise: nothing, setDataSaver: vi.fn(), dismissTrouble: vi.fn(), dismissFallback: vi.fn() };
  const { meeting, asked, view } = meetingWith(viewWith(state));
  const onLeave = vi.fn();
  const who = { room: 'tea', name: 'me' };
  const { container } = render(
    <CallScreen
      call={call}
      meeting={meeting}
      join={{ at: 'live', who, grant: { token: '', participant: 'me', url: '/', room: 'main' }, room: 'main' }}
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
  // Its code and its words come once the call is there.
  await waitFor(() => {
    if (container.querySelector('[data-control=hand], [data-control=chat], [data-control=host]') === null) throw new Error('not yet');
  }, { timeout: 5000 });
  await act(async () => Promise.resolve()); // Effects follow what is seen: keys are listened for by one.
  return { asked, view, setMic, snapshot, onLeave, control: (name: string) => container.querySelector<HTMLElement>(`[data-control=${name}]`) };
}

const MEDIA = ['publish_microphone', 'publish_camera', 'unmute_self', 'raise_hand'] as const;

describe('a meeting in a call', () => {
  it('shows what one may do, and nothing else', async () => {
    const { control } = await open(stateWith({ can: [...MEDIA, 'chat'] }));
    expect(['mic', 'camera', 'hand', 'chat', 'leave'].map((name) => control(name) !== null)).toEqual([true, true, true, true, true]);
    expect(['react', 'host', 'ask'].map(control)).toEqual([null, null, null]);
    expect(control('leave')?.getAttribute('aria-haspopup')).toBeNull();
  });

  it('asks instead of switching on a microphone that the host holds', async () => {
    const state = stateWith({ can: ['publish_microphone', 'raise_hand'], me: { hard_muted: true } });
    const { control, asked, setMic } = await open(state, { mic: { on: false, busy: false } });
    expect(control('mic')).toBeNull();
    expect(control('ask')?.getAttribute('aria-label')).toBe('Raise your hand to speak. You are muted by the host.');
    fireEvent.keyDown(document.body, { key: 'm' });
    fireEvent.keyDown(document.body, { key: ' ', code: 'Space' });
    expect(asked.raiseHand).toHaveBeenCalledWith(true);
    expect(setMic).not.toHaveBeenCalled();
  });

  it('lets those who wait in from the stage', async () => {
    const { asked } = await open(stateWith({ can: [...MEDIA, 'see_lobby', 'admit'], more: { lobby: ['x', 'y', 'z'].map((id) => ({ id, name: id, since: '2026-01-01T10:00:00.000Z' })) } }));
    expect(screen.getByText('3 people are waiting')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Admit all' }));
    expect(asked.admit).toHaveBeenCalledWith();
  });

  it('keeps leaving apart from ending, which it asks about', async () => {
    const { control, asked, onLeave } = await open(stateWith({ can: [...MEDIA, 'end_for_all'], me: { role: 'host' } }));
    fireEvent.click(control('leave') as HTMLElement);
    fireEvent.click(screen.getByRole('menuitem', { name: 'End for all' }));
    expect(asked.endForAll).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'End for all' }));
    expect(asked.endForAll).toHaveBeenCalledTimes(1);
    fireEvent.click(control('leave') as HTMLElement);
    fireEvent.click(screen.getByRole('menuitem', { name: 'Leave the meeting' }));
    expect(onLeave).toHaveBeenCalledTimes(1);
  });

  it('suspends everything by one press behind the shield', async () => {
    const { control, asked } = await open(stateWith({ can: [...MEDIA, 'suspend_all', 'lock'], me: { role: 'host' } }));
    fireEvent.click(control('host') as HTMLElement);
    fireEvent.click(await screen.findByRole('button', { name: 'Suspend everything' }));
    expect(asked.setSuspended).toHaveBeenCalledWith(true);
    fireEvent.click(screen.getByRole('switch', { name: /Lock the meeting/ }));
    expect(asked.setLocked).toHaveBeenCalledWith(true);
  });

  it('says so when a host mutes us, and not when we do it ourselves', async () => {
    const { snapshot } = await open(stateWith({ can: MEDIA }));
    const said = () => announcer.list.get().map(({ text }) => text);
    const mic = (on: boolean, busy: boolean) => act(() => snapshot.update((now) => ({ ...now, mic: { on, busy } })));
    mic(false, true);
    mic(false, false);
    expect(said()).not.toContain('A host muted you. You can unmute yourself.');
    mic(true, true);
    mic(true, false);
    mic(false, false);
    expect(said()).toContain('A host muted you. You can unmute yourself.');
  });

  it('opens the chat by C with its tabs, and gives the focus back', async () => {
    const { control } = await open(stateWith({ can: [...MEDIA, 'chat', 'vote'] }));
    control('chat')?.focus();
    fireEvent.keyDown(document.body, { key: 'c' });
    expect((await screen.findByRole('tab', { name: 'Chat' })).getAttribute('aria-selected')).toBe('true');
    expect(screen.getAllByRole('tab').map((tab) => tab.textContent)).toEqual(['People', 'Chat', 'Polls', 'Notes']);
    fireEvent.keyDown(screen.getByRole('tab', { name: 'Chat' }), { key: 'Escape' });
    expect(screen.queryByRole('tab')).toBeNull();
    expect(document.activeElement).toBe(control('chat'));
  });

  it('shows raised hands on the tiles, in their order', async () => {
    const { view } = await open(stateWith({ can: MEDIA }));
    act(() => view.update((now) => ({ ...now, state: stateWith({ can: MEDIA, more: { participants: [someone('me'), someone('ada', { hand_at: '2026-01-01T10:00:00.000Z' })] } }) })));
    expect(announcer.list.get().map(({ text }) => text)).not.toContain('ada raised a hand');
  });
});
