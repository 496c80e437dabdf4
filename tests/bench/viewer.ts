// Somebody who joins, subscribes to everything and notes when it first comes. Nothing is looked at longer
// than that, so that many of them fit into one process.
import { AudioStream, type RemoteTrack, Room, RoomEvent, TrackKind, VideoStream } from '@livekit/rtc-node';

/** A tone has begun; what the engine plays before the first packet is silence. */
const LOUD = 1000;

export class Viewer {
  readonly #room = new Room();
  /** Milliseconds after the call of join(). */
  readonly firstSound: Promise<number>;
  readonly firstPicture: Promise<number>;
  #start = 0;

  constructor() {
    this.firstSound = this.#track(TrackKind.KIND_AUDIO).then((track) => this.#listen(track));
    this.firstPicture = this.#track(TrackKind.KIND_VIDEO).then((track) => this.#look(track));
  }

  /** How long the engine took to say that it is connected. */
  async join(url: string, token: string): Promise<number> {
    this.#start = performance.now();
    await this.#room.connect(url, token, { autoSubscribe: true, dynacast: false });
    return this.#passed();
  }

  leave() {
    return this.#room.disconnect();
  }

  #track(kind: TrackKind): Promise<RemoteTrack> {
    return new Promise((resolve) => {
      this.#room.on(RoomEvent.TrackSubscribed, (track) => {
        if (track.kind === kind) resolve(track);
      });
    });
  }

  #passed() {
    return performance.now() - this.#start;
  }

  async #look(track: RemoteTrack) {
    for await (const _ of new VideoStream(track)) return this.#passed();
    throw new Error('the video ended before its first picture');
  }

  async #listen(track: RemoteTrack) {
    for await (const { data } of new AudioStream(track, 48_000, 1)) {
      if (data.some((sample) => sample > LOUD)) return this.#passed();
    }
    throw new Error('the audio ended before its first sound');
  }
}
