/** How loud something is, 0..1, as often as the screen is drawn. Bypasses React: a meter is not state. */
export interface Level {
  subscribe(listener: (level: number) => void): () => void;
}

export const SILENT_LEVEL: Level = { subscribe: () => () => undefined };

/** Below this a room is quiet, above the other a voice is loud (dB relative to full scale). */
const FLOOR_DB = -56;
const CEILING_DB = -14;

/** Root mean square of the samples, on the scale that ears use, as 0..1. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length || 1e-12);
  return Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (CEILING_DB - FLOOR_DB)));
}

/** Rises at once, so that the first syllable shows; falls slowly, so that it can be seen. */
export function settle(shown: number, heard: number): number {
  return heard >= shown ? heard : Math.max(heard, shown - 0.04);
}

let sharedContext: AudioContext | null = null;

function audioContext(): AudioContext {
  sharedContext ??= new AudioContext();
  return sharedContext;
}

/**
 * The level of whichever track `use` was last given. Listens only while somebody watches.
 *
 *  owner     the devices store or the call; `use(null)` lets go of the track, which stays its owner's
 */
export class TrackLevel implements Level {
  private readonly listeners = new Set<(level: number) => void>();
  private track: MediaStreamTrack | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private frame = 0;

  use(track: MediaStreamTrack | null): void {
    if (track === this.track) return;
    this.stop();
    this.track = track;
    if (this.listeners.size > 0) this.start();
  }

  subscribe(listener: (level: number) => void): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.stop();
    };
  }

  private start(): void {
    if (this.track === null || typeof AudioContext === 'undefined') return;
    const context = audioContext();
    // Allowed without a press while the page is capturing; elsewhere the next press retries.
    if (context.state === 'suspended') void context.resume().catch(() => undefined);
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    this.source = context.createMediaStreamSource(new MediaStream([this.track]));
    this.source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let shown = 0;
    const draw = (): void => {
      analyser.getFloatTimeDomainData(samples);
      shown = settle(shown, this.track?.enabled === true ? loudness(samples) : 0);
      for (const listener of this.listeners) listener(shown);
      this.frame = requestAnimationFrame(draw);
    };
    this.frame = requestAnimationFrame(draw);
  }

  private stop(): void {
    cancelAnimationFrame(this.frame);
    this.source?.disconnect();
    this.source = null;
    for (const listener of this.listeners) listener(0);
  }
}
