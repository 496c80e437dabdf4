import type { Shape } from '@/sdk/boards/drawing';
import { areaOf, around } from './geometry';

const MARGIN = 24;
const MAX_PIXELS = 4096;
/** What a stylesheet says of shapes, which a file has to say by itself. */
const STYLES = ['fill', 'stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin', 'font-family', 'font-size', 'direction'] as const;

export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/**
 * The shapes as an SVG of their own, in the colours of the light theme, on paper: whoever gets it has no stylesheet
 * of ours. null: there is nothing to see.
 */
export function pictureOf(canvas: SVGSVGElement, shapes: readonly Shape[]): Picture | null {
  const area = around(shapes.map(areaOf));
  if (area === null) return null;
  const width = Math.ceil(area.w + 2 * MARGIN);
  const height = Math.ceil(area.h + 2 * MARGIN);
  const svg = canvas.cloneNode(false) as SVGSVGElement;
  svg.removeAttribute('class');
  svg.style.colorScheme = 'light';
  // In the document, or nothing would be known of its colours; out of sight meanwhile.
  svg.style.position = 'fixed';
  svg.style.visibility = 'hidden';
  for (const shape of canvas.querySelectorAll('[data-shape]:not([data-draft] *)')) svg.append(shape.cloneNode(true));
  for (const grip of svg.querySelectorAll('[data-shape] > :first-child:not(:last-child):not(rect[class*=note]):not(rect[class*=sheet])')) grip.remove();
  canvas.after(svg);
  const paper = getComputedStyle(svg).getPropertyValue('background-color');
  for (const element of svg.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    for (const name of STYLES) element.setAttribute(name, plain(style.getPropertyValue(name)));
  }
  svg.remove();
  for (const element of svg.querySelectorAll('*')) for (const name of ['class', 'data-shape', 'data-kind']) element.removeAttribute(name);
  for (const { name } of [...svg.attributes]) svg.removeAttribute(name);
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('viewBox', `${area.x - MARGIN} ${area.y - MARGIN} ${width} ${height}`);
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ x: area.x - MARGIN, y: area.y - MARGIN, width, height, fill: plain(paper) === 'none' ? '#fff' : plain(paper) })) ground.setAttribute(name, String(value));
  svg.prepend(ground);
  return { svg: new XMLSerializer().serializeToString(svg), width, height };
}

let pixel: CanvasRenderingContext2D | null = null;

/** In words that every program knows: oklch() is too new for some. */
function plain(value: string): string {
  if (!/^(oklch|oklab|color|lab|lch|rgba?)\(/.test(value)) return value;
  pixel ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (pixel === null) return value;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = value;
  pixel.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, a = 0] = pixel.getImageData(0, 0, 1, 1).data;
  return a === 0 ? 'none' : `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Twice as fine as on screen, as far as canvases go. */
export async function toPng({ svg, width, height }: Picture): Promise<Blob | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(2, MAX_PIXELS / width, MAX_PIXELS / height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}
