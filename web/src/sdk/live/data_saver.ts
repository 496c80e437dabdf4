import { Track, VideoQuality, type RemoteTrackPublication, type Room } from 'livekit-client';
import type { DataSaver } from '../preferences';

/** Makes one publication cost what the mode allows; says nothing to the server that holds already. */
export function spare(publication: RemoteTrackPublication, mode: DataSaver): void {
  if (publication.kind !== Track.Kind.Video) return;
  const isCamera = publication.source === Track.Source.Camera;
  const wanted = !(isCamera && mode === 'audio');
  if (publication.isDesired !== wanted) publication.setSubscribed(wanted);
  if (!wanted) return;
  // A shared screen is there to be read: small letters help nobody.
  publication.setVideoQuality(isCamera && mode === 'low' ? VideoQuality.LOW : VideoQuality.HIGH);
}

export function spareAll(room: Room, mode: DataSaver): void {
  for (const participant of room.remoteParticipants.values()) {
    for (const publication of participant.trackPublications.values()) spare(publication, mode);
  }
}
