// A participant through @livekit/rtc-node: the real libwebrtc engine without a browser, with the same
// picture and tone as everybody else here.
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  DataPacketKind,
  LocalAudioTrack,
  LocalVideoTrack,
  type RemoteTrack,
  Room,
  RoomEvent,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoFrame,
  VideoSource,
  VideoStream,
} from '@livekit/rtc-node';
import { toneSamples } from './media.ts';
import { PERIOD, type Reading, drawRgb, readPicture } from './pattern.ts';
import { energy, loudestHz } from './tone.ts';

const RATE = 48_000;

export interface NodePublishOptions {
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly simulcast?: boolean;
  /** Of so many who speak in turns, two seconds each, which one; without it, the tone goes on. */
  readonly turn?: { readonly place: number; readonly of: number };
}

const TURN_MS = 2000;

export class NodeParticipant {
  readonly room = new Room();
  readonly data: { from: string; topic: string; text: string; reliable: boolean }[] = [];
  readonly #pictures = new Map<string, Reading & { frames: number }>();
  readonly #sounds = new Map<string, Int16Array>();
  #running = true;

  constructor(readonly id: number) {
    this.room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) => {
      if (track.kind === TrackKind.KIND_VIDEO) void this.#look(track, participant.identity);
      else void this.#listen(track, participant.identity);
    });
    this.room.on(RoomEvent.DataReceived, (payload, participant, kind, topic) => {
      const text = new TextDecoder().decode(payload);
      this.data.push({ from: participant?.identity ?? '', topic: topic ?? '', text, reliable: kind === DataPacketKind.KIND_RELIABLE });
    });
  }

  async join(url: string, token: string, { subscribe = true } = {}) {
    await this.room.connect(url, token, { autoSubscribe: subscribe, dynacast: false });
  }

  async #look(track: RemoteTrack, identity: string) {
    // A track that comes again after a reconnect goes on counting.
    let frames = this.#pictures.get(identity)?.frames ?? 0;
    for await (const { frame } of new VideoStream(track)) {
      frames += 1;
      // Comparing costs; every fifth picture tells enough.
      if (frames % 5 !== 1) continue;
      const rgba = frame.convert(VideoBufferType.RGBA);
      const reading = readPicture(new Uint8ClampedArray(rgba.data), rgba.width, rgba.height);
      this.#pictures.set(identity, { ...(reading ?? { id: -1, frame: -1, psnr: 0 }), frames });
    }
  }

  async #listen(track: RemoteTrack, identity: string) {
    let window = new Int16Array(0);
    for await (const frame of new AudioStream(track, RATE, 1)) {
      const joined = new Int16Array(window.length + frame.data.length);
      joined.set(window);
      joined.set(frame.data, window.length);
      window = joined.slice(Math.max(0, joined.length - RATE / 4));
      this.#sounds.set(identity, window);
    }
  }

  sees(identity: string): Reading & { frames: number } {
    return this.#pictures.get(identity) ?? { id: -1, frame: -1, psnr: 0, frames: 0 };
  }

  hears(identity: string): { energy: number; peakHz: number } {
    const samples = this.#sounds.get(identity) ?? new Int16Array(0);
    return { energy: energy(samples), peakHz: samples.length > 0 ? loudestHz(samples, RATE) : 0 };
  }

  async publish({ width = 640, height = 360, fps = 15, simulcast = true, turn }: NodePublishOptions = {}) {
    const me = this.room.localParticipant!;
    const video = new VideoSource(width, height);
    const audio = new AudioSource(RATE, 1);
    await me.publishTrack(
      LocalVideoTrack.createVideoTrack('camera', video),
      new TrackPublishOptions({ source: TrackSource.SOURCE_CAMERA, simulcast }),
    );
    await me.publishTrack(
      LocalAudioTrack.createAudioTrack('microphone', audio),
      new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE, dtx: false }),
    );
    void this.#play(audio, turn);
    this.#show(video, width, height, fps);
  }

  #show(source: VideoSource, width: number, height: number, fps: number) {
    const pictures = Array.from({ length: PERIOD }, (_, frame) => {
      const rgb = drawRgb(this.id, frame, width, height);
      const rgba = new Uint8Array(width * height * 4).fill(255);
      for (let i = 0; i < width * height; i++) rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
      return rgba;
    });
    let frame = 0;
    const timer = setInterval(() => {
      if (!this.#running) return clearInterval(timer);
      source.captureFrame(new VideoFrame(pictures[frame % PERIOD]!, width, height, VideoBufferType.RGBA));
      frame += 1;
    }, 1000 / fps);
  }

  async #play(source: AudioSource, turn: NodePublishOptions['turn']) {
    const second = toneSamples(this.id, 1, RATE);
    const step = RATE / 100;
    const silence = new Int16Array(step);
    const speaks = () => turn === undefined || Math.floor(Date.now() / TURN_MS) % turn.of === turn.place;
    for (let at = 0; this.#running; at = (at + step) % second.length) {
      await source.captureFrame(new AudioFrame(speaks() ? second.slice(at, at + step) : silence, RATE, 1, step));
    }
  }

  async leave() {
    this.#running = false;
    await this.room.disconnect();
  }
}
