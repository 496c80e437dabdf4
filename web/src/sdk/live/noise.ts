import type { AudioProcessorOptions, Track, TrackProcessor } from 'livekit-client';
import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import rnnoiseUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import rnnoiseSimdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';

/** The rate that RNNoise was trained for; at any other it takes voices for noise. */
const RATE = 48_000;

/**
 * RNNoise in an audio worklet, between the microphone and what is sent. Its code and its weights come from our
 * own server, and only to those who ask for it.
 *
 *  owner     the SDK's LocalAudioTrack, which inits and destroys it
 */
export class RnnoiseProcessor implements TrackProcessor<Track.Kind.Audio, AudioProcessorOptions> {
  readonly name = 'rnnoise';
  processedTrack: MediaStreamTrack | undefined;
  private context: AudioContext | null = null;
  private node: RnnoiseWorkletNode | null = null;

  async init({ track }: Pick<AudioProcessorOptions, 'track'>): Promise<void> {
    const context = new AudioContext({ sampleRate: RATE });
    this.context = context;
    const [wasmBinary] = await Promise.all([
      loadRnnoise({ url: rnnoiseUrl, simdUrl: rnnoiseSimdUrl }),
      context.audioWorklet.addModule(workletUrl),
    ]);
    this.node = new RnnoiseWorkletNode(context, { wasmBinary, maxChannels: 1 });
    const out = context.createMediaStreamDestination();
    context.createMediaStreamSource(new MediaStream([track])).connect(this.node).connect(out);
    await context.resume();
    this.processedTrack = out.stream.getAudioTracks()[0];
  }

  async restart(options: Pick<AudioProcessorOptions, 'track'>): Promise<void> {
    await this.destroy();
    await this.init(options);
  }

  async destroy(): Promise<void> {
    this.node?.destroy();
    this.node = null;
    this.processedTrack?.stop();
    this.processedTrack = undefined;
    const context = this.context;
    this.context = null;
    await context?.close();
  }
}
