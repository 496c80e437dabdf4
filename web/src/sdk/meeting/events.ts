import type { Events } from '../api/operation';
import type { BoardEvent } from './boards';

/** What the stream says. Each replaces what is known of its thing, so that one that comes twice does no harm. */
export type MeetingEvent =
  | ({ readonly on: 'hello' } & Events['hello'])
  | { readonly on: 'reset' }
  | { readonly on: 'meeting'; readonly meeting: Events['meeting'] }
  | { readonly on: 'me'; readonly me: Events['me'] }
  | { readonly on: 'participant'; readonly participant: Events['participant'] }
  | ({ readonly on: 'participant_left' } & Events['participant_left'])
  | ({ readonly on: 'lobby' } & Events['lobby'])
  | ({ readonly on: 'lobby_message' } & Events['lobby_message'])
  | { readonly on: 'message'; readonly message: Events['message'] }
  | { readonly on: 'poll'; readonly poll: Events['poll'] }
  | ({ readonly on: 'poll_deleted' } & Events['poll_deleted'])
  | { readonly on: 'question'; readonly question: Events['question'] }
  | ({ readonly on: 'question_deleted' } & Events['question_deleted'])
  | { readonly on: 'breakouts'; readonly breakouts: Events['breakouts'] }
  | ({ readonly on: 'broadcast' } & Events['broadcast'])
  | { readonly on: 'timer'; readonly timer: Events['timer'] }
  | ({ readonly on: 'reaction' } & Events['reaction'])
  | BoardEvent;

export interface Numbered {
  /** null: ephemeral, or about the stream itself. */
  readonly id: number | null;
  readonly event: MeetingEvent;
}

/** Reads one event of the stream; null for one that a newer server has and this page does not know. */
export function readEvent(name: string | undefined, data: string, id: string | undefined): Numbered | null {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  const number = id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null;
  const event = eventOf(name ?? 'message', value);
  return event === null ? null : { id: number, event };
}

/** The shapes are the server's promise; here only what would be fatal to the page is looked at. */
function eventOf(name: string, value: unknown): MeetingEvent | null {
  if (name === 'breakouts') return value === null || isObject(value) ? { on: name, breakouts: value as Events['breakouts'] } : null;
  if (name === 'timer') return value === null || isObject(value) ? { on: name, timer: value as Events['timer'] } : null;
  if (!isObject(value)) return null;
  const text = (key: string): string => (typeof value[key] === 'string' ? value[key] : '');
  const known = <T>(key: string, make: (value: never) => T): T | null => (typeof value[key] === 'string' ? make(value as never) : null);
  switch (name) {
    case 'hello':
      return { on: name, seq: typeof value.seq === 'number' ? value.seq : 0, now: text('now') };
    case 'reset':
      return { on: name };
    case 'meeting':
      return known('link', (meeting: Events['meeting']) => ({ on: name, meeting }));
    case 'me':
      return known('participant', (me: Events['me']) => ({ on: name, me }));
    case 'participant':
      return known('id', (participant: Events['participant']) => ({ on: name, participant }));
    case 'message':
      return known('id', (message: Events['message']) => ({ on: name, message }));
    case 'poll':
      return known('id', (poll: Events['poll']) => ({ on: name, poll }));
    case 'question':
      return known('id', (question: Events['question']) => ({ on: name, question }));
    case 'participant_left':
    case 'poll_deleted':
    case 'question_deleted':
      return known('id', ({ id }: { id: string }) => ({ on: name, id }));
    case 'lobby':
      return Array.isArray(value.waiting) ? { on: name, waiting: value.waiting as Events['lobby']['waiting'] } : null;
    case 'lobby_message':
      return { on: name, text: text('text') };
    case 'broadcast':
      return { on: name, text: text('text'), from_name: text('from_name') };
    case 'reaction':
      return known('emoji', ({ participant, emoji }: { participant: string; emoji: string }) => ({ on: name, participant, emoji }));
    case 'board':
    case 'board_snapshot':
    case 'board_restored':
      return known('document', (news: Omit<BoardEvent, 'on'>) => ({ on: name, ...news }) as BoardEvent);
    case 'board_presence':
      return known('data', (news: Omit<BoardEvent, 'on'>) => ({ on: name, ...news }) as BoardEvent);
    default:
      return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
