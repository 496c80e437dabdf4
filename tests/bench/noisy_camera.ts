// A camera of libwebrtc whose picture cannot be compressed: it sends whatever rate it is allowed.
import { LocalVideoTrack, Room, TrackPublishOptions, TrackSource, VideoBufferType, VideoFrame, VideoSource } from '@livekit/rtc-node';

const [WIDTH, HEIGHT, FPS] = [640, 360, 30];
const MOST_BITS_PER_SECOND = 3_000_000n;
/** Frames that are shown in turn: making noise costs more than encoding it. */
const FRAMES = 8;

export class NoisyCamera {
  readonly #room = new Room();
  readonly #source = new VideoSource(WIDTH, HEIGHT);
  #timer: NodeJS.Timeout | undefined;

  async join(url: string, token: string) {
    await this.#room.connect(url, token, { autoSubscribe: false, dynacast: false });
    const options = new TrackPublishOptions({
      source: TrackSource.SOURCE_CAMERA,
      simulcast: false,
      videoEncoding: { maxBitrate: MOST_BITS_PER_SECOND, maxFramerate: FPS },
    });
    await this.#room.localParticipant!.publishTrack(LocalVideoTrack.createVideoTrack('noise', this.#source), options);
    const frames = Array.from({ length: FRAMES }, () => {
      const pixels = new Uint8Array((WIDTH * HEIGHT * 3) / 2);
      for (let i = 0; i < pixels.length; i++) pixels[i] = Math.floor(Math.random() * 256);
      return new VideoFrame(pixels, WIDTH, HEIGHT, VideoBufferType.I420);
    });
    let next = 0;
    this.#timer = setInterval(() => this.#source.captureFrame(frames[next++ % FRAMES]!), 1000 / FPS);
  }

  async leave() {
    clearInterval(this.#timer);
    await this.#room.disconnect();
  }
}
