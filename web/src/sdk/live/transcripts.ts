import { RoomEvent, type Participant, type Room, type TextStreamReader, type TranscriptionSegment } from 'livekit-client';
import { NO_CAPTIONS, withoutOld, withSegment, type Caption, type Captions } from '../captions';
import type { Store } from '../store';

/** Where LiveKit's agents stream what they hear and what they say. */
const TOPIC = 'lk.transcription';
const TICK_MS = 500;

/**
 * Listens for what agents write down, in both of their ways: text streams, and the older transcription packets.
 *
 * Many agents send both, under different numbers. Once somebody's words come as streams, their packets
 * are not read any more: they would say everything twice.
 *
 *  owner     LiveCall, which fetches it once it is in a room; `listen` once per Room
 *  bounded   a handful of lines; a timer runs only while there are some
 */
export class Transcripts {
  private readonly streamed = new Set<string>();
  private timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly store: Store<Captions>) {}

  listen(room: Room): void {
    room.registerTextStreamHandler(TOPIC, (reader, { identity }) => void this.read(reader, identity));
    room.on(RoomEvent.TranscriptionReceived, (segments, participant) => this.take(segments, participant));
  }

  stop(): void {
    this.streamed.clear();
    this.store.set(NO_CAPTIONS);
    this.rest();
  }

  /** Grows by pieces while somebody speaks; or comes again as a whole, under the same segment, with corrections. */
  private async read(reader: TextStreamReader, speaker: string): Promise<void> {
    const id = reader.info.attributes?.['lk.segment_id'] ?? reader.info.id;
    if (!this.streamed.has(speaker)) {
      this.streamed.add(speaker);
      this.store.update((now) => ({ ...now, lines: now.lines.filter((line) => line.speaker !== speaker) }));
    }
    let text = '';
    try {
      for await (const piece of reader) {
        text += piece;
        this.show({ id, speaker, text, finished: false });
      }
    } catch {
      // It broke off, as its sender may have left: what came of it was said.
    }
    // Said at the end, too: only then is it known whether a correction follows.
    this.show({ id, speaker, text, finished: reader.info.attributes?.['lk.transcription_final'] !== 'false' });
  }

  private take(segments: readonly TranscriptionSegment[], participant: Participant | undefined): void {
    const speaker = participant?.identity ?? '';
    if (this.streamed.has(speaker)) return;
    for (const { id, text, final } of segments) this.show({ id, speaker, text, finished: final });
  }

  private show(segment: Omit<Caption, 'at'>): void {
    this.store.update((now) => ({ available: true, lines: withSegment(now.lines, segment, Date.now()) }));
    this.timer ??= setInterval(() => this.age(), TICK_MS);
  }

  private age(): void {
    this.store.update((now) => {
      const lines = withoutOld(now.lines, Date.now());
      return lines === now.lines ? now : { ...now, lines };
    });
    if (this.store.get().lines.length === 0) this.rest();
  }

  private rest(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}
