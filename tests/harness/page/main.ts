// The test page: one participant, driven from outside through `window.parley`. It is a plain user of
// livekit-client; what it adds is looking closely at what arrives.
import {
  AudioPresets,
  BackupCodecPolicy,
  type BackupVideoCodec,
  ConnectionState,
  ExternalE2EEKeyProvider,
  type LocalDataTrack,
  type LocalTrackPublication,
  type RemoteTrack,
  type RemoteTrackPublication,
  Room,
  RoomEvent,
  type RpcError,
  type ScalabilityMode,
  type SimulationScenario,
  Track,
  VideoPresets,
  VideoQuality,
  type VideoCodec,
} from 'livekit-client';
import { HttpClient, type HttpOptions } from './http_client.ts';
import { type Relay, allowOnlyRelay, allowOnlyTcp, connectionFacts, connections, lackCodecs } from './peers.ts';
import { type Recording, record } from './recorder.ts';
import { type SwitchOptions, type SwitchReport, switchLayers } from './switching.ts';
import { syntheticAudio, syntheticVideo } from './synthetic.ts';
import { type AudioReport, AudioWatcher, type Gaps, type VideoReport, VideoWatcher } from './watch.ts';

export interface JoinOptions {
  readonly url: string;
  readonly token: string;
  /** /rtc/v1 or /rtc */
  readonly singlePeerConnection: boolean;
  readonly tcpOnly?: boolean;
  /** Through a relay, which is reached like this. */
  readonly relay?: Relay;
  /** Whether it gets what others publish; it does if not said otherwise. */
  readonly autoSubscribe?: boolean;
  readonly adaptiveStream?: boolean;
  readonly dynacast?: boolean;
  /** Encrypt end to end, with this key. */
  readonly e2eeKey?: string;
  /** Codecs that it does not know, by their names in descriptions; with two connections only. */
  readonly lacks?: readonly string[];
}

export interface PublishOptions {
  readonly camera?: boolean;
  readonly microphone?: boolean;
  /** As little as a voice needs: 24 kbit/s, nothing sent twice. */
  readonly thrifty?: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly codec?: VideoCodec;
  /** Sent too as soon as somebody lacks `codec`; takes `dynacast`. */
  readonly backup?: BackupVideoCodec;
  /** Everybody is to have it once somebody needs it. */
  readonly regresses?: boolean;
  readonly simulcast?: boolean;
  /** Of VP9 and AV1: "L3T3_KEY" and the like. */
  readonly scalabilityMode?: ScalabilityMode;
  /** Draw and play instead of asking for devices. */
  readonly synthetic?: number;
  /** Whether its sound may have redundancy (RFC 2198); it may if not said otherwise. */
  readonly red?: boolean;
}

export interface DirectOptions {
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  /** Simulcast, as this says. */
  readonly layers?: readonly RTCRtpEncodingParameters[];
}

export interface ParticipantFacts {
  readonly identity: string;
  readonly sid: string;
  readonly tracks: { source: string; sid: string; muted: boolean; subscribed: boolean; kind: string; mime: string }[];
}

export interface CameraFacts {
  readonly identity: string;
  width: number;
  bytes: number;
  frames: number;
}

type Source = 'camera' | 'microphone' | 'screen_share' | 'screen_share_audio';

let room: Room | undefined;
const events: { at: number; what: string }[] = [];
const received: { from: string; topic: string; reliable: boolean; text: string }[] = [];
const dataTracks = new Map<string, LocalDataTrack>();
const frames = new Map<string, { texts: string[]; ended: boolean }>();
const texts: { from: string; text: string }[] = [];
const files: { from: string; name: string; mime: string; digest: string }[] = [];
const shown = new Map<string, HTMLMediaElement>();
const videos = new Map<string, { track: MediaStreamTrack; watcher: VideoWatcher }>();
const audios = new Map<string, { track: MediaStreamTrack; watcher: AudioWatcher }>();

function theRoom(): Room {
  if (!room) throw new Error('not joined');
  return room;
}

function note(what: string) {
  events.push({ at: performance.now(), what });
}

