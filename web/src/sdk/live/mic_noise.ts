import type { LocalAudioTrack } from 'livekit-client';
import { constraintsFor } from '../devices/devices';
import type { Noise } from '../preferences';

/** Brings a microphone to the wish about noise; false if the strong way does not run here. */
export async function applyNoise(track: LocalAudioTrack, noise: Noise, deviceId: string): Promise<boolean> {
  const strong = noise === 'strong';
  if (!strong && track.getProcessor() !== undefined) await track.stopProcessor();
  const { noiseSuppression } = constraintsFor('mic', deviceId, noise);
  const now = track.mediaStreamTrack.getSettings().noiseSuppression;
  if (!strong && now !== undefined && now !== noiseSuppression && !track.isMuted) {
    await track.restartTrack(constraintsFor('mic', deviceId, noise));
  }
  if (!strong || track.getProcessor() !== undefined) return true;
  try {
    const { RnnoiseProcessor } = await import('./noise');
    await track.setProcessor(new RnnoiseProcessor());
    return true;
  } catch {
    return false;
  }
}
