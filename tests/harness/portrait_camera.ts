// A camera with somebody in it: the drawn person of the picture in the README, in front of a shelf with books, as a
// Y4M file that a browser's fake camera plays. Drawn by a browser, once, and kept in build/test-media.
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { type Camera, SMALL } from './media.ts';
import { ROOT } from './paths.ts';

const MEDIA = path.join(ROOT, 'build/test-media');
const VERSION = 1;
const FRAMES = 15;

/** Where in the picture, in parts of its width and height. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** The books on the shelf: many edges, far from the person. */
export const SHELF: Area = { x: 0.07, y: 0.24, width: 0.18, height: 0.1 };
/** Between eyes and mouth: skin of one colour. */
export const FACE: Area = { x: 0.45, y: 0.54, width: 0.1, height: 0.06 };
/** What the person wears. */
export const CHEST: Area = { x: 0.4, y: 0.86, width: 0.2, height: 0.1 };

export async function portraitFile(camera: Camera = SMALL): Promise<string> {
  const { width, height, fps } = camera;
  const file = path.join(MEDIA, `portrait-v${VERSION}-${width}x${height}.y4m`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(MEDIA, { recursive: true });
  const partial = `${file}.${process.pid}`;
  const out = fs.openSync(partial, 'w');
  fs.writeSync(out, `YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`);
  const browser = await chromium.launch({
    executablePath: process.env.PARLEY_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  });
  try {
    const page = await browser.newPage();
    // Only a page of an origin has a camera.
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.addInitScript({ path: path.join(ROOT, 'tests/picture/portrait.js') });
    await page.goto('http://localhost/');
    await page.evaluate(async () => {
      const video = document.createElement('video');
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
      await video.play();
      (window as unknown as { video: HTMLVideoElement }).video = video;
    });
    for (let frame = 0; frame < FRAMES; frame++) {
      const planes = await page.evaluate(draw420, [width, height] as [number, number]);
      fs.writeSync(out, 'FRAME\n');
      fs.writeSync(out, Buffer.from(planes, 'base64'));
    }
  } finally {
    await browser.close();
    fs.closeSync(out);
  }
  fs.renameSync(partial, file);
  return file;
}

/** In the page: the video's picture of now as Y, U and V after ITU-R BT.601, limited range. */
async function draw420([width, height]: [number, number]): Promise<string> {
  const { video } = window as unknown as { video: HTMLVideoElement };
  await new Promise((resolve) => setTimeout(resolve, 66));
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(video, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const luma = new Uint8Array(width * height);
  const half = luma.length / 4;
  const planes = new Uint8Array(luma.length + 2 * half);
  for (let i = 0; i < luma.length; i++) {
    const [r, g, b] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
    planes[i] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x % 2 === 1 || y % 2 === 1) continue;
    const at = luma.length + (y / 2) * (width / 2) + x / 2;
    planes[at] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
    planes[at + half] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
  }
  let text = '';
  for (let i = 0; i < planes.length; i += 8192) text += String.fromCharCode(...planes.subarray(i, i + 8192));
  return btoa(text);
}
