import { TrackLevel, type Level } from '../level';
import { recall, remember } from '../memory';
import { rememberedNoise, type Noise } from '../preferences';
import { createStore, type Readable } from '../store';
import { problemOf, type DeviceKind, type DeviceProblem } from './problem';

export interface DeviceInfo {
  readonly id: string;
  /** Empty until the person has given permission; browsers hide the names before. */
  readonly label: string;
}

export type InputKind = 'mic' | 'camera';

export type InputState =
  | { readonly at: 'off' }
  | { readonly at: 'asking' }
  | { readonly at: 'on'; readonly track: MediaStreamTrack }
  | { readonly at: 'failed'; readonly problem: DeviceProblem };

export interface DevicesState {
  readonly mic: InputState;
  readonly camera: InputState;
  readonly lists: Readonly<Record<DeviceKind, readonly DeviceInfo[]>>;
  readonly chosen: Readonly<Record<DeviceKind, string>>;
}

/** What a call takes over when it starts: live tracks, so that joining does not open devices anew. */
export interface Handover {
  readonly mic: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly chosen: DevicesState['chosen'];
}

export const KIND_OF: Record<InputKind, DeviceKind> = { mic: 'audioinput', camera: 'videoinput' };

/** As the browsers and the SDK both take them. */
type Constraints = Omit<MediaTrackConstraints, 'echoCancellation'> & { readonly echoCancellation?: boolean };

