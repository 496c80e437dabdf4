// @vitest-environment node
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Segmenter, startTensors, unfold } from '../src/sdk/background/segmenter';
import { halfToNumber, readModel } from '../src/sdk/background/tflite';

const require = createRequire(import.meta.url);
const bytes = readFileSync(require.resolve('@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite'));
const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
const wasm = dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));

/** Head and shoulders before a wall, as plain as can be; the model has no more need of a face than this. */
function person(width: number, height: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(4 * width * height);
  const inside = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x * 1280) / width, (y * 720) / height];
      let colour = [225 - v / 12, 190 - v / 12, 160 - v / 12];
      if (inside(u, v, 640, 400, 178, 232)) colour = [58, 42, 34];
      if (inside(u, v, 640, 800, 330, 260)) colour = [47, 93, 98];
      if (inside(u, v, 640, 390, 130, 160) || (Math.abs(u - 640) < 52 && v > 470 && v < 590)) colour = [232, 180, 143];
      if (inside(u, v, 640, 290, 140, 90)) colour = [58, 42, 34];
      if (inside(u, v, 590, 376, 12, 10) || inside(u, v, 690, 376, 12, 10)) colour = [42, 29, 24];
      if (inside(u, v, 640, 468, 42, 8)) colour = [143, 63, 56];
      pixels.set([...colour, 255], 4 * (y * width + x));
    }
  }
  return pixels;
}

describe('the model', () => {
  it('is read as a list of operators over a wide picture', () => {
    const model = readModel(file);
    expect(model.shapeOf(model.input)).toEqual([1, 144, 256, 3]);
    expect(model.shapeOf(model.output)).toEqual([1, 144, 256, 1]);
    expect(model.operators.at(-1)?.kind).toBe('sigmoid');
    expect(model.operators.at(-2)?.kind).toBe('transposed');
  });

  it('with an operator that we do not know is refused', () => {
    const other = file.slice(0);
    const name = new TextEncoder().encode('Convolution2DTransposeBias');
    const at = bytes.indexOf(Buffer.from(name));
    new Uint8Array(other).set(new TextEncoder().encode('X'), at);
    expect(() => readModel(other)).toThrow('is not known');
  });

  it('has weights of half the usual precision', () => {
    expect([0x0000, 0x3c00, 0xc000, 0x3555, 0x0001, 0x7c00].map(halfToNumber)).toEqual([0, 1, -2, 0.333251953125, 2 ** -24, Infinity]);
  });

  it('gives four pixels for one, row by row', () => {
    const into = new Float32Array(8);
    unfold(Float32Array.of(1, 2, 5, 6, 3, 4, 7, 8), 2, 1, into);
    expect([...into]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('the segmenter', () => {
  beforeAll(() => startTensors({ simd: `${wasm}/tfjs-backend-wasm-simd.wasm`, plain: `${wasm}/tfjs-backend-wasm.wasm` }));

  it('finds the person and leaves out the wall', () => {
    const segmenter = new Segmenter(file);
    const { width, height } = segmenter;
    const likely = new Float32Array(width * height);
    segmenter.run(person(width, height), likely);
    const at = (u: number, v: number) => likely[Math.round(v * (height - 1)) * width + Math.round(u * (width - 1))] ?? -1;
    for (const [u, v] of [[0.5, 0.5], [0.5, 0.9], [0.4, 0.9]] as const) expect(at(u, v), `${u} ${v}`).toBeGreaterThan(0.9);
    for (const [u, v] of [[0.05, 0.1], [0.95, 0.1], [0.1, 0.6], [0.9, 0.5]] as const) expect(at(u, v), `${u} ${v}`).toBeLessThan(0.1);
    segmenter.dispose();
  });

  it('frees all that it computes, and its weights at the end', () => {
    const before = tf.memory().numTensors;
    const segmenter = new Segmenter(file);
    const held = tf.memory().numTensors;
    const likely = new Float32Array(segmenter.width * segmenter.height);
    for (let i = 0; i < 3; i++) segmenter.run(new Uint8ClampedArray(4 * likely.length), likely);
    expect(tf.memory().numTensors).toBe(held);
    segmenter.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
