import {
  ConnectionState,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  RoomEvent,
  Track,
  type LocalTrack,
  type Participant,
  type RemoteParticipant,
  type RemoteTrack,
  type RoomOptions,
} from 'livekit-client';
import type { CameraBackground } from '../background/camera_background';
import { EMPTY_CALL, type Call, type CallDevice, type CallSnapshot, type Person } from '../call';
import { NO_CAPTIONS, type Captions } from '../captions';
import { constraintsFor, type Handover } from '../devices/devices';
import { problemOf, type DeviceKind } from '../devices/problem';
import { socketUrl } from '../join/api';
import type { Connector } from '../join/drive';
import type { Grant, JoinInput } from '../join/machine';
import { TrackLevel } from '../level';
import { remember } from '../memory';
import { rememberedDataSaver, rememberedNoise, type DataSaver, type Noise } from '../preferences';
import { createStore } from '../store';
import { CameraCover } from './camera_cover';
import { spare, spareAll } from './data_saver';
import { DeviceWatch } from './device_watch';
import { applyNoise } from './mic_noise';
import { MutedSpeech } from './muted_speech';
import { NetworkWatch } from './network_watch';
import { connectFailure, endReason, quickReconnect } from './outcome';
import { personOf, roster } from './people';
import { Unsaid } from './unsaid';

export interface LiveCallOptions {
  /** What to be in the call with at first. Asked for once, at the first connect. */
  readonly handOver: () => Handover;
  /** One peer connection or two; null leaves it to the SDK. */
  readonly singlePeerConnection: boolean | null;
  /** What is to be behind the person; without it the camera is sent as it is. */
  readonly background?: CameraBackground;
  readonly createRoom?: (options: RoomOptions) => Room;
  readonly pageUrl?: string;
}

/** Everything after which the snapshot may read differently. */
const CHANGES = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.TrackStreamStateChanged,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionQualityChanged,
  RoomEvent.ConnectionStateChanged,
  RoomEvent.AudioPlaybackStatusChanged,
] as const;

/**
 * The call over livekit-client: the only class that holds a Room.
 *
 * Outlives its rooms: after the SDK gave up, `connect` makes a new Room, and what the person had on
 * (microphone, camera) is on again in it.
 *
 *  owner     the meeting page, one per visit
 *  bounded   one Room at a time; one audio element per remote sound
 */
export class LiveCall implements Call, Connector {
  private readonly store = createStore<CallSnapshot>({ ...EMPTY_CALL, noise: rememberedNoise(), dataSaver: rememberedDataSaver() });
  private readonly meter = new TrackLevel();
  private readonly sounds: HTMLElement;
  private readonly mutedSpeech = new MutedSpeech((speaks) => this.patch({ mutedSpeech: speaks }));
  private readonly written = createStore<Captions>(NO_CAPTIONS);
  private readonly volumes = new Map<string, number>();
  private watches: { stop(): void }[] = [];
  private room: Room | null = null;
  private handover: Handover | null = null;
  private chosen: Handover['chosen'] = { audioinput: '', videoinput: '', audiooutput: '' };
  private wanted = { mic: false, camera: false };
  private readonly busy: Record<CallDevice, boolean | null> = { mic: null, camera: null, share: null };
  private refreshQueued = false;
  private readonly cover: CameraCover | null;

  constructor(private readonly options: LiveCallOptions) {
    // Outside of what React draws, so that no re-render can interrupt a voice.
    this.sounds = document.createElement('div');
    this.sounds.hidden = true;
    document.body.append(this.sounds);
    const { background } = options;
    this.cover = background === undefined ? null : new CameraCover(background, () => this.room, () => this.refresh());
  }

  get snapshot(): typeof this.store {
    return this.store;
  }

  get micLevel(): TrackLevel {
    return this.meter;
  }

  get captions(): typeof this.written {
    return this.written;
  }

  /** For browser tests and the console; the app itself never looks in. */
  get currentRoom(): Room | null {
    return this.room;
  }

