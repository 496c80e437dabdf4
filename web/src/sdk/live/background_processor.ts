import type { Track, TrackProcessor, VideoProcessorOptions } from 'livekit-client';
import type { CameraBackground } from '../background/camera_background';

/**
 * The background as the SDK of the call takes it. Throws where there is no effect, since the SDK would send the
 * camera as it is.
 *
 *  owner     the SDK's LocalVideoTrack, which restarts it with each new camera and destroys it when it stops
 */
export class BackgroundProcessor implements TrackProcessor<Track.Kind.Video, VideoProcessorOptions> {
  readonly name = 'background';
  processedTrack: MediaStreamTrack | undefined;

  constructor(private readonly background: CameraBackground) {}

  async init({ track }: Pick<VideoProcessorOptions, 'track'>): Promise<void> {
    const processed = this.background.process(track);
    if (processed === null) throw new Error('the background cannot be changed');
    this.processedTrack = processed;
    return Promise.resolve();
  }

  async restart(options: Pick<VideoProcessorOptions, 'track'>): Promise<void> {
    await this.init(options);
  }

  async destroy(): Promise<void> {
    // One that came after it may be at work already.
    if (this.background.picture.get() === this.processedTrack) this.background.release();
    return Promise.resolve();
  }
}
