import type { MeetingView } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import type { PanelId } from './panel_id';

/** A tab is there for who may do something in it, and for who has something to read in it. */
export function tabsFor(state: MeetingState, view: MeetingView): readonly PanelId[] {
  const is: Record<PanelId, boolean> = {
    people: true,
    chat: mayWrite(state) || view.chat.messages.length > 0,
    polls: may(state, 'vote') || may(state, 'create_poll') || state.polls.length > 0,
    questions: may(state, 'ask_question') || may(state, 'answer_question') || state.questions.length > 0,
    notes: true,
    rooms: may(state, 'manage_breakouts') || (state.breakouts !== null && state.breakouts.state !== 'planned'),
  };
  return (['people', 'chat', 'polls', 'questions', 'notes', 'rooms'] as const).filter((id) => is[id]);
}

export function mayWrite(state: MeetingState): boolean {
  return may(state, 'chat') || may(state, 'private_chat');
}
