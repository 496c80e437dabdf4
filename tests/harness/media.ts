// Writes what a browser's fake camera and microphone play: a Y4M file with the participant's picture and a
// WAV file with its tone. Kept in build/test-media, so that only the first run pays.
import fs from 'node:fs';
import path from 'node:path';
import { PERIOD, type Rgb, edges, rectsOf, toneHz } from './pattern.ts';
import { ROOT } from './paths.ts';
import { voiceSamples } from './voice.ts';

const MEDIA = path.join(ROOT, 'build/test-media');
/** Part of the file names: raise it when the pattern changes. */
const VERSION = 2;

export interface Camera {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Noise of the sensor, in steps of brightness: without it an encoder needs a tenth of what a camera takes. */
  readonly grain?: number;
}
export const SMALL: Camera = { width: 640, height: 360, fps: 15 };
export const HD: Camera = { width: 1280, height: 720, fps: 15 };
/** One whose layers take what a camera's take. */
export const LIFELIKE: Camera = { ...HD, grain: 24 };

/** A row of noise to begin anywhere in, the same in each run. */
function noise(grain: number, length: number): Int8Array {
  const out = new Int8Array(length);
  let state = 12345;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = ((state >>> 16) % (2 * grain + 1)) - grain;
  }
  return out;
}

/** ITU-R BT.601, limited range: what browsers take Y4M for. */
function yuv([r, g, b]: Rgb): [number, number, number] {
  return [
    Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b),
    Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b),
    Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b),
  ];
}

function fill(plane: Buffer, stride: number, [left, right]: [number, number], [top, bottom]: [number, number], value: number) {
  for (let y = top; y < bottom; y++) plane.fill(value, y * stride + left, y * stride + right);
}

export function cameraFile(id: number, camera: Camera = SMALL): string {
  const { width, height, fps, grain = 0 } = camera;
  const file = path.join(MEDIA, `v${VERSION}-${id}-${width}x${height}${grain ? `-grain${grain}` : ''}.y4m`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(MEDIA, { recursive: true });
  const partial = `${file}.${process.pid}`;
  const out = fs.openSync(partial, 'w');
  fs.writeSync(out, `YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`);
  const luma = Buffer.alloc(width * height);
  const chroma = [Buffer.alloc(luma.length / 4), Buffer.alloc(luma.length / 4)] as const;
  const grains = noise(grain, grain ? 2 * luma.length : 0);
  for (let frame = 0; frame < PERIOD; frame++) {
    for (const rect of rectsOf(id, frame)) {
      const [y, u, v] = yuv(rect.colour);
      const columns = edges(rect.x, rect.width, width);
      const rows = edges(rect.y, rect.height, height);
      const half = ([from, to]: [number, number]): [number, number] => [from / 2, to / 2];
      fill(luma, width, columns, rows, y);
      fill(chroma[0], width / 2, half(columns), half(rows), u);
      fill(chroma[1], width / 2, half(columns), half(rows), v);
    }
    const shift = (frame * 7919 * 13) % luma.length;
    for (let i = 0; i < luma.length && grain; i++) luma[i] = Math.max(16, Math.min(235, luma[i]! + grains[shift + i]!));
    fs.writeSync(out, 'FRAME\n');
    fs.writeSync(out, luma);
    fs.writeSync(out, chroma[0]);
    fs.writeSync(out, chroma[1]);
  }
  fs.closeSync(out);
  fs.renameSync(partial, file);
  return file;
}

/** A sine of whole periods, so that the loop has no seam. */
export function toneSamples(id: number, seconds: number, rate = 48_000): Int16Array {
  const samples = new Int16Array(seconds * rate);
  const step = (2 * Math.PI * toneHz(id)) / rate;
  for (let i = 0; i < samples.length; i++) samples[i] = Math.round(12_000 * Math.sin(i * step));
  return samples;
}

/** What a voice says over and over: what `likeness` compares with. */
export const voiceOf = (id: number) => voiceSamples(id, 8);

export const microphoneFile = (id: number) => soundFile(`${id}`, () => toneSamples(id, 5));
export const voiceFile = (id: number) => soundFile(`voice-${id}`, () => voiceOf(id));

function soundFile(name: string, make: () => Int16Array): string {
  const file = path.join(MEDIA, `v${VERSION}-${name}.wav`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(MEDIA, { recursive: true });
  const rate = 48_000;
  const samples = make();
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // mono
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  const partial = `${file}.${process.pid}`;
  fs.writeFileSync(partial, Buffer.concat([header, Buffer.from(samples.buffer)]));
  fs.renameSync(partial, file);
  return file;
}
