import { Track, type LocalTrack, type Room } from 'livekit-client';
import type { Fallback } from '../call';
import type { DeviceInfo } from '../devices/devices';
import type { DeviceKind } from '../devices/problem';

type Lists = Readonly<Record<DeviceKind, readonly DeviceInfo[]>>;

/** The device of a kind that was in use and is not there any more. */
export function vanished(before: Lists, now: Lists, inUse: Readonly<Record<DeviceKind, string | null>>): readonly { kind: DeviceKind; label: string }[] {
  return (['audioinput', 'videoinput', 'audiooutput'] as const).flatMap((kind) => {
    const had = before[kind].find(({ id }) => id === inUse[kind]);
    const has = now[kind].some(({ id }) => id === inUse[kind]);
    return had === undefined || has ? [] : [{ kind, label: had.label }];
  });
}

const NAMES: Record<DeviceKind, Fallback['device']> = { audioinput: 'mic', videoinput: 'camera', audiooutput: 'speaker' };
/** Browsers tell of the change before the new default is there to be opened. */
const SETTLE_MS = 700;

async function listDevices(): Promise<Lists> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: DeviceKind) => all.filter((d) => d.kind === kind && d.deviceId !== '').map((d) => ({ id: d.deviceId, label: d.label }));
  return { audioinput: of('audioinput'), videoinput: of('videoinput'), audiooutput: of('audiooutput') };
}

/**
 * Notices when a device in use is unplugged, takes the system's choice instead, and tells.
 *
 *  owner     the call, one per room; `stop` ends it
 */
export class DeviceWatch {
  private lists: Lists | null = null;
  private readonly onChange = (): void => void this.look();

  constructor(
    private readonly room: Room,
    /** What the person had on: a camera that vanished is opened again only if it was. */
    private readonly wanted: () => { readonly mic: boolean; readonly camera: boolean },
    private readonly tell: (fallback: Fallback, kind: DeviceKind) => void,
  ) {
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (media === undefined) return;
    media.addEventListener('devicechange', this.onChange);
    void this.look();
  }

  stop(): void {
    (navigator.mediaDevices as MediaDevices | undefined)?.removeEventListener('devicechange', this.onChange);
  }

  private track(kind: DeviceKind): LocalTrack | undefined {
    if (kind === 'audiooutput') return undefined;
    const source = kind === 'audioinput' ? Track.Source.Microphone : Track.Source.Camera;
    return this.room.localParticipant.getTrackPublication(source)?.track;
  }

  private idOf(kind: 'audioinput' | 'videoinput'): string | null {
    return this.track(kind)?.mediaStreamTrack.getSettings().deviceId ?? null;
  }

  private async look(): Promise<void> {
    const before = this.lists;
    const wanted = this.wanted();
    const inUse = { audioinput: this.idOf('audioinput'), videoinput: this.idOf('videoinput'), audiooutput: this.room.getActiveDevice('audiooutput') ?? null };
    const now = await listDevices().catch(() => null);
    if (now === null) return;
    this.lists = now;
    if (before === null) return;
    for (const { kind, label } of vanished(before, now, inUse)) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      this.tell({ device: NAMES[kind], gone: label, now: await this.replace(kind, now, wanted) }, kind);
    }
  }

  /** The label of what stands in; null if nothing does. */
  private async replace(kind: DeviceKind, lists: Lists, wanted: { mic: boolean; camera: boolean }): Promise<string | null> {
    const [any] = lists[kind];
    try {
      if (kind === 'audiooutput') {
        await this.room.switchActiveDevice(kind, 'default', false);
        return any?.label ?? null;
      }
      if (any === undefined) return null;
      await this.room.switchActiveDevice(kind, any.id, false);
      const local = this.room.localParticipant;
      // The SDK gives up a device that ended by muting it.
      if (kind === 'videoinput' && wanted.camera) await local.setCameraEnabled(true);
      if (kind === 'audioinput' && wanted.mic) await local.setMicrophoneEnabled(true);
      return this.track(kind)?.mediaStreamTrack.label ?? any.label;
    } catch {
      return null;
    }
  }
}
