import { CloudOff, Copy, Download, PencilOff, Presentation, TriangleAlert } from 'lucide-react';
import type { EditorView } from 'prosemirror-view';
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { boardOf, renew } from '@/sdk/boards/boards';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { announcer } from '@/shared/announcer';
import { may } from '@/shared/capability';
import { copyText } from '@/shared/copy';
import { saveFile } from '@/shared/download';
import { useStore } from '@/shared/hooks/use_store';
import { useWords } from '@/shared/i18n';
import { BoardNotice } from '@/shared/ui/BoardNotice';
import { Menu, type MenuItem } from '@/shared/ui/Menu';
import { RestoreBoard } from '@/shared/ui/RestoreBoard';
import { RoundButton } from '@/shared/ui/RoundButton';
import { linkAt, setLink } from './commands';
import { createEditor } from './editor';
import { toMarkdown, toText } from './export';
import { LinkDialog } from './LinkDialog';
import css from './NotesPanel.module.css';
import { Toolbar } from './Toolbar';

export { loadBoardWords } from '@/shared/board_words';

interface Props {
  readonly meeting: Meeting;
  readonly state: MeetingState;
  readonly whiteboardOpen: boolean;
  readonly onWhiteboard: () => void;
}

/** The notes of a meeting: one text, which everybody who may writes at the same time. */
export function NotesPanel({ meeting, state, whiteboardOpen, onWhiteboard }: Props) {
  const t = useWords();
  const [board, setBoard] = useState(() => boardOf(meeting, 'notes'));
  const { loaded, unsent, away, trouble } = useStore(board.view);
  const mayEdit = may(state, 'edit_notes');
  const place = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<EditorView | null>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [linking, setLinking] = useState(false);
  // The editor outlives a render; it asks what is so now.
  const now = useRef({ mayEdit, people: state.participants });
  useLayoutEffect(() => {
    now.current = { mayEdit, people: state.participants };
    board.setMayEdit(mayEdit);
    view?.setProps({});
  }, [board, mayEdit, state.participants, view]);

  useEffect(() => {
    const element = place.current;
    if (element === null || !loaded) return;
    board.presence.awareness.setLocalState({});
    const editor = createEditor({
      board,
      place: element,
      mayEdit: () => now.current.mayEdit,
      label: t('notes.label'),
      taskLabel: t('notes.done'),
      nameOf: (id) => now.current.people.find((one) => one.id === id)?.name ?? '',
      onLink: () => setLinking(true),
      onChange: redraw,
    });
    setView(editor);
    return () => {
      setView(null);
      editor.destroy();
      if (!board.isClosed) board.presence.awareness.setLocalState(null);
    };
  }, [board, loaded, t]);

  const copy = async (text: string): Promise<void> => {
    if (await copyText(text)) announcer.say(t('notes.copied'), { shown: true });
  };
  const items: MenuItem[] =
    view === null
      ? []
      : [
          { label: t('notes.copyMarkdown'), icon: <Copy aria-hidden="true" />, onSelect: () => void copy(toMarkdown(view.state.doc)) },
          { label: t('notes.copyText'), icon: <Copy aria-hidden="true" />, onSelect: () => void copy(toText(view.state.doc)) },
          { label: t('notes.saveMarkdown'), icon: <Download aria-hidden="true" />, onSelect: () => saveFile(`${fileName(state)}.md`, toMarkdown(view.state.doc), 'text/markdown;charset=utf-8') },
          { label: t('notes.saveText'), icon: <Download aria-hidden="true" />, onSelect: () => saveFile(`${fileName(state)}.txt`, toText(view.state.doc), 'text/plain;charset=utf-8') },
        ];
  return (
    <>
      <div className={css.head}>
        {view !== null && mayEdit ? <Toolbar view={view} onLink={() => setLinking(true)} /> : <span className={css.reading}>{!mayEdit && <><PencilOff aria-hidden="true" />{t('notes.readOnly')}</>}</span>}
        <div className={css.more}>
          {may(state, 'change_settings') && <RestoreBoard meeting={meeting} board="notes" />}
          <RoundButton small look={whiteboardOpen ? 'active' : 'ghost'} tipAt="below" label={t('whiteboard.title')} icon={<Presentation aria-hidden="true" />} aria-pressed={whiteboardOpen} data-control="whiteboard" onClick={onWhiteboard} />
          <Menu label={t('notes.take')} icon={<Download aria-hidden="true" />} control="take-notes" items={items} onOpenChange={ignore} className={css.take} />
        </div>
      </div>
      <BoardNotice
        away={away}
        unsent={unsent}
        trouble={trouble}
        icons={{ away: <CloudOff aria-hidden="true" />, trouble: <TriangleAlert aria-hidden="true" /> }}
        onRenew={() => setBoard(renew(meeting, 'notes'))}
      />
      <div className={css.page} data-notes={loaded ? 'ready' : 'loading'} data-unsent={unsent}>
        {!loaded && trouble === null && <p className={css.loading}>{t('panel.loading')}</p>}
        {view !== null && isEmpty(view) && (
          <p className={css.hint} aria-hidden="true">
            {mayEdit ? t('notes.hint') : t('notes.nothing')}
          </p>
        )}
        <div ref={place} className={css.place} />
      </div>
      {linking && view !== null && (
        <LinkDialog
          href={linkAt(view.state)?.href ?? ''}
          onClose={() => setLinking(false)}
          onLink={(href) => {
            setLinking(false);
            setLink(href)(view.state, (transaction) => view.dispatch(transaction));
            requestAnimationFrame(() => view.focus());
          }}
        />
      )}
    </>
  );
}

const ignore = (): void => undefined;

function isEmpty({ state: { doc } }: EditorView): boolean {
  return doc.childCount <= 1 && doc.textContent === '' && (doc.firstChild === null || doc.firstChild.isTextblock);
}

/** The title as a file may be called. */
function fileName({ meeting }: MeetingState): string {
  const title = (meeting.title === '' ? meeting.link : meeting.title).replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim();
  return title === '' ? 'notes' : title.slice(0, 80);
}