  async connect(grant: Grant, tell: (input: JoinInput) => void, signal: AbortSignal): Promise<void> {
    await this.close();
    const room = this.createRoom();
    this.room = room;
    room.on(RoomEvent.SignalReconnecting, () => tell({ on: 'interrupted', what: 'signal' }));
    room.on(RoomEvent.Reconnecting, () => tell({ on: 'interrupted', what: 'media' }));
    room.on(RoomEvent.Reconnected, () => tell({ on: 'resumed' }));
    room.on(RoomEvent.Moved, (name) => tell({ on: 'relocated', room: name }));
    room.on(RoomEvent.Disconnected, (reason) => tell({ on: 'dropped', why: endReason(reason) }));
    signal.addEventListener('abort', () => void room.disconnect(), { once: true });
    try {
      await room.connect(socketUrl(grant.url, this.options.pageUrl ?? location.href), grant.token);
    } catch (error) {
      const failure = connectFailure(error);
      if (failure !== null) tell(failure);
      return;
    }
    if (signal.aborted) return;
    // Who was there before us published before we listened.
    spareAll(room, this.store.get().dataSaver);
    tell({ on: 'connected' });
    this.refresh();
    this.watch(room);
    void this.readAlong(room).catch(() => undefined);
    await this.publishFirst(room);
  }

  async disconnect(): Promise<void> {
    const { noise, dataSaver } = this.store.get();
    this.store.set({ ...EMPTY_CALL, noise, dataSaver });
    await this.close();
  }

  /** Ends it for good; another visit has another call. */
  async dispose(): Promise<void> {
    this.cover?.stop();
    await this.disconnect();
    this.sounds.remove();
  }

  private async close(): Promise<void> {
    const room = this.room;
    this.room = null;
    for (const watch of this.watches.splice(0)) watch.stop();
    this.mutedSpeech.listen(null);
    this.meter.use(null);
    this.stopHandover();
    await room?.disconnect();
    this.sounds.replaceChildren();
  }

  async setMic(on: boolean): Promise<void> {
    this.wanted.mic = on;
    remember('mic', on);
    await this.change('mic', on, async (room) => {
      await room.localParticipant.setMicrophoneEnabled(on, constraintsFor('mic', this.chosen.audioinput, this.store.get().noise));
      if (on) await this.reduceNoise();
    });
  }

  async setCamera(on: boolean): Promise<void> {
    this.wanted.camera = on;
    remember('camera', on);
    await this.change('camera', on, async (room) => {
      // A background that fails leaves the camera off; its own state says why.
      if (on && (await this.options.background?.ready()) === false) return;
      await this.cover?.bringInLine();
      const processor = this.cover?.processor();
      await room.localParticipant.setCameraEnabled(on, {
        ...(this.chosen.videoinput === '' ? {} : { deviceId: this.chosen.videoinput }),
        ...(processor === undefined ? {} : { processor }),
      });
    });
  }

  async setShare(on: boolean): Promise<void> {
    await this.change('share', on, async (room) => {
      await room.localParticipant.setScreenShareEnabled(on, {
        audio: true,
        contentHint: 'detail',
        selfBrowserSurface: 'exclude',
        surfaceSwitching: 'include',
        systemAudio: 'include',
      });
    });
  }

  async chooseDevice(kind: DeviceKind, id: string): Promise<void> {
    this.chosen = { ...this.chosen, [kind]: id };
    const device: CallDevice = kind === 'videoinput' ? 'camera' : 'mic';
    try {
      await this.room?.switchActiveDevice(kind, id === '' ? 'default' : id, id !== '');
    } catch (error) {
      this.store.update((now) => ({ ...now, trouble: { device, problem: problemOf(error) } }));
    }
    this.refresh();
  }

  setVolume(id: string, volume: number): void {
    this.volumes.set(id, volume);
    this.room?.remoteParticipants.get(id)?.setVolume(volume);
    this.refresh();
  }

  async setNoise(noise: Noise): Promise<void> {
    remember('noise', noise);
    this.patch({ noise, noiseFailed: false });
    await this.reduceNoise();
  }

