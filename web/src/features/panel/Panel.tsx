import { X } from 'lucide-react';
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from '@/shared/cx';
import { isRightToLeft, useWords } from '@/shared/i18n';
import { RoundButton } from '@/shared/ui/RoundButton';
import css from './Panel.module.css';

export interface Tab {
  readonly id: string;
  readonly label: string;
  /** With what is new, for those who listen. */
  readonly spoken?: string | undefined;
  readonly icon: ReactNode;
  readonly badge?: number;
}

interface Props {
  /** Its name; also its heading where there is but one tab. */
  readonly title: string;
  readonly tabs: readonly Tab[];
  readonly at: string;
  readonly onSelect: (id: string) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** More than these have no room for their words in a panel as narrow as ours. */
const MAX_WITH_WORDS = 5;

/** One panel for everything beside the stage: tabs as the ARIA practices have them, Escape closes. */
export function Panel({ title, tabs, at, onSelect, onClose, children }: Props) {
  const t = useWords();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const several = tabs.length > 1;
  useEffect(() => {
    // What was opened is where the keyboard goes on.
    list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus({ preventScroll: true });
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    const now = tabs.findIndex((tab) => tab.id === at);
    const onwards = isRightToLeft() ? -1 : 1;
    const go: Record<string, number> = { ArrowRight: now + onwards, ArrowLeft: now - onwards, Home: 0, End: tabs.length - 1 };
    const to = go[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    onSelect((tabs[next] as Tab).id);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  return (
    <aside
      className={css.panel}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || (event.target as Element).closest('dialog') !== null) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className={cx(css.header, several && css.tabbed)}>
        {several ? (
          <>
          <h2 className="visually-hidden">{title}</h2>
          <div ref={list} className={cx(css.tabs, tabs.length > MAX_WITH_WORDS && css.many)} role="tablist" aria-label={title} onKeyDown={onKeyDown}>
            {tabs.map((tab) => (
              <button
                key={tab.id}
                type="button"
                role="tab"
                id={`${id}-${tab.id}`}
                className={css.tab}
                aria-selected={tab.id === at}
                aria-controls={tab.id === at ? `${id}-body` : undefined}
                aria-label={tab.spoken ?? tab.label}
                title={tab.label}
                tabIndex={tab.id === at ? 0 : -1}
                data-tab={tab.id}
                onClick={() => onSelect(tab.id)}
              >
                {tab.icon}
                <span className={css.label}>{tab.label}</span>
                {(tab.badge ?? 0) > 0 && <span className={cx(css.badge, 'tabular')} data-badge={Math.min(99, tab.badge ?? 0)} aria-hidden="true" />}
              </button>
            ))}
          </div>
          </>
        ) : (
          <h2 className="tabular">{title}</h2>
        )}
        <RoundButton small look="ghost" tipAt="below" className={css.close ?? ''} label={t('close')} icon={<X aria-hidden="true" />} onClick={onClose} />
      </header>
      <div key={at} className={css.body} {...(several ? { id: `${id}-body`, role: 'tabpanel', 'aria-labelledby': `${id}-${at}` } : {})}>
        {children}
      </div>
    </aside>
  );
}
