// Looks and listens: what a remote track really shows and sounds like, not what its state says.
import { type Reading, readPicture } from '../pattern.ts';

export interface VideoReport extends Reading {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

export interface Gaps {
  readonly frames: number;
  /** Longest time between two frames on screen, in ms. */
  readonly longest: number;
  readonly longestAt: number;
  /** How long it is since the last one. */
  readonly sinceLast: number;
}

const WIDTH = 320;
const HEIGHT = 180;

export class VideoWatcher {
  readonly #video = document.createElement('video');
  readonly #canvas = document.createElement('canvas');
  #frames = 0;
  #mark = { frames: 0, at: 0, last: 0, longest: 0, longestAt: 0 };

  constructor(track: MediaStreamTrack) {
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([track]);
    document.body.append(this.#video);
    void this.#video.play().catch(() => undefined);
    this.#canvas.width = WIDTH;
    this.#canvas.height = HEIGHT;
    this.markGaps();
    const onFrame = () => {
      const now = performance.now();
      this.#frames += 1;
      const gap = now - this.#mark.last;
      if (gap > this.#mark.longest) {
        this.#mark.longest = gap;
        this.#mark.longestAt = now - this.#mark.at;
      }
      this.#mark.last = now;
      this.#mark.frames += 1;
      this.#video.requestVideoFrameCallback(onFrame);
    };
    this.#video.requestVideoFrameCallback(onFrame);
  }

  /** Starts to measure anew. */
  markGaps(): void {
    const now = performance.now();
    this.#mark = { frames: 0, at: now, last: now, longest: 0, longestAt: 0 };
  }

  gaps(): Gaps {
    const sinceLast = performance.now() - this.#mark.last;
    return {
      frames: this.#mark.frames,
      longest: Math.max(this.#mark.longest, sinceLast),
      longestAt: this.#mark.longestAt,
      sinceLast,
    };
  }

  /** The picture on screen now; id -1 if it cannot be read. */
  report(): VideoReport {
    const context = this.#canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(this.#video, 0, 0, WIDTH, HEIGHT);
    const pixels = context.getImageData(0, 0, WIDTH, HEIGHT).data;
    const reading = readPicture(pixels, WIDTH, HEIGHT) ?? { id: -1, frame: -1, psnr: 0 };
    return { ...reading, frames: this.#frames, width: this.#video.videoWidth, height: this.#video.videoHeight };
  }

  close(): void {
    this.#video.srcObject = null;
    this.#video.remove();
  }
}

export interface AudioReport {
  /** Root mean square of the wave, 0 to 1. */
  readonly energy: number;
  /** The loudest frequency. */
  readonly peakHz: number;
  /** How far the peak stands above the rest, in dB: near 0 for noise. */
  readonly clarity: number;
}

let context: AudioContext | undefined;
export function audioContext(): AudioContext {
  context ??= new AudioContext({ sampleRate: 48_000 });
  void context.resume();
  return context;
}

export class AudioWatcher {
  readonly #analyser: AnalyserNode;
  readonly #element = new Audio();
  readonly #source: MediaStreamAudioSourceNode;

  constructor(track: MediaStreamTrack) {
    const stream = new MediaStream([track]);
    // A remote track gives sound to Web Audio only while an element plays it.
    this.#element.srcObject = stream;
    this.#element.volume = 0;
    void this.#element.play().catch(() => undefined);
    this.#analyser = audioContext().createAnalyser();
    this.#analyser.fftSize = 8192;
    this.#analyser.smoothingTimeConstant = 0;
    this.#source = audioContext().createMediaStreamSource(stream);
    this.#source.connect(this.#analyser);
  }

  report(): AudioReport {
    const wave = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(wave);
    const energy = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length);
    const bins = new Float32Array(this.#analyser.frequencyBinCount);
    this.#analyser.getFloatFrequencyData(bins);
    let peak = 0;
    for (let i = 1; i < bins.length; i++) if (bins[i]! > bins[peak]!) peak = i;
    let elsewhere = -Infinity;
    for (let i = 0; i < bins.length; i++) {
      if (Math.abs(i - peak) > 8) elsewhere = Math.max(elsewhere, bins[i]!);
    }
    const clarity = Number.isFinite(bins[peak]!) ? bins[peak]! - Math.max(elsewhere, -200) : 0;
    return { energy, peakHz: (peak * audioContext().sampleRate) / this.#analyser.fftSize, clarity };
  }

  close(): void {
    this.#source.disconnect();
    this.#element.srcObject = null;
  }
}
