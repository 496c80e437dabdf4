import { ConnectionState, RoomEvent, Track, type Room, type RoomOptions } from 'livekit-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Handover } from '../devices/devices';
import type { JoinInput } from '../join/machine';
import { LiveCall } from './live_call';

type Listener = (...args: never[]) => void;

/** As much of a Room as the call uses. Publishing and muting happen at once. */
class FakeRoom {
  readonly listeners = new Map<string, Listener[]>();
  readonly published: { source: Track.Source; from: string }[] = [];
  readonly publications = new Map<Track.Source, object>();
  readonly remoteParticipants = new Map<string, object>();
  state = ConnectionState.Disconnected;
  canPlaybackAudio = true;
  connectedTo = '';
  failNext: Error | null = null;
  readonly localParticipant = {
    identity: 'me-1',
    name: 'Me',
    isLocal: true,
    isSpeaking: false,
    connectionQuality: 'good',
    isMicrophoneEnabled: false,
    isCameraEnabled: false,
    isScreenShareEnabled: false,
    trackPublications: new Map(),
    getTrackPublication: (source: Track.Source) => this.publications.get(source),
    publishTrack: (_track: object, { source }: { source: Track.Source }) => this.enable(source, true, 'handover'),
    setMicrophoneEnabled: (on: boolean) => this.enable(Track.Source.Microphone, on, 'device'),
    setCameraEnabled: (on: boolean) => this.enable(Track.Source.Camera, on, 'device'),
    setScreenShareEnabled: (on: boolean) => this.enable(Track.Source.ScreenShare, on, 'device'),
  };

  constructor(readonly options: RoomOptions) {}

  on(event: string, listener: Listener): this {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    return this;
  }
  emit(event: RoomEvent, ...args: unknown[]): void {
    for (const listener of this.listeners.get(event) ?? []) (listener as (...args: unknown[]) => void)(...args);
  }
  registerTextStreamHandler(): void {}
  connect(url: string): Promise<void> {
    this.connectedTo = url;
    this.state = ConnectionState.Connected;
    return Promise.resolve();
  }
  disconnect(): Promise<void> {
    this.state = ConnectionState.Disconnected;
    return Promise.resolve();
  }
  switchActiveDevice(): Promise<void> {
    return Promise.resolve();
  }
  private enable(source: Track.Source, on: boolean, from: string): Promise<void> {
    const error = this.failNext;
    this.failNext = null;
    if (error !== null) return Promise.reject(error);
    if (on) this.published.push({ source, from });
    if (source === Track.Source.Microphone) this.localParticipant.isMicrophoneEnabled = on;
    if (source === Track.Source.Camera) this.localParticipant.isCameraEnabled = on;
    if (source === Track.Source.ScreenShare) this.localParticipant.isScreenShareEnabled = on;
    return Promise.resolve();
  }
}

const fakeTrack = (kind: string): MediaStreamTrack =>
  Object.assign(new EventTarget(), {
    kind,
    id: kind,
    enabled: true,
    readyState: 'live',
    stop: vi.fn(),
    getConstraints: () => ({}),
    getSettings: () => ({}),
  }) as unknown as MediaStreamTrack;

const chosen = { audioinput: '', videoinput: '', audiooutput: '' };
const grant = { token: 't', participant: 'me-1', url: '/', room: 'r1' };

let rooms: FakeRoom[] = [];
let told: JoinInput[] = [];

function setUp(more: Partial<Handover> = {}, singlePeerConnection: boolean | null = null) {
  const handOver = vi.fn(() => ({ mic: fakeTrack('audio'), camera: null, chosen, ...more }));
  const call = new LiveCall({
    handOver,
    singlePeerConnection,
    pageUrl: 'https://meet.example/m/tea',
    createRoom: (options) => {
      const room = new FakeRoom(options);
      rooms.push(room);
      return room as unknown as Room;
    },
  });
  const connect = () => call.connect(grant, (input) => told.push(input), new AbortController().signal);
  return { call, connect, handOver };
}