function remoteTrack(identity: string, source: Source): MediaStreamTrack {
  const participant = theRoom().remoteParticipants.get(identity);
  if (!participant) throw new Error(`${identity} is not here`);
  const publication = participant.getTrackPublication(source as Track.Source);
  const track = publication?.track as RemoteTrack | undefined;
  if (!track) throw new Error(`no ${source} of ${identity} is subscribed`);
  return track.mediaStreamTrack;
}

/** The same watcher as long as the track is the same, so that counts go on. */
function videoWatcher(key: string, track: MediaStreamTrack): VideoWatcher {
  const known = videos.get(key);
  if (known?.track === track) return known.watcher;
  known?.watcher.close();
  const watcher = new VideoWatcher(track);
  videos.set(key, { track, watcher });
  return watcher;
}

function audioWatcher(key: string, track: MediaStreamTrack): AudioWatcher {
  const known = audios.get(key);
  if (known?.track === track) return known.watcher;
  known?.watcher.close();
  const watcher = new AudioWatcher(track);
  audios.set(key, { track, watcher });
  return watcher;
}

async function digestOf(chunks: Uint8Array[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(chunks as BlobPart[]).arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// Two pages wired to each other directly, which proves the watchers; or a page and a server whose signaling is not the page's.
let direct: RTCPeerConnection | undefined;

async function gathered(pc: RTCPeerConnection): Promise<string> {
  if (pc.iceGatheringState !== 'complete') {
    await new Promise<void>((resolve) => {
      pc.addEventListener('icegatheringstatechange', () => pc.iceGatheringState === 'complete' && resolve());
    });
  }
  return pc.localDescription!.sdp;
}

// A publisher or player without LiveKit's protocol.
let http: HttpClient | undefined;

const api = {
  async join(options: JoinOptions): Promise<{ ms: number; sid: string }> {
    if (options.tcpOnly) allowOnlyTcp();
    if (options.relay) allowOnlyRelay(options.relay);
    if (options.lacks) lackCodecs(options.lacks);
    const keyProvider = new ExternalE2EEKeyProvider();
    room = new Room({
      singlePeerConnection: options.singlePeerConnection,
      ...(options.e2eeKey === undefined ? {} : { encryption: { keyProvider, worker: new Worker('/e2ee-worker.js') } }),
      adaptiveStream: options.adaptiveStream ?? false,
      dynacast: options.dynacast ?? false,
    });
    room
      .on(RoomEvent.ConnectionStateChanged, (state) => note(`connection ${state}`))
      .on(RoomEvent.SignalConnected, () => note('signal connected'))
      .on(RoomEvent.SignalReconnecting, () => note('signal reconnecting'))
      .on(RoomEvent.Reconnecting, () => note('reconnecting'))
      .on(RoomEvent.Reconnected, () => note('reconnected'))
      .on(RoomEvent.Disconnected, (reason) => note(`disconnected ${reason}`))
      .on(RoomEvent.ParticipantConnected, (p) => note(`joined ${p.identity}`))
      .on(RoomEvent.ParticipantDisconnected, (p) => note(`left ${p.identity}`))
      .on(RoomEvent.TrackSubscribed, (_track, pub, p) => note(`subscribed ${p.identity} ${pub.source}`))
      .on(RoomEvent.TrackUnsubscribed, (_track, pub, p) => note(`unsubscribed ${p.identity} ${pub.source}`))
      .on(RoomEvent.TrackSubscriptionFailed, (sid, p) => note(`subscription failed ${p.identity} ${sid}`))
      .on(RoomEvent.TrackMuted, (pub, p) => note(`muted ${p.identity} ${pub.source}`))
      .on(RoomEvent.TrackUnmuted, (pub, p) => note(`unmuted ${p.identity} ${pub.source}`))
      .on(RoomEvent.TrackStreamStateChanged, (pub, state, p) => note(`stream ${state} ${p.identity} ${pub.source}`))
      .on(RoomEvent.ActiveSpeakersChanged, (speakers) =>
        note(`speakers ${speakers.map((p) => p.identity).join(' ')}`),
      )
      .on(RoomEvent.DataReceived, (payload, from, kind, topic) => {
        const text = new TextDecoder().decode(payload);
        received.push({ from: from?.identity ?? '', topic: topic ?? '', reliable: kind === 0, text });
      });
    room.registerTextStreamHandler('talk', async (reader, { identity }) => {
      texts.push({ from: identity, text: await reader.readAll() });
    });
    room.registerByteStreamHandler('talk', async (reader, { identity }) => {
      const { name, mimeType: mime } = reader.info;
      files.push({ from: identity, name, mime, digest: await digestOf(await reader.readAll()) });
    });
    room.registerRpcMethod('echo', async ({ callerIdentity, payload }) => `${callerIdentity} said ${payload}`);
    if (options.e2eeKey !== undefined) {
      await keyProvider.setKey(options.e2eeKey);
      await room.setE2EEEnabled(true);
    }
    const start = performance.now();
    await room.connect(options.url, options.token, { autoSubscribe: options.autoSubscribe ?? true });
    return { ms: performance.now() - start, sid: room.localParticipant.sid };
  },

  async publish(options: PublishOptions): Promise<void> {
    const me = theRoom().localParticipant;
    const { width = 640, height = 360, fps = 15 } = options;
    const video = {
      ...(options.codec
        ? { videoCodec: options.codec, backupCodec: options.backup ? { codec: options.backup } : (false as const) }
        : {}),
      simulcast: options.simulcast ?? true,
      ...(options.regresses ? { backupCodecPolicy: BackupCodecPolicy.REGRESSION } : {}),
      ...(options.scalabilityMode ? { scalabilityMode: options.scalabilityMode } : {}),
    };
    if (options.synthetic !== undefined) {
      if (options.camera ?? true) {
        await me.publishTrack(syntheticVideo(options.synthetic, width, height, fps), {
          source: Track.Source.Camera,
          ...video,
        });
      }
      if (options.microphone ?? true) {
        await me.publishTrack(syntheticAudio(options.synthetic), { source: Track.Source.Microphone });
      }
      return;
    }
    if (options.camera ?? true) {
      await me.setCameraEnabled(true, { resolution: { width, height, frameRate: fps } }, video);
    }
    if (options.microphone ?? true) {
      // Suppression would take a steady tone for noise.
      await me.setMicrophoneEnabled(
        true,
        { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
        {
          ...(options.red === undefined ? {} : { red: options.red }),
          ...(options.thrifty ? { audioPreset: AudioPresets.speech, red: false } : {}),
        },
      );
    }
  },

  async share(): Promise<string[]> {
    const made = await theRoom().localParticipant.createScreenTracks({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      resolution: VideoPresets.h360.resolution,
      suppressLocalAudioPlayback: false,
    });
    for (const track of made) await theRoom().localParticipant.publishTrack(track);
    return made.map((track) => track.source);
  },

  async stopShare(): Promise<void> {
    await theRoom().localParticipant.setScreenShareEnabled(false);
  },

  async mute(source: Source, muted: boolean): Promise<void> {
    const publication = theRoom().localParticipant.getTrackPublication(source as Track.Source) as
      | LocalTrackPublication
      | undefined;
    if (!publication) throw new Error(`no ${source} is published`);
    if (muted) await publication.mute();
    else await publication.unmute();
  },

  setQuality(identity: string, source: Source, quality: 'low' | 'medium' | 'high'): void {
    const publication = theRoom()
      .remoteParticipants.get(identity)
      ?.getTrackPublication(source as Track.Source) as RemoteTrackPublication | undefined;
    if (!publication) throw new Error(`no ${source} of ${identity}`);
    const values = { low: VideoQuality.LOW, medium: VideoQuality.MEDIUM, high: VideoQuality.HIGH };
    publication.setVideoQuality(values[quality]);
  },

  /** So many pictures a second are wanted of somebody's camera, at most. */
  setRate(identity: string, fps: number): void {
    const publication = theRoom().remoteParticipants.get(identity)?.getTrackPublication(Track.Source.Camera);
    if (!publication) throw new Error(`no camera of ${identity}`);
    (publication as RemoteTrackPublication).setVideoFPS(fps);
  },

  /** What this browser could send or receive, as `video/VP8`. */
  codecs(direction: 'send' | 'receive'): string[] {
    const kind = direction === 'send' ? RTCRtpSender : RTCRtpReceiver;
    return [...new Set(kind.getCapabilities('video')?.codecs.map(({ mimeType }) => mimeType) ?? [])];
  },

  /** Many layers of somebody's camera, one after the other. */
  async switchLayers(identity: string, options: SwitchOptions): Promise<SwitchReport> {
    const publication = theRoom().remoteParticipants.get(identity)?.getTrackPublication(Track.Source.Camera);
    if (!publication) throw new Error(`no camera of ${identity}`);
    return switchLayers(publication as RemoteTrackPublication, remoteTrack(identity, 'camera'), options);
  },

  setSubscribed(identity: string, source: Source, subscribed: boolean): void {
    const publication = theRoom()
      .remoteParticipants.get(identity)
      ?.getTrackPublication(source as Track.Source) as RemoteTrackPublication | undefined;
    if (!publication) throw new Error(`no ${source} of ${identity}`);
    publication.setSubscribed(subscribed);
  },

  async leave(): Promise<void> {
    await theRoom().disconnect();
    for (const { watcher } of videos.values()) watcher.close();
    for (const { watcher } of audios.values()) watcher.close();
    videos.clear();
    audios.clear();
  },

  state(): string {
    return room?.state ?? ConnectionState.Disconnected;
  },

  me(): { identity: string; sid: string; roomSid: string; serverVersion: string } {
    const { localParticipant, serverInfo } = theRoom();
    return {
      identity: localParticipant.identity,
      sid: localParticipant.sid,
      roomSid: '',
      serverVersion: serverInfo?.version ?? '',
    };
  },

  others(): ParticipantFacts[] {
    return [...theRoom().remoteParticipants.values()].map((participant) => ({
      identity: participant.identity,
      sid: participant.sid,
      tracks: [...participant.trackPublications.values()].map((publication) => ({
        source: publication.source,
        sid: publication.trackSid,
        muted: publication.isMuted,
        subscribed: publication.isSubscribed,
        kind: publication.kind,
        mime: publication.mimeType ?? '',
      })),
    }));
  },

  video(identity: string, source: Source = 'camera'): VideoReport {
    return videoWatcher(`${identity} ${source}`, remoteTrack(identity, source)).report();
  },

  audio(identity: string, source: Source = 'microphone'): AudioReport {
    return audioWatcher(`${identity} ${source}`, remoteTrack(identity, source)).report();
  },

  /** What is heard of somebody from now on, for so long. */
  record(identity: string, seconds: number): Promise<Recording> {
    return record(remoteTrack(identity, 'microphone'), seconds);
  },

  /** As the browser counts what comes of somebody's microphone. */
  async soundCounters(identity: string): Promise<Record<string, unknown>> {
    const track = theRoom().remoteParticipants.get(identity)?.getTrackPublication(Track.Source.Microphone)?.track;
    let found: Record<string, unknown> = {};
    (await (track as RemoteTrack | undefined)?.receiver?.getStats())?.forEach((entry) => {
      if (entry.type === 'inbound-rtp') found = { ...entry };
    });
    return found;
  },

  markGaps(identity: string, source: Source = 'camera'): void {
    videoWatcher(`${identity} ${source}`, remoteTrack(identity, source)).markGaps();
  },

  gaps(identity: string, source: Source = 'camera'): Gaps {
    const known = videos.get(`${identity} ${source}`);
    if (!known) throw new Error('markGaps first');
    return known.watcher.gaps();
  },

  async send(text: string, reliable: boolean, topic = 'test', to: string[] = []): Promise<void> {
    await theRoom().localParticipant.publishData(new TextEncoder().encode(text), {
      reliable,
      topic,
      destinationIdentities: to,
    });
  },

  received() {
    return received;
  },

  async publishDataTrack(name: string): Promise<void> {
    dataTracks.set(name, await theRoom().localParticipant.publishDataTrack({ name }));
  },

  pushFrame(name: string, text: string): void {
    dataTracks.get(name)!.tryPush({ payload: new TextEncoder().encode(text) });
  },

  async unpublishDataTrack(name: string): Promise<void> {
    await dataTracks.get(name)!.unpublish();
  },

  /** What comes on it from now on is in `frames`, until it ends. */
  async watchDataTrack(identity: string, name: string): Promise<void> {
    const track = await theRoom().remoteParticipants.get(identity)!.dataTracks.getDeferred(name);
    const seen = { texts: [] as string[], ended: false };
    frames.set(`${identity} ${name}`, seen);
    const reader = track.subscribe().getReader();
    void (async () => {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        seen.texts.push(new TextDecoder().decode(next.value.payload));
      }
      seen.ended = true;
    })();
  },

  frames(identity: string, name: string): { texts: string[]; ended: boolean } {
    return frames.get(`${identity} ${name}`) ?? { texts: [], ended: false };
  },

  async sendText(text: string): Promise<void> {
    await theRoom().localParticipant.sendText(text, { topic: 'talk' });
  },

  texts() {
    return texts;
  },

  /** A file of bytes that look like nothing; its digest. */
  async sendFile(name: string, size: number): Promise<string> {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i * 31 + i * 7) >> 3);
    await theRoom().localParticipant.sendFile(new File([bytes], name, { type: 'application/x-test' }), { topic: 'talk' });
    return digestOf([bytes]);
  },

  files() {
    return files;
  },

  /** The answer of the other's method, or the code of the error. */
  async call(identity: string, method: string, payload: string): Promise<string> {
    const asked = theRoom().localParticipant.performRpc({ destinationIdentity: identity, method, payload });
    return asked.catch((error: RpcError) => `error ${error.code}`);
  },

  /** Puts somebody's camera on the page, in this size: what adaptive streams go by. */
  show(identity: string, width: number, height: number): void {
    const track = theRoom().remoteParticipants.get(identity)?.getTrackPublication(Track.Source.Camera)?.track;
    if (!track) throw new Error(`no camera of ${identity} is subscribed`);
    const element = shown.get(identity) ?? track.attach();
    shown.set(identity, element);
    Object.assign(element.style, { width: `${width}px`, height: `${height}px`, position: 'fixed', top: '0', left: '0' });
    element.style.display = width > 0 ? 'block' : 'none';
    document.body.append(element);
  },

  /** Of everybody's camera that is subscribed, as the browser counts what it gets. */
  async cameras(): Promise<CameraFacts[]> {
    return Promise.all(
      [...theRoom().remoteParticipants.values()].map(async ({ identity, videoTrackPublications }) => {
        const facts: CameraFacts = { identity, width: 0, bytes: 0, frames: 0 };
        const track = [...videoTrackPublications.values()][0]?.track as RemoteTrack | undefined;
        const stats = await track?.receiver?.getStats();
        stats?.forEach((entry) => {
          if (entry.type !== 'inbound-rtp') return;
          facts.width = entry.frameWidth ?? 0;
          facts.bytes = entry.bytesReceived;
          facts.frames = entry.framesDecoded;
        });
        return facts;
      }),
    );
  },

  async simulate(scenario: SimulationScenario): Promise<void> {
    await theRoom().simulateScenario(scenario);
  },

  /** What happened since the page was loaded; `since` is an index into it. */
  events(since = 0) {
    return events.slice(since);
  },

  connections: connectionFacts,

  /** Both descriptions of every open connection, for a failing test's log. */
  descriptions(): string[] {
    return connections
      .filter((pc) => pc.signalingState !== 'closed')
      .map((pc) => `local:\n${pc.localDescription?.sdp}\nremote:\n${pc.remoteDescription?.sdp}`);
  },

  /** The longest that a packet takes there and back, over all connections, in ms. */
  async roundTrip(): Promise<number> {
    let longest = 0;
    for (const pc of connections.filter((c) => c.signalingState !== 'closed')) {
      (await pc.getStats()).forEach((entry) => {
        if (entry.type !== 'candidate-pair' || !entry.nominated) return;
        longest = Math.max(longest, 1000 * (entry.currentRoundTripTime ?? 0));
      });
    }
    return longest;
  },

  /** Inbound and outbound RTP of all connections, as the browser counts it. */
  async rtp(): Promise<Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = [];
    for (const pc of connections.filter((c) => c.signalingState !== 'closed')) {
      const stats = await pc.getStats();
      stats.forEach((entry) => {
        if (entry.type === 'inbound-rtp' || entry.type === 'outbound-rtp') {
          const codec = stats.get(entry.codecId)?.mimeType;
          found.push({ codec, ...entry });
        }
      });
    }
    return found;
  },

  /** Publishes camera and microphone by WHIP; with `simulcast` in three layers; `voice`: plain Opus alone. */
  async whip(options: HttpOptions & { readonly simulcast?: boolean; readonly voice?: boolean }): Promise<void> {
    http = new HttpClient(options.token);
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { width: 1280, height: 720, frameRate: 15 },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    const sendEncodings = options.simulcast
      ? [{ rid: 'q', scaleResolutionDownBy: 4 }, { rid: 'h', scaleResolutionDownBy: 2 }, { rid: 'f' }]
      : [];
    const sound = http.pc.addTransceiver(stream.getAudioTracks()[0]!, { direction: 'sendonly', streams: [stream] });
    if (options.voice) {
      const { codecs } = RTCRtpReceiver.getCapabilities('audio')!;
      sound.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === 'audio/opus'));
      return http.begin(options.url);
    }
    http.pc.addTransceiver(stream.getVideoTracks()[0]!, { direction: 'sendonly', streams: [stream], sendEncodings });
    await http.begin(options.url);
  },

  /** Watches by WHEP; `httpVideo` and `httpAudio` say what comes. */
  async whep(options: HttpOptions): Promise<void> {
    http = new HttpClient(options.token);
    http.pc.addTransceiver('audio', { direction: 'recvonly' });
    http.pc.addTransceiver('video', { direction: 'recvonly' });
    http.pc.addEventListener('track', ({ track }) => {
      if (track.kind === 'video') videoWatcher('http', track);
      else audioWatcher('http', track);
    });
    await http.begin(options.url);
  },

  httpVideo(): VideoReport {
    return videos.get('http')!.watcher.report();
  },

  httpAudio(): AudioReport {
    return audios.get('http')!.watcher.report();
  },

  async httpLayer(method: string, body?: unknown) {
    return http!.layer(method, body);
  },

  async httpRestartIce(): Promise<void> {
    await http!.restartIce();
  },

  httpState(): { session: string; connection: string; etag: string } {
    return { session: http!.session, connection: http!.pc.connectionState, etag: http!.etag };
  },

  async httpEnd(): Promise<number> {
    return http!.end();
  },

  async directOffer({ width = 640, height = 360, fps = 15, layers = [] }: DirectOptions = {}): Promise<string> {
    direct = new RTCPeerConnection();
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { width, height, frameRate: fps },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    for (const track of stream.getTracks()) {
      const sendEncodings = track.kind === 'video' ? [...layers] : [];
      direct.addTransceiver(track, { streams: [stream], sendEncodings });
    }
    await direct.setLocalDescription();
    return gathered(direct);
  },

  async directAnswer(sdp: string): Promise<string> {
    direct = new RTCPeerConnection();
    direct.addEventListener('track', ({ track }) => {
      if (track.kind === 'video') videoWatcher('direct', track);
      else audioWatcher('direct', track);
    });
    await direct.setRemoteDescription({ type: 'offer', sdp });
    await direct.setLocalDescription();
    return gathered(direct);
  },

  async directComplete(sdp: string): Promise<void> {
    await direct!.setRemoteDescription({ type: 'answer', sdp });
  },

  directVideo(): VideoReport {
    return videos.get('direct')!.watcher.report();
  },

  directGaps(): Gaps {
    return videos.get('direct')!.watcher.gaps();
  },

  directAudio(): AudioReport {
    return audios.get('direct')!.watcher.report();
  },

  /** What getDisplayMedia gives in this browser, for the harness's own test. */
  async displayKinds(): Promise<string[]> {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true });
    const kinds = stream.getTracks().map((track) => `${track.kind} ${track.label}`);
    stream.getTracks().forEach((track) => track.stop());
    return kinds;
  },
};

export type PageApi = typeof api;

declare global {
  interface Window {
    parley: PageApi;
  }
}
window.parley = api;