export function constraintsFor(kind: InputKind, deviceId: string, noise: Noise = rememberedNoise()): Constraints {
  const device: Constraints = deviceId === '' ? {} : { deviceId: { exact: deviceId } };
  if (kind === 'camera') return { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  // What removes noise after us hears better if nobody did before.
  return { ...device, echoCancellation: true, noiseSuppression: noise === 'browser', autoGainControl: true };
}

/** A page without TLS has none, whatever the types of the DOM say. */
function devicesOfThisPage(): MediaDevices | undefined {
  return navigator.mediaDevices;
}

/**
 * The person's devices before a call: permission, preview tracks, the lists and what is chosen.
 *
 *  owner     the meeting page, one per visit; `release` or `handOver` must end it
 *  bounded   at most one microphone and one camera track at a time
 */
export class Devices {
  private readonly store = createStore<DevicesState>({
    mic: { at: 'off' },
    camera: { at: 'off' },
    lists: { audioinput: [], videoinput: [], audiooutput: [] },
    chosen: {
      audioinput: recall('audioinput'),
      videoinput: recall('videoinput'),
      audiooutput: recall('audiooutput'),
    },
  });
  private readonly meter = new TrackLevel();
  private readonly media: MediaDevices | undefined;
  // Counts the requests per input: an answer to an older one is stopped, not shown.
  private readonly turn = { mic: 0, camera: 0 };
  private readonly onDeviceChange = (): void => void this.refreshLists();

  constructor(media = devicesOfThisPage()) {
    this.media = media;
    this.media?.addEventListener('devicechange', this.onDeviceChange);
  }

  get state(): Readable<DevicesState> {
    return this.store;
  }

  get micLevel(): Level {
    return this.meter;
  }

  /** Opens what is wanted with a single question to the person; what fails, fails alone. */
  async start(want: { mic: boolean; camera: boolean }): Promise<void> {
    const wanted = (['mic', 'camera'] as const).filter((kind) => want[kind]);
    const [first, second] = wanted;
    if (first !== undefined && second !== undefined) await this.openTogether();
    else if (first !== undefined) await this.open(first);
    await this.refreshLists();
  }

  async set(kind: InputKind, on: boolean): Promise<void> {
    remember(kind, on);
    if (on) await this.open(kind);
    else this.close(kind, { at: 'off' });
    await this.refreshLists();
  }

  /** Notes what is chosen without opening it: in a call, the call does that. */
  prefer(kind: DeviceKind, id: string): void {
    remember(kind, id);
    this.store.update((state) => ({ ...state, chosen: { ...state.chosen, [kind]: id } }));
  }

  async choose(kind: DeviceKind, id: string): Promise<void> {
    this.prefer(kind, id);
    const input = kind === 'audioinput' ? 'mic' : kind === 'videoinput' ? 'camera' : null;
    if (input !== null) await this.open(input);
  }

  async refreshLists(): Promise<void> {
    const all = await this.media?.enumerateDevices().catch(() => null);
    if (all === undefined || all === null) return;
    const of = (kind: DeviceKind): DeviceInfo[] =>
      all.filter((d) => d.kind === kind && d.deviceId !== '').map((d) => ({ id: d.deviceId, label: d.label }));
    const lists = { audioinput: of('audioinput'), videoinput: of('videoinput'), audiooutput: of('audiooutput') };
    this.store.update((state) => ({ ...state, lists }));
  }

  /** Gives the tracks away; they are the taker's to stop from now on. */
  handOver(): Handover {
    const { mic, camera, chosen } = this.store.get();
    const tracks = { mic: mic.at === 'on' ? mic.track : null, camera: camera.at === 'on' ? camera.track : null };
    this.turn.mic++;
    this.turn.camera++;
    this.meter.use(null);
    this.store.update((state) => ({ ...state, mic: { at: 'off' }, camera: { at: 'off' } }));
    return { ...tracks, chosen };
  }

  release(): void {
    this.close('mic', { at: 'off' });
    this.close('camera', { at: 'off' });
  }

  /** Ends it for good. */
  dispose(): void {
    this.release();
    this.media?.removeEventListener('devicechange', this.onDeviceChange);
  }

  private async openTogether(): Promise<void> {
    if (this.media === undefined) {
      this.failBoth('insecure');
      return;
    }
    const { chosen } = this.store.get();
    const turn = { mic: ++this.turn.mic, camera: ++this.turn.camera };
    this.store.update((state) => ({ ...state, mic: { at: 'asking' }, camera: { at: 'asking' } }));
    try {
      const stream = await this.media.getUserMedia({
        audio: constraintsFor('mic', chosen.audioinput),
        video: constraintsFor('camera', chosen.videoinput),
      });
      this.take('mic', turn.mic, stream.getAudioTracks()[0]);
      this.take('camera', turn.camera, stream.getVideoTracks()[0]);
    } catch (error) {
      const problem = problemOf(error);
      // A "no" was said to both. Anything else may be about one of them only, and which is not told.
      if (problem === 'denied') this.failBoth(problem, turn);
      else await Promise.all([this.open('mic', turn.mic), this.open('camera', turn.camera)]);
    }
  }

  private async open(kind: InputKind, turn = ++this.turn[kind]): Promise<void> {
    if (turn !== this.turn[kind]) return;
    if (this.media === undefined) {
      this.close(kind, { at: 'failed', problem: 'insecure' });
      return;
    }
    this.close(kind, { at: 'asking' }, turn);
    const id = this.store.get().chosen[KIND_OF[kind]];
    try {
      this.take(kind, turn, await this.request(kind, id));
    } catch (error) {
      if (turn === this.turn[kind]) this.close(kind, { at: 'failed', problem: problemOf(error) }, turn);
    }
  }

  /** A device that was remembered may be gone by now: then any other of its kind will do. */
  private async request(kind: InputKind, id: string): Promise<MediaStreamTrack | undefined> {
    const media = this.media;
    if (media === undefined) return undefined;
    const get = async (deviceId: string): Promise<MediaStreamTrack | undefined> => {
      const constraints = constraintsFor(kind, deviceId);
      const stream = await media.getUserMedia(kind === 'mic' ? { audio: constraints } : { video: constraints });
      return stream.getTracks()[0];
    };
    try {
      return await get(id);
    } catch (error) {
      if (id === '' || problemOf(error) !== 'missing') throw error;
      this.store.update((state) => ({ ...state, chosen: { ...state.chosen, [KIND_OF[kind]]: '' } }));
      return await get('');
    }
  }

  private take(kind: InputKind, turn: number, track: MediaStreamTrack | undefined): void {
    if (track === undefined) return;
    if (turn !== this.turn[kind]) {
      track.stop();
      return;
    }
    // Unplugged, or taken away in the browser's own menu.
    track.addEventListener('ended', () => {
      const now = this.store.get()[kind];
      if (now.at === 'on' && now.track === track) this.close(kind, { at: 'failed', problem: 'missing' });
    });
    if (kind === 'mic') this.meter.use(track);
    this.store.update((state) => ({ ...state, [kind]: { at: 'on', track } }));
  }

  private close(kind: InputKind, next: InputState, turn = ++this.turn[kind]): void {
    if (turn !== this.turn[kind]) return;
    const now = this.store.get()[kind];
    if (now.at === 'on') now.track.stop();
    if (kind === 'mic') this.meter.use(null);
    this.store.update((state) => ({ ...state, [kind]: next }));
  }

  private failBoth(problem: DeviceProblem, turn = { mic: ++this.turn.mic, camera: ++this.turn.camera }): void {
    this.close('mic', { at: 'failed', problem }, turn.mic);
    this.close('camera', { at: 'failed', problem }, turn.camera);
  }
}
