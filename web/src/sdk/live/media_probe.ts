import { Room } from 'livekit-client';
import type { MediaFindings } from '../probe/probe';
import { NetworkMeter, type Report } from './network';

const CONNECT_TIMEOUT_MS = 8000;
const PICTURE = { width: 160, height: 90 };
const WATCH_MS = 1200;

/**
 * Connects to a room, sends a small moving picture for a second, and reads how it got there. A connection that
 * carries nothing proves little: some networks let the handshake through and drop what follows.
 */
export async function probeMedia(url: string, token: string, signal: AbortSignal): Promise<MediaFindings> {
  const room = new Room({ dynacast: false });
  const stop = (): void => void room.disconnect();
  signal.addEventListener('abort', stop, { once: true });
  const picture = movingPicture();
  try {
    await room.connect(url, token, { peerConnectionTimeout: CONNECT_TIMEOUT_MS, maxRetries: 0 });
    const { track } = await room.localParticipant.publishTrack(picture.track, { simulcast: false, videoCodec: 'vp8' });
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    const report = await track?.getRTCStatsReport();
    const sample = new NetworkMeter().read(report === undefined ? [] : [report]);
    return { flows: report !== undefined && sentOver(report) > 0, rttMs: sample.rttMs, detour: sample.detour };
  } catch {
    return { flows: false, rttMs: null, detour: false };
  } finally {
    signal.removeEventListener('abort', stop);
    picture.stop();
    await room.disconnect();
  }
}

function sentOver(report: Report): number {
  let bytes = 0;
  report.forEach((stats) => {
    if (stats.type === 'candidate-pair' && stats.nominated === true && typeof stats.bytesSent === 'number') bytes += stats.bytesSent;
  });
  return bytes;
}

function movingPicture(): { readonly track: MediaStreamTrack; stop(): void } {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, PICTURE);
  const context = canvas.getContext('2d');
  let hue = 0;
  const draw = (): void => {
    if (context === null) return;
    context.fillStyle = `hsl(${(hue += 37)} 60% 50%)`;
    context.fillRect(0, 0, PICTURE.width, PICTURE.height);
  };
  draw();
  const timer = setInterval(draw, 66);
  const track = canvas.captureStream(15).getVideoTracks()[0];
  if (track === undefined) throw new Error('a canvas without a picture');
  return {
    track,
    stop() {
      clearInterval(timer);
      track.stop();
    },
  };
}
