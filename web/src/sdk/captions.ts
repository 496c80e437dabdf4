/** What somebody says, as an agent in the meeting writes it down: one segment, which grows until it is finished. */
export interface Caption {
  readonly id: string;
  /** The identity of who speaks. */
  readonly speaker: string;
  readonly text: string;
  readonly finished: boolean;
  /** When it last changed. */
  readonly at: number;
}

export interface Captions {
  /** Somebody in this meeting writes along. */
  readonly available: boolean;
  /** In the order in which they began. */
  readonly lines: readonly Caption[];
}

export const NO_CAPTIONS: Captions = { available: false, lines: [] };

/** More would be read by nobody before they go. */
const MAX_LINES = 6;
/** Long enough to be read to the end, short enough not to be taken for what is said now. */
export const CAPTION_STAYS_MS = 7000;

/** A segment keeps its place however often it is corrected; one that becomes empty is gone. */
export function withSegment(lines: readonly Caption[], segment: Omit<Caption, 'at'>, now: number): readonly Caption[] {
  const text = segment.text.trim();
  const known = lines.some(({ id }) => id === segment.id);
  if (text === '') return known ? lines.filter(({ id }) => id !== segment.id) : lines;
  const line: Caption = { ...segment, text, at: now };
  return (known ? lines.map((old) => (old.id === line.id ? line : old)) : [...lines, line]).slice(-MAX_LINES);
}

export function withoutOld(lines: readonly Caption[], now: number): readonly Caption[] {
  const fresh = lines.filter(({ at }) => now - at < CAPTION_STAYS_MS);
  return fresh.length === lines.length ? lines : fresh;
}
