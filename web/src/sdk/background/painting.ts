import type { Picture } from './choice';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Numbers that look drawn by lot and are the same everywhere: a mulberry32. */
function lots(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function sky(c: Context, width: number, height: number, colours: readonly string[]): void {
  const gradient = c.createLinearGradient(0, 0, 0, height);
  colours.forEach((colour, i) => gradient.addColorStop(i / (colours.length - 1), colour));
  c.fillStyle = gradient;
  c.fillRect(0, 0, width, height);
}

function disc(c: Context, x: number, y: number, radius: number, inner: string, outer: string): void {
  const gradient = c.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, inner);
  gradient.addColorStop(1, outer);
  c.fillStyle = gradient;
  c.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
}

/** One range of hills: everything below a line of two waves. */
function range(c: Context, width: number, height: number, at: number, swing: number, phase: number, colour: string): void {
  c.fillStyle = colour;
  c.beginPath();
  c.moveTo(0, height);
  for (let i = 0; i <= 96; i++) {
    const u = i / 96;
    const wave = Math.sin(u * 5.1 + phase) + 0.45 * Math.sin(u * 12.7 + 2.3 * phase);
    c.lineTo(u * width, height * (at - swing * wave));
  }
  c.lineTo(width, height);
  c.fill();
}

const PAINTERS: Record<Picture, (c: Context, width: number, height: number) => void> = {
  dawn(c, w, h) {
    sky(c, w, h, ['hsl(222 38% 46%)', 'hsl(268 28% 62%)', 'hsl(18 68% 74%)', 'hsl(38 84% 82%)']);
    disc(c, 0.7 * w, 0.55 * h, 0.36 * h, 'hsl(44 100% 92% / .95)', 'hsl(34 100% 80% / 0)');
    range(c, w, h, 0.66, 0.05, 0.4, 'hsl(262 22% 54%)');
    range(c, w, h, 0.77, 0.06, 2.1, 'hsl(248 26% 42%)');
    range(c, w, h, 0.9, 0.05, 4.2, 'hsl(236 32% 29%)');
  },
  dunes(c, w, h) {
    sky(c, w, h, ['hsl(200 44% 74%)', 'hsl(36 52% 86%)']);
    range(c, w, h, 0.5, 0.05, 3.4, 'hsl(33 48% 74%)');
    range(c, w, h, 0.62, 0.07, 1.2, 'hsl(28 46% 64%)');
    range(c, w, h, 0.78, 0.08, 5.3, 'hsl(22 44% 53%)');
    range(c, w, h, 0.94, 0.06, 0.2, 'hsl(18 42% 43%)');
  },
  forest(c, w, h) {
    sky(c, w, h, ['hsl(150 24% 78%)', 'hsl(148 22% 58%)', 'hsl(152 30% 34%)']);
    const lot = lots(7);
    for (let row = 0; row < 3; row++) {
      for (let i = 0; i < 16; i++) {
        const x = lot() * w;
        const tall = h * (0.4 + 0.2 * row) * (0.8 + 0.4 * lot());
        const broad = tall * 0.2;
        c.fillStyle = `hsl(${150 + 12 * lot()} ${26 + 6 * row}% ${48 - 12 * row - 4 * lot()}%)`;
        c.beginPath();
        c.moveTo(x, h * (0.78 + 0.14 * row) - tall);
        c.lineTo(x + broad, h);
        c.lineTo(x - broad, h);
        c.fill();
      }
    }
  },
  tide(c, w, h) {
    sky(c, w, h, ['hsl(196 50% 88%)', 'hsl(192 44% 74%)']);
    disc(c, 0.24 * w, 0.3 * h, 0.3 * h, 'hsl(52 90% 96% / .9)', 'hsl(192 44% 80% / 0)');
    for (let i = 0; i < 6; i++) range(c, w, h, 0.46 + 0.1 * i, 0.022 + 0.004 * i, 1.7 * i, `hsl(${194 + 4 * i} ${46 + 3 * i}% ${62 - 8 * i}%)`);
  },
  night(c, w, h) {
    sky(c, w, h, ['hsl(232 44% 11%)', 'hsl(238 36% 22%)', 'hsl(262 30% 34%)']);
    const lot = lots(11);
    for (let i = 0; i < 140; i++) {
      const size = (0.0008 + 0.0022 * lot() ** 3) * h;
      c.fillStyle = `hsl(${40 + 180 * lot()} 60% 92% / ${0.35 + 0.6 * lot()})`;
      c.beginPath();
      c.arc(lot() * w, lot() * 0.8 * h, Math.max(0.4, size), 0, 7);
      c.fill();
    }
    disc(c, 0.2 * w, 0.26 * h, 0.22 * h, 'hsl(48 60% 92% / .5)', 'hsl(240 40% 30% / 0)');
    c.fillStyle = 'hsl(48 50% 93%)';
    c.beginPath();
    c.arc(0.2 * w, 0.26 * h, 0.055 * h, 0, 7);
    c.fill();
    range(c, w, h, 0.86, 0.05, 2.8, 'hsl(240 34% 14%)');
  },
  studio(c, w, h) {
    sky(c, w, h, ['hsl(200 12% 90%)', 'hsl(200 12% 82%)']);
    disc(c, 0.3 * w, 0.25 * h, 0.9 * h, 'hsl(45 40% 97% / .9)', 'hsl(200 12% 84% / 0)');
    c.fillStyle = 'hsl(196 24% 62% / .5)';
    c.beginPath();
    c.arc(0.84 * w, 0.36 * h, 0.2 * h, 0, 7);
    c.fill();
    c.fillStyle = 'hsl(24 48% 66% / .55)';
    c.beginPath();
    c.arc(0.94 * w, 0.52 * h, 0.14 * h, 0, 7);
    c.fill();
    c.fillStyle = 'hsl(28 20% 70%)';
    c.fillRect(0, 0.86 * h, w, 0.14 * h);
    c.fillStyle = 'hsl(28 18% 62%)';
    c.fillRect(0, 0.86 * h, w, 0.008 * h);
  },
};

/** Draws one of our pictures over the whole canvas; the same at every size, and nobody's photograph. */
export function paint(context: Context, picture: Picture, width: number, height: number): void {
  PAINTERS[picture](context, width, height);
}
