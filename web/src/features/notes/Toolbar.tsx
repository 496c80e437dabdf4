import { Bold, Heading1, Heading2, Italic, Link2, List, ListChecks, ListOrdered, Redo2, Undo2 } from 'lucide-react';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Command } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { redo, undo, yUndoPluginKey } from 'y-prosemirror';
import { cx } from '@/shared/cx';
import { isRightToLeft, useWords } from '@/shared/i18n';
import { hasMark, headingAt, linkAt, listAt, setHeading, toggleEm, toggleList, toggleStrong } from './commands';
import css from './NotesPanel.module.css';
import { schema } from './schema';

interface Tool {
  readonly id: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly on?: boolean;
  readonly off?: boolean;
  readonly run: () => void;
}

/** One stop of the Tab key; arrows move inside (ARIA practices, toolbar). */
export function Toolbar({ view, onLink }: { view: EditorView; onLink: () => void }) {
  const t = useWords();
  const row = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const { state } = view;
  const run = (command: Command) => () => {
    command(view.state, (transaction) => view.dispatch(transaction), view);
    view.focus();
  };
  const history = yUndoPluginKey.getState(state) as { undoManager: { undoStack: unknown[]; redoStack: unknown[] } } | undefined;
  const list = listAt(state)?.node.type.name;
  const heading = headingAt(state);
  const tools: readonly Tool[] = [
    { id: 'heading-1', label: t('notes.heading1'), icon: <Heading1 />, on: heading === 1, run: run(setHeading(heading === 1 ? 0 : 1)) },
    { id: 'heading-2', label: t('notes.heading2'), icon: <Heading2 />, on: heading === 2, run: run(setHeading(heading === 2 ? 0 : 2)) },
    { id: 'bold', label: t('notes.bold'), icon: <Bold />, on: hasMark(state, schema.marks.strong), run: run(toggleStrong) },
    { id: 'italic', label: t('notes.italic'), icon: <Italic />, on: hasMark(state, schema.marks.em), run: run(toggleEm) },
    { id: 'link', label: t('notes.link'), icon: <Link2 />, on: linkAt(state) !== null, run: onLink },
    { id: 'bullets', label: t('notes.bullets'), icon: <List />, on: list === 'bullet_list', run: run(toggleList('bullet_list')) },
    { id: 'numbers', label: t('notes.numbers'), icon: <ListOrdered />, on: list === 'ordered_list', run: run(toggleList('ordered_list')) },
    { id: 'tasks', label: t('notes.tasks'), icon: <ListChecks />, on: list === 'task_list', run: run(toggleList('task_list')) },
    { id: 'undo', label: t('notes.undo'), icon: <Undo2 />, off: (history?.undoManager.undoStack.length ?? 0) === 0, run: run(undo) },
    { id: 'redo', label: t('notes.redo'), icon: <Redo2 />, off: (history?.undoManager.redoStack.length ?? 0) === 0, run: run(redo) },
  ];
  const onKeyDown = (event: KeyboardEvent): void => {
    const onwards = isRightToLeft() ? -1 : 1;
    const go: Record<string, number> = { ArrowRight: at + onwards, ArrowLeft: at - onwards, Home: 0, End: tools.length - 1 };
    const to = go[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (to + tools.length) % tools.length;
    setAt(next);
    row.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div ref={row} className={css.tools} role="toolbar" aria-label={t('notes.tools')} onKeyDown={onKeyDown}>
      {tools.map(({ id, label, icon, on, off = false, run: press }, i) => (
        <button
          key={id}
          type="button"
          className={cx(css.tool, on === true && css.on)}
          aria-label={label}
          title={label}
          aria-pressed={on}
          aria-disabled={off}
          tabIndex={i === at ? 0 : -1}
          data-tool={id}
          // The cursor in the text stays where it is.
          onMouseDown={(event) => event.preventDefault()}
          onFocus={() => setAt(i)}
          onClick={() => {
            if (!off) press();
          }}
        >
          {icon}
        </button>
      ))}
    </div>
  );
}
