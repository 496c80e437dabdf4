import { Track, VideoQuality, type RemoteTrackPublication } from 'livekit-client';
import { describe, expect, it, vi } from 'vitest';
import { spare } from './data_saver';

function publication(source: Track.Source, kind = Track.Kind.Video) {
  const fake = {
    source,
    kind,
    isDesired: true,
    setSubscribed: vi.fn((on: boolean) => {
      fake.isDesired = on;
    }),
    setVideoQuality: vi.fn(),
  };
  return fake;
}

const run = (fake: ReturnType<typeof publication>, mode: 'off' | 'low' | 'audio') => spare(fake as unknown as RemoteTrackPublication, mode);

describe('saving data', () => {
  it('asks for the smallest cameras, and for the best again', () => {
    const camera = publication(Track.Source.Camera);
    run(camera, 'low');
    expect(camera.setVideoQuality).toHaveBeenLastCalledWith(VideoQuality.LOW);
    run(camera, 'off');
    expect(camera.setVideoQuality).toHaveBeenLastCalledWith(VideoQuality.HIGH);
    expect(camera.setSubscribed).not.toHaveBeenCalled();
  });

  it('takes no cameras at all with sound only, and takes them again after', () => {
    const camera = publication(Track.Source.Camera);
    run(camera, 'audio');
    expect(camera.setSubscribed).toHaveBeenLastCalledWith(false);
    expect(camera.setVideoQuality).not.toHaveBeenCalled();
    run(camera, 'low');
    expect(camera.setSubscribed).toHaveBeenLastCalledWith(true);
  });

  it('leaves shared screens readable, and sound alone', () => {
    const screen = publication(Track.Source.ScreenShare);
    run(screen, 'audio');
    expect(screen.setSubscribed).not.toHaveBeenCalled();
    expect(screen.setVideoQuality).toHaveBeenLastCalledWith(VideoQuality.HIGH);
    const voice = publication(Track.Source.Microphone, Track.Kind.Audio);
    run(voice, 'audio');
    expect(voice.setSubscribed).not.toHaveBeenCalled();
  });
});
