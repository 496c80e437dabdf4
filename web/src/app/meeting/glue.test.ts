import { act, renderHook } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { t } from '@/shared/i18n';
import { loadLaterWords } from '@/shared/later_words';
import { someone, stateWith, viewWith } from '@/shared/testing/meeting';
import { marksOf } from './marks';
import { askInstead, withoutDevices } from './mic_ask';
import { tabsFor } from './tabs';
import { useMode } from './use_mode';
import { useWhiteboard } from './use_whiteboard';

beforeAll(loadLaterWords);

describe('the layout', () => {
  it('is a host’s for everyone from when they say so, until one chooses again', () => {
    const { result, rerender } = renderHook(({ forAll }: { forAll: 'grid' | 'speaker' | null }) => useMode('grid', forAll), { initialProps: { forAll: null as 'grid' | 'speaker' | null } });
    expect(result.current[0]).toBe('grid');
    rerender({ forAll: 'speaker' });
    expect(result.current[0]).toBe('speaker');
    act(() => result.current[1]('grid'));
    expect(result.current[0]).toBe('grid');
    rerender({ forAll: null });
    expect(result.current[0]).toBe('grid');
    rerender({ forAll: 'speaker' });
    expect(result.current[0]).toBe('grid');
  });
});

describe('the whiteboard', () => {
  it('is on stage when a host shows it to everyone, until one closes it, and as one likes otherwise', () => {
    const { result, rerender } = renderHook(({ forAll }: { forAll: boolean }) => useWhiteboard(forAll), { initialProps: { forAll: false } });
    expect(result.current.open).toBe(false);
    rerender({ forAll: true });
    expect(result.current.open).toBe(true);
    act(() => result.current.close());
    expect(result.current.open).toBe(false);
    rerender({ forAll: false });
    expect(result.current.open).toBe(false);
    act(() => result.current.toggle());
    expect(result.current.open).toBe(true);
    rerender({ forAll: true });
    act(() => result.current.close());
    rerender({ forAll: false });
    expect(result.current.open, 'closed for what everyone was shown').toBe(false);
  });
});

describe('a microphone that may not be switched on', () => {
  it.each([
    [{ can: ['publish_microphone', 'unmute_self', 'raise_hand'] }, false, null],
    [{ can: ['publish_microphone', 'raise_hand'] }, true, null],
    [{ can: ['raise_hand'] }, false, 'Raise your hand to speak. Here, only speakers may talk.'],
    [{ can: ['publish_microphone', 'raise_hand'], me: { hard_muted: true } }, false, 'Raise your hand to speak. You are muted by the host.'],
    [{ can: ['raise_hand'], meeting: { suspended: true } }, false, 'Raise your hand to speak. The meeting is suspended.'],
    [{ can: [] }, false, null],
  ] as const)('%j, on: %s → %s', (wish, on, expected) => {
    expect(askInstead(stateWith(wish), on, t)).toBe(expected);
  });

  it('has no button, nor has a camera; what is on can be switched off', () => {
    expect([...withoutDevices(stateWith(), { mic: false, camera: false, share: false })]).toEqual(['mic', 'camera', 'share']);
    expect([...withoutDevices(stateWith({ can: ['publish_microphone'] }), { mic: true, camera: true, share: true })]).toEqual([]);
  });
});

describe('tabs', () => {
  it('are there for who may do something in them, or has something to read', () => {
    expect(tabsFor(stateWith(), viewWith(stateWith()))).toEqual(['people', 'notes']);
    const all = stateWith({ can: ['chat', 'vote', 'ask_question', 'manage_breakouts'] });
    expect(tabsFor(all, viewWith(all))).toEqual(['people', 'chat', 'polls', 'questions', 'notes', 'rooms']);
    const planned = stateWith({ more: { breakouts: { state: 'planned', rooms: [], ends_at: null, may_hop: false } } });
    expect(tabsFor(planned, viewWith(planned))).toEqual(['people', 'notes']);
  });
});

it('tiles show the place of a hand and the last reaction', () => {
  const state = stateWith({ me: { hand_at: '2026-01-01T10:00:02.000Z' }, more: { participants: [someone('me'), someone('ada', { hand_at: '2026-01-01T10:00:01.000Z' })] } });
  const marks = marksOf(state, [{ key: 1, participant: 'me', emoji: '👏' }, { key: 2, participant: 'me', emoji: '🎉' }], t);
  expect(marks.get('ada')).toEqual({ hand: 1, emoji: null, spoken: 'Hand raised, number 1' });
  expect(marks.get('me')).toEqual({ hand: 2, emoji: '🎉', spoken: 'Hand raised, number 2, Celebration' });
});
