import type { BoardName } from '../meeting/boards';
import type { Meeting } from '../meeting/meeting';
import { Board } from './board';

const open = new WeakMap<Meeting, Map<BoardName, Board>>();

/**
 * The document of a meeting. It stays while the meeting does, whether its panel is open or not: what was typed is
 * sent, and what others write is there at once when it is opened again.
 */
export function boardOf(meeting: Meeting, name: BoardName): Board {
  const boards = open.get(meeting) ?? new Map<BoardName, Board>();
  open.set(meeting, boards);
  const known = boards.get(name);
  if (known !== undefined && !known.isClosed) return known;
  const board = new Board({ plane: meeting.boards, name, me: meeting.view.get().state?.me.participant ?? '' });
  boards.set(name, board);
  addEventListener('pagehide', () => board.flush());
  return board;
}

/** Another document began in its place: that one from now on. */
export function renew(meeting: Meeting, name: BoardName): Board {
  open.get(meeting)?.get(name)?.close();
  return boardOf(meeting, name);
}
