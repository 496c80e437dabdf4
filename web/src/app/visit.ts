import type { Call } from '@/sdk/call';
import { Devices } from '@/sdk/devices/devices';
import type { DeviceKind } from '@/sdk/devices/problem';
import { driveJoin, type Join } from '@/sdk/join/drive';
import type { LiveCall } from '@/sdk/live/live_call';
import { recall, remember, withRecent } from '@/sdk/memory';
import { probe } from '@/sdk/probe/probe';
import type { Verdict } from '@/sdk/probe/verdict';
import { createStore, type Readable } from '@/sdk/store';
import type { Params } from './address';

declare global {
  interface Window {
    /** For browser tests, with ?test=1. */
    parley?: { readonly room: unknown };
  }
}

/** A browser's own question to the person can stay open for ever; an automatic join does not wait for it. */
const DEVICES_WAIT_MS = 5000;

const loadProbe = () => import('@/sdk/live/media_probe');
const loadLive = () => import('@/sdk/live/live_call');

/**
 * One stay at one meeting: the devices, the way in, and the call. Knows nothing of React.
 *
 *  owner     the meeting page; `open` once it is on screen, `close` when it goes
 */
export class Visit {
  readonly devices = new Devices();
  readonly join: Join;
  private readonly networks = createStore<Verdict | 'checking' | null>(null);
  private probing = new AbortController();
  private readonly calls = createStore<Call | null>(null);
  private loading: Promise<LiveCall> | null = null;
  private liveSince = 0;
  private endedAt = 0;
  private closed = false;

  constructor(
    readonly room: string,
    private readonly params: Params,
  ) {
    this.join = driveJoin({ connector: () => this.load() });
    this.join.state.subscribe(() => this.onState());
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

  get name(): string {
    return this.params.name ?? recall('name');
  }

  async open(): Promise<void> {
    // Loads while the person types a name. If it fails, pressing Join tries again and tells.
    this.load().catch(() => undefined);
    const { mic, camera, autojoin } = this.params;
    const ready = this.devices.start({ mic: mic ?? recall('mic'), camera: camera ?? recall('camera') });
    if (!autojoin || this.name === '') {
      void ready.then(() => this.checkNetwork());
      return;
    }
    await Promise.race([ready, new Promise((resolve) => setTimeout(resolve, DEVICES_WAIT_MS))]);
    if (!this.closed) this.enter(this.name);
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

  enter(name: string): void {
    this.probing.abort();
    this.networks.set(null);
    this.join.join({ room: this.room, name: name.trim() });
  }

  async chooseInCall(kind: DeviceKind, id: string): Promise<void> {
    this.devices.prefer(kind, id);
    await this.calls.get()?.chooseDevice(kind, id);
  }

  close(): void {
    this.closed = true;
    this.probing.abort();
    this.join.leave();
    this.devices.dispose();
    void this.loading?.then((call) => call.dispose(), () => undefined);
  }

  private load(): Promise<LiveCall> {
    this.loading ??= loadLive().then(
      ({ LiveCall }) => {
        const single = this.params.rtc === null ? null : this.params.rtc === 'v1';
        const call = new LiveCall({ handOver: () => this.devices.handOver(), singlePeerConnection: single });
        if (this.params.test) window.parley = { get room() { return call.currentRoom; } };
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
    if (state.at === 'live' && this.liveSince === 0) {
      this.liveSince = Date.now();
      remember('recents', withRecent(recall('recents'), { room: this.room, at: this.liveSince }));
    }
    // Nobody likes a camera that stays on after the goodbye.
    if (state.at === 'ended' || state.at === 'failed') {
      this.endedAt = Date.now();
      this.devices.release();
    }
  }
}
