// The picture and the tone of a test participant: who it is and which frame it is can be read back from
// any decoded copy, and the whole picture can be drawn again to compare it with what arrived.
//
// Pure functions: the same file runs in Node, where it writes the files that a browser's fake camera
// plays, and in the page, where it judges what came over the network.

export type Rgb = readonly [number, number, number];

/** A filled rectangle in hundredths of the picture's width and height. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: Rgb;
}

const BASE: readonly Rgb[] = [
  [190, 60, 60],
  [60, 150, 70],
  [70, 90, 190],
  [180, 150, 50],
  [150, 70, 170],
  [60, 160, 160],
  [200, 110, 50],
  [110, 110, 110],
];
const TONES_HZ: readonly number[] = [400, 520, 680, 880, 1140, 1480, 1920, 2500];

export const MAX_ID = BASE.length;
/** After so many frames the picture repeats. */
export const PERIOD = 60;

const CELLS = 16; // 4 bits of id, 8 of the frame number, 4 of check
const BLACK: Rgb = [16, 16, 16];
const WHITE: Rgb = [235, 235, 235];

export function baseColour(id: number): Rgb {
  return BASE[id % MAX_ID]!;
}

export function toneHz(id: number): number {
  return TONES_HZ[id % MAX_ID]!;
}

function check(id: number, frame: number): number {
  return (id ^ (frame & 15) ^ (frame >> 4) ^ 0b1010) & 15;
}

function codeOf(id: number, frame: number): number {
  return (id << 12) | (frame << 4) | check(id, frame);
}

/** Background, a block that wanders, and a row of sixteen cells that say id and frame number. */
export function rectsOf(id: number, frame: number): Rect[] {
  const code = codeOf(id, frame);
  const rects: Rect[] = [{ x: 0, y: 0, width: 100, height: 100, colour: baseColour(id) }];
  const step = frame % PERIOD;
  rects.push({ x: 2 + (step * 76) / PERIOD, y: 10 + 30 * (step & 1 ? 0.5 : 0.4), width: 20, height: 25, colour: WHITE });
  for (let cell = 0; cell < CELLS; cell++) {
    const bit = (code >> (CELLS - 1 - cell)) & 1;
    rects.push({ x: (cell * 100) / CELLS, y: 70, width: 100 / CELLS, height: 30, colour: bit ? WHITE : BLACK });
  }
  return rects;
}

export interface Reading {
  readonly id: number;
  readonly frame: number;
  /** Peak signal to noise of the whole picture against the one that was sent, in dB. */
  readonly psnr: number;
}

/** What a decoded picture says; null if its code does not check. `pixels` is RGBA. */
export function readPicture(pixels: Uint8ClampedArray, width: number, height: number): Reading | null {
  let code = 0;
  const y = Math.floor(height * 0.85);
  for (let cell = 0; cell < CELLS; cell++) {
    const x = Math.floor(((cell + 0.5) * width) / CELLS);
    let sum = 0;
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        const at = ((y + dy) * width + x + dx) * 4;
        sum += pixels[at]! + pixels[at + 1]! + pixels[at + 2]!;
      }
    }
    code = (code << 1) | (sum / 75 > 125 ? 1 : 0);
  }
  const id = code >> 12;
  const frame = (code >> 4) & 255;
  if ((code & 15) !== check(id, frame)) return null;
  return { id, frame, psnr: psnr(pixels, width, height, id, frame) };
}

function psnr(pixels: Uint8ClampedArray, width: number, height: number, id: number, frame: number): number {
  const expected = drawRgb(id, frame, width, height);
  let squares = 0;
  for (let i = 0, at = 0; i < width * height; i++, at += 3) {
    for (let c = 0; c < 3; c++) {
      const difference = pixels[i * 4 + c]! - expected[at + c]!;
      squares += difference * difference;
    }
  }
  const mean = squares / (width * height * 3);
  return mean === 0 ? 99 : 10 * Math.log10((255 * 255) / mean);
}

export function drawRgb(id: number, frame: number, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height * 3);
  for (const rect of rectsOf(id, frame)) {
    const [left, right] = edges(rect.x, rect.width, width);
    const [top, bottom] = edges(rect.y, rect.height, height);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        out.set(rect.colour, (y * width + x) * 3);
      }
    }
  }
  return out;
}

/** Pixel edges of a span of hundredths, on even pixels because chroma has half the resolution. */
export function edges(start: number, length: number, size: number): [number, number] {
  const even = (hundredths: number) => Math.min(size, 2 * Math.round((hundredths * size) / 200));
  return [even(start), even(start + length)];
}
