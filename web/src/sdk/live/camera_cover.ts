import { LocalVideoTrack, Track, type Room } from 'livekit-client';
import type { CameraBackground } from '../background/camera_background';
import { BackgroundProcessor } from './background_processor';

/**
 * Keeps what is sent in line with what was chosen to be behind the person. One step at a time: the SDK gives a
 * track one processor after the other, and between two of them the camera would be seen as it is.
 *
 *  owner     the call, one; `stop` ends it
 */
export class CameraCover {
  private readonly unsubscribe: () => void;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly background: CameraBackground,
    private readonly room: () => Room | null,
    private readonly onChange: () => void,
  ) {
    this.unsubscribe = background.state.subscribe(() => void this.bringInLine());
  }

  stop(): void {
    this.unsubscribe();
  }

  /** For a camera that the SDK is to open; undefined where it is sent as it is. */
  processor(): BackgroundProcessor | undefined {
    return this.background.covers ? new BackgroundProcessor(this.background) : undefined;
  }

  /** Before a track is sent for the first time. False if it must not be. */
  async cover(track: LocalVideoTrack): Promise<boolean> {
    if (!(await this.background.ready())) return false;
    const processor = this.processor();
    if (processor !== undefined) await track.setProcessor(processor);
    return true;
  }

  /** Resolves once it is done, with all that was asked for before. */
  bringInLine(): Promise<void> {
    this.last = this.last.then(() => this.adjust()).catch(() => undefined);
    return this.last;
  }

  private async adjust(): Promise<void> {
    const track = this.room()?.localParticipant.getTrackPublication(Track.Source.Camera)?.track;
    if (!(track instanceof LocalVideoTrack)) return;
    const { at } = this.background.state.get();
    const processor = track.getProcessor();
    if (!this.background.covers) {
      // A camera that is off has no constraints to give back, which the SDK wants to: the effect is gone all the same.
      if (processor !== undefined) await track.stopProcessor().catch(() => undefined);
    } else if (processor === undefined) {
      await track.setProcessor(new BackgroundProcessor(this.background));
    } else if (at === 'on' && processor.processedTrack !== this.background.picture.get() && !track.isMuted) {
      // After a failure the picture comes from another track, which the SDK takes over with the camera opened anew.
      await track.restartTrack();
    } else {
      return;
    }
    this.onChange();
  }
}
