// What is heard, as samples: for comparing it with what was said (../likeness.ts).
import { audioContext } from './watch.ts';

export interface Recording {
  /** 16 bits, little-endian, mono, at 48 kHz; in base64, as a test gets what a page returns. */
  readonly samples: string;
}

// The rendering thread hands over whole batches: a message for each 128 samples would be 375 a second.
const TAP = `registerProcessor('tap', class extends AudioWorkletProcessor {
  batch = new Float32Array(12800);
  filled = 0;
  process([input]) {
    const samples = input?.[0] ?? new Float32Array(128);
    this.batch.set(samples, this.filled);
    this.filled += samples.length;
    if (this.filled + 128 > this.batch.length) {
      this.port.postMessage(this.batch.slice(0, this.filled));
      this.filled = 0;
    }
    return true;
  }
});`;

let tap: Promise<void> | undefined;

export async function record(track: MediaStreamTrack, seconds: number): Promise<Recording> {
  const context = audioContext();
  tap ??= context.audioWorklet.addModule(URL.createObjectURL(new Blob([TAP], { type: 'text/javascript' })));
  await tap;
  const stream = new MediaStream([track]);
  // A remote track gives sound to Web Audio only while an element plays it.
  const element = new Audio();
  element.srcObject = stream;
  element.volume = 0;
  await element.play();
  const source = context.createMediaStreamSource(stream);
  const node = new AudioWorkletNode(context, 'tap', { channelCount: 1, channelCountMode: 'explicit' });
  const samples = new Int16Array(Math.round(seconds * context.sampleRate));
  let filled = 0;
  const done = new Promise<void>((resolve) => {
    node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      for (const value of data.subarray(0, samples.length - filled)) {
        samples[filled++] = Math.max(-32_768, Math.min(32_767, Math.round(32_768 * value)));
      }
      if (filled === samples.length) resolve();
    };
  });
  source.connect(node).connect(context.destination);
  await done;
  source.disconnect();
  node.disconnect();
  element.srcObject = null;
  const bytes = new Uint8Array(samples.buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return { samples: btoa(text) };
}