  setDataSaver(mode: DataSaver): void {
    remember('dataSaver', mode);
    this.patch({ dataSaver: mode });
    if (this.room !== null) spareAll(this.room, mode);
  }

  async unblockAudio(): Promise<void> {
    await this.room?.startAudio();
    this.refresh();
  }

  dismissTrouble(): void {
    this.patch({ trouble: null });
  }

  dismissFallback(): void {
    this.patch({ fallback: null });
  }

  private patch(change: Partial<CallSnapshot>): void {
    this.store.update((now) => ({ ...now, ...change }));
  }

  private watch(room: Room): void {
    this.watches = [
      new NetworkWatch(room, (cause) => {
        if (cause !== this.store.get().cause) this.patch({ cause });
      }),
      new DeviceWatch(
        room,
        () => this.wanted,
        (fallback, kind) => {
          this.chosen = { ...this.chosen, [kind]: '' };
          this.patch({ fallback });
          this.refresh();
        },
      ),
      new Unsaid(room, () => this.takeStock(room)),
    ];
  }

  /** Nothing of it is needed on the way in. */
  private async readAlong(room: Room): Promise<void> {
    const { Transcripts } = await import('./transcripts');
    if (room !== this.room) return;
    const transcripts = new Transcripts(this.written);
    transcripts.listen(room);
    this.watches.push(transcripts);
  }

  private async reduceNoise(): Promise<void> {
    const track = this.room?.localParticipant.getTrackPublication(Track.Source.Microphone)?.track;
    if (!(track instanceof LocalAudioTrack)) return;
    const worked = await applyNoise(track, this.store.get().noise, this.chosen.audioinput);
    this.patch({ noiseFailed: !worked });
    this.refresh();
  }

  private createRoom(): Room {
    const single = this.options.singlePeerConnection;
    const options: RoomOptions = {
      adaptiveStream: true,
      dynacast: true,
      reconnectPolicy: quickReconnect(),
      ...(single === null ? {} : { singlePeerConnection: single }),
    };
    const room = this.options.createRoom?.(options) ?? new Room(options);
    for (const event of CHANGES) room.on(event, () => this.queueRefresh());
    room.on(RoomEvent.TrackSubscribed, (track, _publication, participant) => this.play(track, participant));
    room.on(RoomEvent.TrackPublished, (publication) => spare(publication, this.store.get().dataSaver));
    room.on(RoomEvent.TrackUnsubscribed, (track) => this.silence(track));
    room.on(RoomEvent.TrackMuted, (publication, participant) => this.onMuted(publication.source, participant));
    return room;
  }

  /** The first time with the tracks of the preview, later with devices opened anew. */
  private async publishFirst(room: Room): Promise<void> {
    const first = this.handover === null;
    this.handover ??= this.options.handOver();
    this.chosen = first ? this.handover.chosen : this.chosen;
    const { mic, camera } = this.handover;
    if (first) this.wanted = { mic: mic !== null, camera: camera !== null };
    this.handover = { ...this.handover, mic: null, camera: null };
    const { audioinput, videoinput, audiooutput } = this.chosen;
    if (audiooutput !== '') void room.switchActiveDevice('audiooutput', audiooutput).catch(() => undefined);

    // `false`: the SDK owns the track from here, so that muting the camera turns its light off.
    const micTrack = mic && new LocalAudioTrack(mic, constraintsFor('mic', audioinput), false);
    const cameraTrack = camera && new LocalVideoTrack(camera, constraintsFor('camera', videoinput), false);
    await Promise.all([
      micTrack ? this.publish(room, 'mic', micTrack) : this.wanted.mic && this.setMic(true),
      cameraTrack ? this.publish(room, 'camera', cameraTrack) : this.wanted.camera && this.setCamera(true),
    ]);
  }

