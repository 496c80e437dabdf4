import { RoomEvent, type Room } from 'livekit-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CAPTION_STAYS_MS, NO_CAPTIONS, type Captions } from '../captions';
import { createStore } from '../store';
import { Transcripts } from './transcripts';

type Handler = (reader: unknown, from: { identity: string }) => void;

/** As much of a Room as carries words. */
function setUp() {
  let stream: Handler = () => undefined;
  let packet: (segments: unknown[], participant: unknown) => void = () => undefined;
  const room = {
    registerTextStreamHandler: (topic: string, handler: Handler) => {
      if (topic === 'lk.transcription') stream = handler;
    },
    on: (event: RoomEvent, handler: typeof packet) => {
      if (event === RoomEvent.TranscriptionReceived) packet = handler;
    },
  };
  const captions = createStore<Captions>(NO_CAPTIONS);
  const transcripts = new Transcripts(captions);
  transcripts.listen(room as unknown as Room);
  return {
    transcripts,
    captions,
    lines: () => captions.get().lines.map(({ speaker, text, finished }) => `${speaker}${finished ? '.' : '…'} ${text}`),
    /** A stream that the test writes into. */
    open(identity: string, segment: string, attributes: Record<string, string> = {}) {
      const info = { id: `stream-of-${segment}`, attributes: { 'lk.segment_id': segment, ...attributes } };
      let push: (piece: string | null) => void = () => undefined;
      const pieces = new ReadableStream<string>({
        start: (controller) => {
          push = (piece) => (piece === null ? controller.close() : controller.enqueue(piece));
        },
      });
      stream({ info, [Symbol.asyncIterator]: () => (pieces as unknown as AsyncIterable<string>)[Symbol.asyncIterator]() }, { identity });
      return {
        async write(piece: string) {
          push(piece);
          await vi.advanceTimersByTimeAsync(0);
        },
        async close(more: Record<string, string> = {}) {
          Object.assign(info.attributes, more);
          push(null);
          await vi.advanceTimersByTimeAsync(0);
        },
      };
    },
    packet: (identity: string, id: string, text: string, final: boolean) => packet([{ id, text, final }], { identity }),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('a stream grows word by word, and is finished when it ends', async () => {
  const { captions, lines, open } = setUp();
  expect(captions.get().available).toBe(false);
  const said = open('ada', '1');
  await said.write('Good ');
  await said.write('morning');
  expect(lines()).toEqual(['ada… Good morning']);
  await said.close({ 'lk.transcription_final': 'true' });
  expect(lines()).toEqual(['ada. Good morning']);
  expect(captions.get().available).toBe(true);
});

it('a correction comes as another stream of the same segment, and takes the place of the first', async () => {
  const { lines, open } = setUp();
  const first = open('ada', '1', { 'lk.transcription_final': 'false' });
  await first.write('Could morning');
  await first.close();
  expect(lines()).toEqual(['ada… Could morning']);
  const second = open('ada', '1', { 'lk.transcription_final': 'true' });
  await second.write('Good morning');
  await second.close();
  expect(lines()).toEqual(['ada. Good morning']);
});

it('the older packets are read, but not of somebody whose words come as streams: they say the same twice', async () => {
  const { lines, open, packet } = setUp();
  packet('ada', 'old-1', 'Good mor', false);
  packet('ben', 'old-2', 'Hello', true);
  expect(lines()).toEqual(['ada… Good mor', 'ben. Hello']);
  await open('ada', '1').write('Good morning');
  packet('ada', 'old-1', 'Good morning', true);
  expect(lines()).toEqual(['ben. Hello', 'ada… Good morning']);
});

it('lines go when they are old, and the next call begins without any', async () => {
  const { transcripts, captions, lines, packet } = setUp();
  packet('ada', '1', 'Good morning', true);
  await vi.advanceTimersByTimeAsync(CAPTION_STAYS_MS + 500);
  expect(lines()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  packet('ada', '2', 'Are you there?', true);
  transcripts.stop();
  expect(captions.get()).toEqual({ available: false, lines: [] });
  expect(vi.getTimerCount()).toBe(0);
});
