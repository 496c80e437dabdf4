// What one participant's page receives of another's camera: areas of its newest picture, and every single frame.
import type { Page } from 'playwright-core';
import { type Area, CHEST, FACE, SHELF } from './portrait_camera.ts';
import { until } from './wait.ts';

/** What the meeting page shows to tests. */
export interface Inside {
  readonly parley: { readonly room: unknown; readonly background: { readonly worker: Worker; readonly pace: { get(): unknown } } };
}

/** What an area looks like: its colour, and how much neighbours differ, which is what blur takes away. */
export interface Look {
  readonly colour: readonly [number, number, number];
  readonly edges: number;
}

export interface View {
  readonly shelf: Look;
  readonly face: Look;
  readonly chest: Look;
}

/** In a page: looks at areas of the newest picture of somebody's camera; null while there is none. */
export const lookAt = ([identity, areas]: [string, readonly Area[]]): { areas: Look[]; time: number; width: number } | null => {
  type Participant = { name: string; videoTrackPublications: Map<string, { source: string; track?: { attachedElements: HTMLVideoElement[] } }> };
  const { remoteParticipants, localParticipant } = (window as unknown as Inside).parley.room as { remoteParticipants: Map<string, Participant>; localParticipant: Participant };
  const person = [localParticipant, ...remoteParticipants.values()].find(({ name }) => name === identity);
  const track = [...(person?.videoTrackPublications.values() ?? [])].find(({ source }) => source === 'camera')?.track;
  const video = track?.attachedElements.find((element) => element.videoWidth > 0);
  if (video === undefined || video.readyState < 2) return null;
  const canvas = new OffscreenCanvas(640, 360);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(video, 0, 0, 640, 360);
  return {
    time: video.currentTime,
    width: video.videoWidth,
    areas: areas.map(({ x, y, width, height }) => {
      const [w, h] = [Math.round(width * 640), Math.round(height * 360)];
      const { data } = context.getImageData(Math.round(x * 640), Math.round(y * 360), w, h);
      const sum = [0, 0, 0];
      let edges = 0;
      for (let i = 0; i < w * h; i++) {
        for (let c = 0; c < 3; c++) sum[c]! += data[4 * i + c]!;
        if (i % w > 0) edges += Math.abs(data[4 * i + 1]! - data[4 * i - 3]!);
      }
      return { colour: sum.map((value) => value / (w * h)) as [number, number, number], edges: edges / (w * h) };
    }),
  };
};

export async function look(page: Page, name: string): Promise<View> {
  const seen = await until(`${name} is seen`, () => page.evaluate(lookAt, [name, [SHELF, FACE, CHEST]] as [string, Area[]]), (found) => found !== null, 20_000);
  const [shelf, face, chest] = seen!.areas as [Look, Look, Look];
  return { shelf, face, chest };
}

export const apart = (a: Look, b: Look) => Math.hypot(...a.colour.map((value, i) => value - b.colour[i]!));

export interface Seen {
  readonly at: number;
  readonly edges: number;
}

/** From now on notes every single frame that comes of Ann, from the first one of each of her tracks on. */
export async function watch(page: Page) {
  await page.evaluate((area) => {
    type Track = { kind: string; source: string; mediaStreamTrack: MediaStreamTrack };
    const room = (window as unknown as Inside).parley.room as { on(event: string, listener: (track: Track) => void): void; remoteParticipants: Map<string, { videoTrackPublications: Map<string, { track?: Track }> }> };
    const holder = window as unknown as { seen?: Seen[] };
    const started = holder.seen !== undefined;
    holder.seen = [];
    if (started) return;
    const canvas = new OffscreenCanvas(640, 360);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    const follow = (track: Track) => {
      if (track.source !== 'camera') return;
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = new MediaStream([track.mediaStreamTrack]);
      void video.play();
      const note = () => {
        context.drawImage(video, 0, 0, 640, 360);
        const [w, h] = [Math.round(area.width * 640), Math.round(area.height * 360)];
        const { data } = context.getImageData(Math.round(area.x * 640), Math.round(area.y * 360), w, h);
        let edges = 0;
        for (let i = 0; i < w * h; i++) if (i % w > 0) edges += Math.abs(data[4 * i + 1]! - data[4 * i - 3]!);
        holder.seen!.push({ at: performance.now(), edges: edges / (w * h) });
        video.requestVideoFrameCallback(note);
      };
      video.requestVideoFrameCallback(note);
    };
    room.on('trackSubscribed', follow);
    for (const person of room.remoteParticipants.values()) for (const { track } of person.videoTrackPublications.values()) if (track !== undefined) follow(track);
  }, SHELF);
}

export const watched = (page: Page): Promise<Seen[]> => page.evaluate(() => (window as unknown as { seen: Seen[] }).seen);