beforeEach(() => {
  vi.stubGlobal('MediaStream', vi.fn());
  rooms = [];
  told = [];
});

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe('a live call', () => {
  it('connects to the origin of the page and tells that it did', async () => {
    await setUp().connect();
    expect(rooms[0]?.connectedTo).toBe('wss://meet.example/');
    expect(told).toEqual([{ on: 'connected' }]);
  });

  it('lets the SDK choose one peer connection or two, unless the address says which', async () => {
    await setUp().connect();
    await setUp({}, false).connect();
    expect(rooms[0]?.options).toMatchObject({ adaptiveStream: true, dynacast: true });
    expect(rooms[0]?.options).not.toHaveProperty('singlePeerConnection');
    expect(rooms[1]?.options.singlePeerConnection).toBe(false);
  });

  it('publishes the very tracks of the preview', async () => {
    const { call, connect } = setUp();
    await connect();
    expect(rooms[0]?.published).toEqual([{ source: Track.Source.Microphone, from: 'handover' }]);
    expect(call.snapshot.get().mic).toEqual({ on: true, busy: false });
    expect(call.snapshot.get().camera.on).toBe(false);
  });

  it('has on again what was on, when it must join anew', async () => {
    const { call, connect, handOver } = setUp();
    await connect();
    await call.setMic(false);
    await call.setCamera(true);
    await connect();
    expect(handOver).toHaveBeenCalledTimes(1);
    expect(rooms[1]?.published).toEqual([{ source: Track.Source.Camera, from: 'device' }]);
  });

  it('shows a switch as pressed at once, and takes it back with the reason when it fails', async () => {
    const { call, connect } = setUp();
    await connect();
    (rooms[0] as FakeRoom).failNext = new DOMException('', 'NotReadableError');
    const change = call.setCamera(true);
    expect(call.snapshot.get().camera).toEqual({ on: true, busy: true });
    await change;
    expect(call.snapshot.get().camera).toEqual({ on: false, busy: false });
    expect(call.snapshot.get().trouble).toEqual({ device: 'camera', problem: 'in-use' });
  });

  it('says nothing when the person closes the picker of what to share', async () => {
    const { call, connect } = setUp();
    await connect();
    (rooms[0] as FakeRoom).failNext = new DOMException('', 'NotAllowedError');
    await call.setShare(true);
    expect(call.snapshot.get().trouble).toBeNull();
  });

  it('plays a voice for as long as it is subscribed', async () => {
    await setUp().connect();
    const element = document.createElement('audio');
    const track = { kind: Track.Kind.Audio, attach: () => element, detach: () => [element] };
    rooms[0]?.emit(RoomEvent.TrackSubscribed, track, {}, { identity: 'ada' });
    expect(document.querySelectorAll('audio')).toHaveLength(1);
    rooms[0]?.emit(RoomEvent.TrackUnsubscribed, track);
    expect(document.querySelectorAll('audio')).toHaveLength(0);
  });

  it('shows and plays whom the SDK says nothing of after a reconnection', async () => {
    vi.useFakeTimers();
    const { call, connect } = setUp();
    await connect();
    rooms[0]?.emit(RoomEvent.Reconnected);
    const elements: HTMLElement[] = [];
    const track = { kind: Track.Kind.Audio, attachedElements: elements, attach: () => (elements.push(document.createElement('audio')), elements[0]), detach: () => elements };
    const publication = { kind: Track.Kind.Audio, track };
    rooms[0]?.remoteParticipants.set('ada', { ...rooms[0].localParticipant, identity: 'ada', isLocal: false, trackPublications: new Map([['a', publication]]) });
    vi.advanceTimersByTime(1000);
    expect(call.snapshot.get().people.map((person) => person.id)).toEqual(['me-1', 'ada']);
    expect(document.querySelectorAll('audio')).toHaveLength(1);
    await call.disconnect();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('keeps how loud somebody is to us, when they come back as another participant', async () => {
    const { call, connect } = setUp();
    await connect();
    const ada = { identity: 'ada', setVolume: vi.fn(), getTrackPublication: () => undefined };
    rooms[0]?.remoteParticipants.set('ada', ada);
    call.setVolume('ada', 0.3);
    expect(ada.setVolume).toHaveBeenLastCalledWith(0.3);
    const again = { identity: 'ada', setVolume: vi.fn() };
    const track = { kind: Track.Kind.Audio, attach: () => document.createElement('audio'), detach: () => [] };
    rooms[0]?.emit(RoomEvent.TrackSubscribed, track, {}, again);
    expect(again.setVolume).toHaveBeenLastCalledWith(0.3);
  });

  it('tells what happens to the connection in the words of the join machine', async () => {
    await setUp().connect();
    told = [];
    rooms[0]?.emit(RoomEvent.SignalReconnecting);
    rooms[0]?.emit(RoomEvent.Reconnecting);
    rooms[0]?.emit(RoomEvent.Reconnected);
    rooms[0]?.emit(RoomEvent.Moved, 'b1');
    rooms[0]?.emit(RoomEvent.Disconnected, undefined);
    expect(told).toEqual([
      { on: 'interrupted', what: 'signal' },
      { on: 'interrupted', what: 'media' },
      { on: 'resumed' },
      { on: 'relocated', room: 'b1' },
      { on: 'dropped', why: null },
    ]);
  });

  it('draws one snapshot for a burst of events', async () => {
    const { call, connect } = setUp();
    await connect();
    const listener = vi.fn();
    call.snapshot.subscribe(listener);
    for (let i = 0; i < 20; i++) {
      rooms[0]?.remoteParticipants.set(`p${i}`, { ...rooms[0].localParticipant, identity: `p${i}`, isLocal: false });
      rooms[0]?.emit(RoomEvent.ParticipantConnected);
    }
    await Promise.resolve();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(call.snapshot.get().people).toHaveLength(21);
  });

  it('forgets everybody when it is left', async () => {
    const { call, connect } = setUp();
    await connect();
    await call.disconnect();
    expect(call.snapshot.get().people).toEqual([]);
    expect(rooms[0]?.state).toBe(ConnectionState.Disconnected);
  });
});