  private async publish(room: Room, device: 'mic' | 'camera', track: LocalTrack): Promise<void> {
    const source = device === 'mic' ? Track.Source.Microphone : Track.Source.Camera;
    await this.change(device, true, async () => {
      if (track instanceof LocalVideoTrack && (await this.cover?.cover(track)) === false) {
        track.stop();
        return;
      }
      await room.localParticipant.publishTrack(track, { source });
      if (device === 'mic') await this.reduceNoise();
    });
  }

  /** The button shows what was asked for at once; the truth follows, with the reason if it differs. */
  private async change(device: CallDevice, on: boolean, act: (room: Room) => Promise<void>): Promise<void> {
    const room = this.room;
    if (room === null) return;
    this.busy[device] = on;
    this.refresh();
    try {
      await act(room);
      if (this.store.get().trouble?.device === device) this.dismissTrouble();
    } catch (error) {
      const problem = problemOf(error);
      // Closing the browser's own picker is a decision, not a fault.
      const cancelled = device === 'share' && problem === 'denied';
      const stale = room !== this.room;
      if (!cancelled && !stale) this.store.update((now) => ({ ...now, trouble: { device, problem } }));
    } finally {
      this.busy[device] = null;
      this.refresh();
    }
  }

  private onMuted(source: Track.Source, participant: Participant): void {
    if (!participant.isLocal) return;
    if (source === Track.Source.Microphone) this.wanted.mic = false;
    if (source === Track.Source.Camera) this.wanted.camera = false;
  }

  private play(track: RemoteTrack, participant: RemoteParticipant): void {
    if (track.kind !== Track.Kind.Audio) return;
    const volume = this.volumes.get(participant.identity);
    if (volume !== undefined) participant.setVolume(volume);
    this.sounds.append(track.attach());
  }

  /** What events would have told. */
  private takeStock(room: Room): void {
    for (const participant of room.remoteParticipants.values()) {
      for (const { track } of participant.trackPublications.values()) {
        if (track?.attachedElements.length === 0) this.play(track, participant);
      }
    }
    spareAll(room, this.store.get().dataSaver);
    this.refresh();
  }

  private silence(track: RemoteTrack): void {
    for (const element of track.detach()) if (this.sounds.contains(element)) element.remove();
  }

  private stopHandover(): void {
    this.handover?.mic?.stop();
    this.handover?.camera?.stop();
  }

  /** Events come in bursts, one snapshot follows each burst. */
  private queueRefresh(): void {
    if (this.refreshQueued) return;
    this.refreshQueued = true;
    queueMicrotask(() => {
      this.refreshQueued = false;
      this.refresh();
    });
  }

  private refresh(): void {
    const room = this.room;
    if (room === null) return;
    const local = room.localParticipant;
    const mic = local.getTrackPublication(Track.Source.Microphone);
    const micTrack = mic?.track?.mediaStreamTrack ?? null;
    this.meter.use(mic?.isMuted === false ? micTrack : null);
    this.mutedSpeech.listen(mic?.isMuted === true ? micTrack : null);
    const now: Person[] = [local, ...room.remoteParticipants.values()]
      .filter((participant) => participant.identity !== '')
      .map((participant) => personOf(participant, this.volumes.get(participant.identity)));
    const switchOf = (device: CallDevice, on: boolean): CallSnapshot['mic'] => {
      const asked = this.busy[device];
      return { on: asked ?? on, busy: asked !== null };
    };
    this.store.update((before) => ({
      ...before,
      people: roster(this.withoutFormerSelf(before.people, local.identity), now, room.state !== ConnectionState.Connected),
      crowd: room.numParticipants,
      mic: switchOf('mic', local.isMicrophoneEnabled),
      camera: switchOf('camera', local.isCameraEnabled),
      share: switchOf('share', local.isScreenShareEnabled),
      audioBlocked: !room.canPlaybackAudio,
    }));
  }

  /** After joining anew we have another identity; our old one is not another person. */
  private withoutFormerSelf(people: readonly Person[], identity: string): readonly Person[] {
    const former = people.some((person) => person.isLocal && person.id !== identity);
    return former && identity !== '' ? people.filter((person) => !person.isLocal || person.id === identity) : people;
  }
}
