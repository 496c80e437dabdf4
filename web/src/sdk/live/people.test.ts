import { ConnectionQuality, Track, type Participant } from 'livekit-client';
import { describe, expect, it, vi } from 'vitest';
import type { Person } from '../call';
import { personOf, roster } from './people';

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

describe('the roster', () => {
  const me = person('me', { isLocal: true });
  const ada = person('ada');
  const bob = person('bob');

  it('puts ourselves first and who is new last', () => {
    expect(roster([me, ada], [bob, ada, me], false)).toEqual([me, ada, bob]);
    expect(roster([], [ada, me], false)).toEqual([me, ada]);
  });

  it('keeps everyone in their place, whatever order they are told in', () => {
    expect(roster([me, ada, bob], [bob, me, ada], false).map((p) => p.id)).toEqual(['me', 'ada', 'bob']);
  });

  it('stays the same object when nothing changed', () => {
    const before = [me, ada];
    expect(roster(before, [{ ...me }, { ...ada }], false)).toBe(before);
  });

  it('replaces only who changed', () => {
    const next = roster([me, ada, bob], [me, { ...ada, mic: 'off' }, { ...bob }], false);
    expect(next[1]).toMatchObject({ id: 'ada', mic: 'off' });
    expect(next[2]).toBe(bob);
  });

  it('closes the gap of who left', () => {
    expect(roster([me, ada, bob], [me, bob], false)).toEqual([me, bob]);
  });

  it('keeps who seems gone while the connection is being repaired, but lets nobody speak', () => {
    expect(roster([me, { ...ada, speaking: true }], [me], true)).toEqual([me, ada]);
  });
});

describe('a participant', () => {
  const track = { attach: vi.fn(), detach: vi.fn(), streamState: Track.StreamState.Paused };
  const publications: Record<string, object> = {
    [Track.Source.Camera]: { trackSid: 'TR_1', track, isMuted: false, dimensions: { width: 720, height: 1280 } },
    [Track.Source.Microphone]: { trackSid: 'TR_2', track: {}, isMuted: true },
  };
  const participant = (more: object = {}): Participant =>
    ({
      identity: 'ada-1',
      name: '',
      isLocal: false,
      isSpeaking: true,
      connectionQuality: ConnectionQuality.Lost,
      getTrackPublication: (source: Track.Source) => publications[source],
      ...more,
    }) as unknown as Participant;

  it('is told with all that a tile shows', () => {
    expect(personOf(participant())).toMatchObject({
      id: 'ada-1',
      name: 'ada-1',
      mic: 'off',
      share: null,
      speaking: true,
      quality: 'lost',
      paused: true,
      camera: { id: 'TR_1', aspect: 0.5625 },
    });
  });

  it('has the same picture object as long as it has the same track', () => {
    expect(personOf(participant()).camera).toBe(personOf(participant({ isSpeaking: false })).camera);
  });

  it('shows and hides its picture in the element it is given', () => {
    const element = document.createElement('video');
    const detach = personOf(participant()).camera?.attach(element);
    expect(track.attach).toHaveBeenCalledWith(element);
    detach?.();
    expect(track.detach).toHaveBeenCalledWith(element);
  });

  it('has no picture while its camera is muted', () => {
    const muted = { ...publications[Track.Source.Camera], isMuted: true };
    expect(personOf(participant({ getTrackPublication: () => muted })).camera).toBeNull();
  });
});
