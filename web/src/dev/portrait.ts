import type { VideoSource } from '@/sdk/call';
import { hueOf } from '@/shared/initials';

const WIDTH = 640;

/** A still of somebody in front of a camera, good enough to judge a layout by. */
function drawPortrait(context: CanvasRenderingContext2D, id: string, width: number, height: number): void {
  const hue = hueOf(id);
  const pick = (n: number): number => (hue * (n + 3) * 7919) % 360;
  const wall = context.createLinearGradient(0, 0, width, height);
  wall.addColorStop(0, `oklch(0.78 0.03 ${pick(1)})`);
  wall.addColorStop(1, `oklch(0.58 0.045 ${pick(2)})`);
  context.fillStyle = wall;
  context.fillRect(0, 0, width, height);
  // A window, a shelf.
  context.fillStyle = `oklch(0.9 0.03 ${pick(3)} / 0.55)`;
  context.fillRect(width * 0.06, height * 0.08, width * 0.2, height * 0.42);
  context.fillStyle = `oklch(0.4 0.05 ${pick(4)} / 0.5)`;
  context.fillRect(width * 0.72, height * 0.3, width * 0.22, height * 0.03);
  for (let i = 0; i < 5; i++) {
    context.fillStyle = `oklch(0.55 0.09 ${pick(5 + i)} / 0.7)`;
    context.fillRect(width * (0.74 + i * 0.035), height * 0.18, width * 0.025, height * 0.12);
  }
  const middle = width * (0.46 + (hue % 9) / 100);
  const unit = width > height ? height / 9 : width / 8;
  const skin = `oklch(${0.5 + (hue % 40) / 100} 0.065 ${48 + (hue % 18)})`;
  context.fillStyle = `oklch(${0.35 + (hue % 30) / 100} 0.08 ${pick(6)})`;
  context.beginPath();
  context.ellipse(middle, height + unit * 0.4, unit * 3.4, unit * 3.2, 0, 0, 7);
  context.fill();
  context.fillStyle = skin;
  context.fillRect(middle - unit * 0.6, height - unit * 3.8, unit * 1.2, unit * 1.4);
  context.fillStyle = `oklch(0.27 0.04 ${30 + (hue % 40)})`;
  context.beginPath();
  context.ellipse(middle, height - unit * 5.1, unit * 1.55, unit * (1.8 + (hue % 3) / 10), 0, 0, 7);
  context.fill();
  context.fillStyle = skin;
  context.beginPath();
  context.ellipse(middle, height - unit * 4.7, unit * 1.22, unit * 1.6, 0, 0, 7);
  context.fill();
  context.fillStyle = 'oklch(0.25 0.03 40)';
  for (const side of [-1, 1]) {
    context.beginPath();
    context.arc(middle + side * unit * 0.46, height - unit * 4.85, unit * 0.11, 0, 7);
    context.fill();
  }
  context.lineWidth = unit * 0.1;
  context.strokeStyle = 'oklch(0.3 0.06 25)';
  context.beginPath();
  context.arc(middle, height - unit * 4.3, unit * 0.48, 0.35, Math.PI - 0.35);
  context.stroke();
}

function drawSlide(context: CanvasRenderingContext2D, width: number, height: number): void {
  context.fillStyle = 'oklch(0.98 0.004 95)';
  context.fillRect(0, 0, width, height);
  context.fillStyle = 'oklch(0.3 0.02 204)';
  context.font = `600 ${height / 12}px sans-serif`;
  context.fillText('Quarter in review', width * 0.07, height * 0.17);
  for (let i = 0; i < 7; i++) {
    context.fillStyle = `oklch(${0.5 + i * 0.05} 0.085 204)`;
    const high = height * (0.15 + ((i * 37) % 50) / 100);
    context.fillRect(width * (0.08 + i * 0.12), height * 0.88 - high, width * 0.085, high);
  }
}

function source(id: string, aspect: number, draw: (context: CanvasRenderingContext2D, width: number, height: number) => void): VideoSource {
  let stream: MediaStream | null = null;
  return {
    id,
    aspect,
    attach(element) {
      if (stream === null) {
        const canvas = document.createElement('canvas');
        canvas.width = WIDTH;
        canvas.height = Math.round(WIDTH / aspect);
        const context = canvas.getContext('2d');
        // A capture shows only what is drawn after it began.
        stream = canvas.captureStream();
        if (context !== null) {
          draw(context, canvas.width, canvas.height);
          setTimeout(() => draw(context, canvas.width, canvas.height), 100);
          setInterval(() => draw(context, canvas.width, canvas.height), 2000);
        }
      }
      element.srcObject = stream;
      void element.play().catch(() => undefined);
      return () => {
        element.srcObject = null;
      };
    },
  };
}

export const portrait = (id: string, aspect = 16 / 9): VideoSource =>
  source(`camera-${id}`, aspect, (context, width, height) => drawPortrait(context, id, width, height));

export const slide = (id: string): VideoSource => source(`screen-${id}`, 16 / 10, drawSlide);

/** A camera track for the lobby, which takes tracks rather than sources. */
export function portraitTrack(id: string): MediaStreamTrack {
  const video = document.createElement('video');
  portrait(id).attach(video);
  const track = (video.srcObject as MediaStream).getVideoTracks()[0];
  if (track === undefined) throw new Error('a canvas has a video track');
  return track;
}
