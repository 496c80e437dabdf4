import { ConnectionQuality, Track, type Participant, type TrackPublication } from 'livekit-client';
import type { Person, Quality, VideoSource } from '../call';

const QUALITY: Record<ConnectionQuality, Quality> = {
  [ConnectionQuality.Excellent]: 'excellent',
  [ConnectionQuality.Good]: 'good',
  [ConnectionQuality.Poor]: 'poor',
  [ConnectionQuality.Lost]: 'lost',
  [ConnectionQuality.Unknown]: 'unknown',
};

// One source per track for the track's life: views compare by identity and attach once.
const sources = new WeakMap<Track, VideoSource>();

function sourceOf(publication: TrackPublication | undefined): VideoSource | null {
  const track = publication?.track;
  if (publication === undefined || track === undefined || publication.isMuted) return null;
  const known = sources.get(track);
  if (known !== undefined) return known;
  const size = publication.dimensions;
  const source: VideoSource = {
    id: publication.trackSid,
    aspect: size !== undefined && size.height > 0 ? size.width / size.height : null,
    attach(element) {
      track.attach(element);
      return () => void track.detach(element);
    },
  };
  sources.set(track, source);
  return source;
}

export function personOf(participant: Participant, volume = 1): Person {
  const camera = participant.getTrackPublication(Track.Source.Camera);
  const share = participant.getTrackPublication(Track.Source.ScreenShare);
  const mic = participant.getTrackPublication(Track.Source.Microphone);
  return {
    id: participant.identity,
    name: participant.name !== undefined && participant.name !== '' ? participant.name : participant.identity,
    isLocal: participant.isLocal,
    mic: mic !== undefined && !mic.isMuted ? 'on' : 'off',
    camera: sourceOf(camera),
    share: sourceOf(share),
    speaking: participant.isSpeaking,
    quality: QUALITY[participant.connectionQuality],
    paused: camera?.track?.streamState === Track.StreamState.Paused,
    volume,
  };
}

function same(a: Person, b: Person): boolean {
  return (Object.keys(a) as (keyof Person)[]).every((key) => a[key] === b[key]);
}

/**
 * The roster after a change. Everyone keeps the place they had; who is new comes last; who did not
 * change stays the same object, so that only the tiles of those who did are drawn.
 *
 * While the connection is being repaired (`keepMissing`) nobody is taken away: the SDK forgets
 * everyone at that moment and learns them again, and a stage that empties and refills helps no one.
 */
export function roster(before: readonly Person[], now: readonly Person[], keepMissing: boolean): readonly Person[] {
  const fresh = new Map(now.map((person) => [person.id, person]));
  const next: Person[] = [];
  for (const old of before) {
    const current = fresh.get(old.id);
    fresh.delete(old.id);
    if (current !== undefined) next.push(same(old, current) ? old : current);
    else if (keepMissing) next.push(old.speaking ? { ...old, speaking: false } : old);
  }
  next.push(...fresh.values());
  const local = next.findIndex((person) => person.isLocal);
  if (local > 0) next.unshift(...next.splice(local, 1));
  const unchanged = next.length === before.length && next.every((person, i) => person === before[i]);
  return unchanged ? before : next;
}
