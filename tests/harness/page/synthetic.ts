// Tracks without devices: the participant's picture drawn on a canvas and its tone from an oscillator. For
// browsers whose fake devices cannot play files.
import { PERIOD, edges, rectsOf, toneHz } from '../pattern.ts';
import { audioContext } from './watch.ts';

export function syntheticVideo(id: number, width: number, height: number, fps: number): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  let frame = 0;
  const draw = () => {
    for (const rect of rectsOf(id, frame)) {
      const [left, right] = edges(rect.x, rect.width, width);
      const [top, bottom] = edges(rect.y, rect.height, height);
      context.fillStyle = `rgb(${rect.colour.join(' ')})`;
      context.fillRect(left, top, right - left, bottom - top);
    }
    frame = (frame + 1) % PERIOD;
  };
  draw();
  setInterval(draw, 1000 / fps);
  return canvas.captureStream(fps).getVideoTracks()[0]!;
}

export function syntheticAudio(id: number): MediaStreamTrack {
  const context = audioContext();
  const oscillator = new OscillatorNode(context, { frequency: toneHz(id) });
  const volume = new GainNode(context, { gain: 0.36 });
  const destination = context.createMediaStreamDestination();
  oscillator.connect(volume).connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0]!;
}
