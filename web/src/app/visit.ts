import { CameraBackground } from '@/sdk/background/camera_background';
import type { Call } from '@/sdk/call';
import { playChime } from '@/sdk/chime';
import { Devices } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import { driveJoin, type Join } from '@/sdk/join/drive';
import { inputOf, RoomCheck } from '@/sdk/join/from_meeting';
import { participantOf, type JoinState } from '@/sdk/join/machine';
import { places } from '@/sdk/join/place';
import type { LiveCall } from '@/sdk/live/live_call';
import { DoorWatch } from '@/sdk/meeting/door';
import { LiveMeeting } from '@/sdk/meeting/live_meeting';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { Me, ParticipantId } from '@/sdk/meeting/types';
import { recall, remember, withRecent } from '@/sdk/memory';
import { probe } from '@/sdk/probe/probe';
import type { Verdict } from '@/sdk/probe/verdict';
import { createStore, type Readable } from '@/sdk/store';
import type { Params } from './address';

declare global {
  interface Window {
    /** For browser tests, with ?test=1. */
    parley?: { readonly room: unknown; readonly background: unknown };
  }
}

/** A browser's own question to the person can stay open for ever; an automatic join does not wait for it. */
const DEVICES_WAIT_MS = 5000;
/** The media says that we are out; the meeting gets a moment to say why. */
const LAST_WORD_MS = 3000;

const loadProbe = () => import('@/sdk/live/media_probe');
const loadLive = () => import('@/sdk/live/live_call');

/**
 * One stay at one meeting: the devices, the door, the way in, the call, and the meeting beside it. Knows nothing of
 * React.
 *
 *  owner     the meeting page; `open` once it is on screen, `close` when it goes
 */
export class Visit {
  readonly devices = new Devices();
  readonly background = new CameraBackground();
  readonly join: Join;
  readonly meeting: LiveMeeting;
  readonly door: DoorWatch;
  private readonly networks = createStore<Verdict | 'checking' | null>(null);
  private probing = new AbortController();
  private readonly calls = createStore<Call | null>(null);
  private readonly rooms = new RoomCheck(() => this.join.tell({ on: 'misplaced' }));
  private before: JoinState['at'] = 'idle';
  private lastMe: Me | null = null;
  private lastParticipant: ParticipantId | null = null;
  /** The chat as it was left, for who looks back. */
  private past: LiveMeeting | null = null;
  private loading: Promise<LiveCall> | null = null;
  private liveSince = 0;
  private endedAt = 0;
  private closed = false;
  private wrote = false;

  constructor(
    readonly room: string,
    private readonly params: Params,
  ) {
    this.join = driveJoin({ connector: () => this.load() });
    this.meeting = new LiveMeeting({ link: room, onUnseated: () => this.join.tell({ on: 'unseated' }) });
    this.door = new DoorWatch(room);
    this.devices.state.subscribe(() => this.onCamera());
    this.background.state.subscribe(() => this.onCamera());
    this.join.state.subscribe(() => this.onState());
    this.meeting.view.subscribe(() => this.onMeeting());
  }

  get call(): Readable<Call | null> {
    return this.calls;
  }

  /** What a probe of this server found; null while there was none. */
  get network(): Readable<Verdict | 'checking' | null> {
    return this.networks;
  }

  get since(): number {
    return this.liveSince;
  }

  /** How long we were in, once it is over. */
  get minutes(): number {
    return this.liveSince === 0 ? 0 : Math.round((this.endedAt - this.liveSince) / 60_000);
  }

  /** Whether there was a chat to come back to when it was over. */
  get leftChat(): boolean {
    return this.wrote;
  }

  get name(): string {
    return this.params.name ?? places.get(this.room)?.name ?? recall('name');
  }

  get passcode(): string {
    return this.params.passcode;
  }

  async open(): Promise<void> {
    this.door.start();
    // Loads while the person types a name. If it fails, pressing Join tries again and tells.
    this.load().catch(() => undefined);
    const { mic, camera, autojoin } = this.params;
    const ready = this.devices.start({ mic: mic ?? recall('mic'), camera: camera ?? recall('camera') });
    // Who reloads the page in the middle of a meeting wants to be in it.
    const comesBack = isReload() && places.get(this.room) !== null;
    if ((!autojoin && !comesBack) || this.name === '') {
      void ready.then(() => this.checkNetwork());
      return;
    }
    await Promise.race([ready, new Promise((resolve) => setTimeout(resolve, DEVICES_WAIT_MS))]);
    if (!this.closed) this.enter(this.name, this.passcode);
  }

