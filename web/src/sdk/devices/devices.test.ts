import { afterEach, describe, expect, it } from 'vitest';
import { Devices } from './devices';

class FakeTrack extends EventTarget {
  stopped = false;
  constructor(readonly kind: 'audio' | 'video', readonly from: string) {
    super();
  }
  stop(): void {
    this.stopped = true;
  }
}

type Fault = { kind: 'audio' | 'video'; name: string; message?: string };

/** Answers like a browser with a microphone "m1" and a camera "c1", each of which can be at fault. */
class FakeMedia extends EventTarget {
  readonly asked: MediaStreamConstraints[] = [];
  readonly given: FakeTrack[] = [];
  constructor(private readonly faults: Fault[] = []) {
    super();
  }

  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.asked.push(constraints);
    const tracks: FakeTrack[] = [];
    for (const [kind, wish, real] of [
      ['audio', constraints.audio, 'm1'],
      ['video', constraints.video, 'c1'],
    ] as const) {
      if (wish === undefined) continue;
      const fault = this.faults.find((f) => f.kind === kind);
      if (fault) return Promise.reject(new DOMException(fault.message ?? '', fault.name));
      const exact = ((wish as MediaTrackConstraints).deviceId as { exact?: string } | undefined)?.exact;
      if (exact !== undefined && exact !== real) return Promise.reject(new DOMException('', 'OverconstrainedError'));
      tracks.push(new FakeTrack(kind, exact ?? real));
    }
    this.given.push(...tracks);
    const only = (kind: string) => tracks.filter((track) => track.kind === kind);
    return Promise.resolve({
      getTracks: () => tracks,
      getAudioTracks: () => only('audio'),
      getVideoTracks: () => only('video'),
    } as unknown as MediaStream);
  }

  enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return Promise.resolve([
      { kind: 'audioinput', deviceId: 'm1', label: 'Desk microphone' },
      { kind: 'videoinput', deviceId: 'c1', label: 'Lid camera' },
      { kind: 'audiooutput', deviceId: '', label: '' },
    ] as MediaDeviceInfo[]);
  }
}

const setUp = (faults: Fault[] = []) => {
  const media = new FakeMedia(faults);
  return { media, devices: new Devices(media as unknown as MediaDevices) };
};

const both = { mic: true, camera: true };

afterEach(() => localStorage.clear());

describe('devices', () => {
  it('asks for microphone and camera with one question', async () => {
    const { media, devices } = setUp();
    await devices.start(both);
    expect(media.asked).toHaveLength(1);
    expect(devices.state.get()).toMatchObject({ mic: { at: 'on' }, camera: { at: 'on' } });
  });

  it('does not ask again when the person said no', async () => {
    const { media, devices } = setUp([{ kind: 'video', name: 'NotAllowedError' }]);
    await devices.start(both);
    expect(media.asked).toHaveLength(1);
    expect(devices.state.get().mic).toEqual({ at: 'failed', problem: 'denied' });
    expect(devices.state.get().camera).toEqual({ at: 'failed', problem: 'denied' });
  });

  it('keeps the microphone when only the camera is in use elsewhere', async () => {
    const { devices } = setUp([{ kind: 'video', name: 'NotReadableError' }]);
    await devices.start(both);
    expect(devices.state.get().mic.at).toBe('on');
    expect(devices.state.get().camera).toEqual({ at: 'failed', problem: 'in-use' });
  });

  it('takes another device when the remembered one is gone', async () => {
    localStorage.setItem('parley.videoinput', '"unplugged"');
    const { devices } = setUp();
    await devices.start({ mic: false, camera: true });
    expect(devices.state.get().camera.at).toBe('on');
    expect(devices.state.get().chosen.videoinput).toBe('');
  });

  it('says "insecure" where the browser offers no devices', async () => {
    const devices = new Devices(undefined);
    await devices.start(both);
    expect(devices.state.get().mic).toEqual({ at: 'failed', problem: 'insecure' });
  });

  it('stops a track that arrives after it was switched off again', async () => {
    const { media, devices } = setUp();
    const opening = devices.set('camera', true);
    await devices.set('camera', false);
    await opening;
    expect(devices.state.get().camera).toEqual({ at: 'off' });
    expect(media.given.map((track) => track.stopped)).toEqual([true]);
  });

  it('stops the old track when another device is chosen', async () => {
    const { media, devices } = setUp();
    await devices.start({ mic: true, camera: false });
    await devices.choose('audioinput', 'm1');
    expect(media.given.map((track) => track.stopped)).toEqual([true, false]);
  });

  it('says so when a device is unplugged', async () => {
    const { media, devices } = setUp();
    await devices.start(both);
    media.given[1]?.dispatchEvent(new Event('ended'));
    expect(devices.state.get().camera).toEqual({ at: 'failed', problem: 'missing' });
  });

  it('lists only devices that can be chosen', async () => {
    const { devices } = setUp();
    await devices.start(both);
    expect(devices.state.get().lists.audioinput).toEqual([{ id: 'm1', label: 'Desk microphone' }]);
    expect(devices.state.get().lists.audiooutput).toEqual([]);
  });

  it('hands its tracks over running, and does not stop them afterwards', async () => {
    const { media, devices } = setUp();
    await devices.start(both);
    const handover = devices.handOver();
    devices.dispose();
    expect(handover.mic).toBe(media.given[0]);
    expect(handover.camera).toBe(media.given[1]);
    expect(media.given.map((track) => track.stopped)).toEqual([false, false]);
  });

  it('remembers what was switched off', async () => {
    const { devices } = setUp();
    await devices.set('camera', false);
    expect(localStorage.getItem('parley.camera')).toBe('false');
  });
});
