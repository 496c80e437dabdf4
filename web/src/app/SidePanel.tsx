import { ChartColumn, LayoutGrid, MessageCircleQuestionMark, MessageSquare, NotebookPen, Users } from 'lucide-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { Panel, type Tab } from '@/features/panel/Panel';
import { PeoplePanel } from '@/features/people/PeoplePanel';
import type { Person } from '@/sdk/call';
import { may } from '@/shared/capability';
import { useWords } from '@/shared/i18n';
import type { PanelId } from './meeting/panel_id';
import type { Layer } from './meeting/use_meeting_layer';

export { loadLaterWords } from '@/shared/later_words';

const ChatPanel = lazy(async () => ({ default: (await import('@/features/chat/ChatPanel')).ChatPanel }));
const PollsPanel = lazy(async () => ({ default: (await import('@/features/polls/PollsPanel')).PollsPanel }));
const QuestionsPanel = lazy(async () => ({ default: (await import('@/features/questions/QuestionsPanel')).QuestionsPanel }));
const NotesPanel = lazy(async () => {
  const { NotesPanel: component, loadBoardWords } = await import('@/features/notes/NotesPanel');
  await loadBoardWords();
  return { default: component };
});
const RoomsPanel = lazy(async () => ({ default: (await import('@/features/rooms/RoomsPanel')).RoomsPanel }));

const ICONS: Record<PanelId, ReactNode> = {
  people: <Users aria-hidden="true" />,
  chat: <MessageSquare aria-hidden="true" />,
  polls: <ChartColumn aria-hidden="true" />,
  questions: <MessageCircleQuestionMark aria-hidden="true" />,
  notes: <NotebookPen aria-hidden="true" />,
  rooms: <LayoutGrid aria-hidden="true" />,
};

interface Props {
  readonly at: PanelId;
  readonly layer: Layer | null;
  readonly people: readonly Person[];
  readonly link: string;
  readonly pinned: ReadonlySet<string>;
  readonly writeTo: string | null;
  readonly onPin: (id: string) => void;
  readonly onVolume: (id: string, volume: number) => void;
  readonly onWrite: (id: string | null) => void;
  readonly onSelect: (id: PanelId) => void;
  readonly whiteboardOpen: boolean;
  readonly onWhiteboard: () => void;
  readonly onClose: () => void;
}

/** Everything beside the stage. In a call without an application plane, the people alone. */
export function SidePanel(props: Props) {
  const t = useWords();
  const { layer, people, onSelect, onClose, onWrite } = props;
  const ids: readonly PanelId[] = layer === null ? ['people'] : layer.parts.tabsFor(layer.state, layer.view);
  const at = ids.includes(props.at) ? props.at : 'people';
  const tabs = ids.map((id): Tab => {
    const icon = ICONS[id];
    if (layer === null) return { id, icon, label: '' };
    const label = t(`panel.${id}`);
    const badge = badgeOf(id, layer);
    return { id, label, icon, badge, spoken: badge > 0 ? t('panel.unread', { tab: label, count: badge }) : undefined };
  });
  return (
    <Panel title={layer === null || ids.length === 1 ? t('people.title', { count: people.length }) : t('panel.label')} tabs={tabs} at={at} onSelect={(id) => onSelect(id as PanelId)} onClose={onClose}>
      <Suspense fallback={null}>
        {at === 'people' && (
          <PeoplePanel
            people={people}
            link={props.link}
            pinned={props.pinned}
            onPin={props.onPin}
            onVolume={props.onVolume}
            meeting={layer?.meeting ?? null}
            state={layer?.state ?? null}
            onWrite={layer !== null && may(layer.state, 'private_chat') ? onWrite : null}
          />
        )}
        {layer !== null && at === 'chat' && <ChatPanel meeting={layer.meeting} chat={layer.view.chat} state={layer.state} to={props.writeTo} onTo={onWrite} />}
        {layer !== null && at === 'polls' && <PollsPanel meeting={layer.meeting} state={layer.state} />}
        {layer !== null && at === 'questions' && <QuestionsPanel meeting={layer.meeting} state={layer.state} />}
        {layer !== null && at === 'notes' && <NotesPanel meeting={layer.meeting} state={layer.state} whiteboardOpen={props.whiteboardOpen} onWhiteboard={props.onWhiteboard} />}
        {layer !== null && at === 'rooms' && <RoomsPanel meeting={layer.meeting} state={layer.state} skew={layer.view.skew} />}
      </Suspense>
    </Panel>
  );
}

/** What waits for us behind a tab. */
function badgeOf(id: PanelId, { state, view }: Layer): number {
  switch (id) {
    case 'people':
      return may(state, 'admit') ? (state.lobby?.length ?? 0) : 0;
    case 'chat':
      return view.chat.unread;
    case 'polls':
      return may(state, 'vote') ? state.polls.filter((poll) => poll.state === 'open' && poll.mine === null).length : 0;
    case 'questions':
      return may(state, 'answer_question') ? state.questions.filter((question) => !question.answered).length : 0;
    case 'notes':
    case 'rooms':
      return 0;
  }
}