  /** Nothing is checked once the call begins: it would take from what the call needs. */
  async checkNetwork(): Promise<void> {
    if (this.closed || this.join.state.get().at !== 'idle') return;
    this.probing.abort();
    this.probing = new AbortController();
    const { signal } = this.probing;
    this.networks.set('checking');
    const connect = async (url: string, token: string, stop: AbortSignal) => (await loadProbe()).probeMedia(url, token, stop);
    const verdict = await probe({ connect }, signal).catch(() => null);
    if (!signal.aborted) this.networks.set(verdict);
  }

  enter(name: string, passcode: string): void {
    this.probing.abort();
    this.networks.set(null);
    this.join.join({ room: this.room, name: name.trim(), ...(passcode === '' ? {} : { passcode }) });
  }

  async chooseInCall(kind: DeviceKind, id: string): Promise<void> {
    this.devices.prefer(kind, id);
    await this.calls.get()?.chooseDevice(kind, id);
  }

  /** Once it is over, for who was in it and was not put out: they may still read what was written there, and say how it was. */
  get tookPartAs(): ParticipantId | null {
    const state = this.join.state.get();
    const wasThere = state.at === 'ended' && (state.why === 'left' || state.why === 'closed') && this.liveSince !== 0;
    return wasThere ? this.lastParticipant : null;
  }

  /** The meeting as it is now, read once. */
  lookBack(): Meeting | null {
    const participant = this.tookPartAs;
    if (participant === null) return null;
    if (this.past === null) {
      this.past = new LiveMeeting({ link: this.room });
      this.past.lookBack(participant);
    }
    return this.past;
  }

  close(): void {
    this.past?.close();
    this.closed = true;
    this.probing.abort();
    this.door.stop();
    this.rooms.stop();
    this.join.leave();
    this.meeting.close();
    this.devices.dispose();
    this.background.dispose();
    void this.loading?.then((call) => call.dispose(), () => undefined);
  }

  /** Before the call the picture is ours to show; in it, the call has the camera. */
  private onCamera(): void {
    const { camera } = this.devices.state.get();
    const { at } = this.background.state.get();
    if (camera.at === 'on' && at !== 'off' && at !== 'failed') this.background.process(camera.track);
  }

  private load(): Promise<LiveCall> {
    this.loading ??= loadLive().then(
      ({ LiveCall }) => {
        const single = this.params.rtc === null ? null : this.params.rtc === 'v1';
        const call = new LiveCall({ handOver: () => this.devices.handOver(), singlePeerConnection: single, background: this.background });
        if (this.params.test) window.parley = { background: this.background, get room() { return call.currentRoom; } };
        this.calls.set(call);
        return call;
      },
      (error: unknown) => {
        this.loading = null;
        throw error;
      },
    );
    return this.loading;
  }

  private onState(): void {
    const state = this.join.state.get();
    const { before } = this;
    this.before = state.at;
    const participant = participantOf(state);
    if (participant !== null) {
      this.lastParticipant = participant;
      this.meeting.open(participant);
    }
    if (state.at === 'idle') {
      this.lastMe = null;
      this.meeting.close();
      if (!this.closed) this.door.start();
    } else {
      this.door.stop();
    }
    // A sound for those who look elsewhere meanwhile.
    if (before === 'waiting' && state.at === 'asking') void playChime(this.devices.state.get().chosen.audiooutput).catch(() => undefined);
    if (state.at === 'live' && this.liveSince === 0) {
      this.liveSince = Date.now();
      remember('recents', withRecent(recall('recents'), { room: this.room, at: this.liveSince }));
    }
    this.checkRoom();
    // Nobody likes a camera that stays on after the goodbye.
    if (state.at === 'ended' || state.at === 'failed') {
      this.endedAt = Date.now();
      const { chat } = this.meeting.view.get();
      this.wrote = chat.messages.length > 0 || chat.unread > 0;
      this.devices.release();
      this.background.release();
      setTimeout(() => this.meeting.close(), LAST_WORD_MS);
    }
  }

  private onMeeting(): void {
    const me = this.meeting.view.get().state?.me ?? null;
    if (me === this.lastMe) return;
    this.lastMe = me;
    const input = me === null ? null : inputOf(me);
    if (input !== null) this.join.tell(input);
    this.checkRoom();
  }

  private checkRoom(): void {
    const state = this.join.state.get();
    this.rooms.see(this.lastMe?.room ?? null, state.at === 'live' ? state.room : null);
  }
}

function isReload(): boolean {
  const [entry] = performance.getEntriesByType('navigation');
  return entry instanceof PerformanceNavigationTiming && entry.type === 'reload';
}
