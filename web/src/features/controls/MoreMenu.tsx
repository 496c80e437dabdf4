import { Ellipsis } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useWords } from '@/shared/i18n';
import { RoundButton } from '@/shared/ui/RoundButton';
import css from './MoreMenu.module.css';

export interface MenuItem {
  readonly label: string;
  readonly icon: ReactNode;
  readonly shortcut?: string;
  readonly onSelect: () => void;
}

/** A menu button as the ARIA practices have it: arrows move, Escape closes and gives the focus back. */
export function MoreMenu({ items, onOpenChange }: { items: readonly MenuItem[]; onOpenChange: (open: boolean) => void }) {
  const t = useWords();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();

  const change = (next: boolean, refocus = true): void => {
    setOpen(next);
    onOpenChange(next);
    if (!next && refocus) root.current?.querySelector('button')?.focus();
  };

  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === true) return;
      setOpen(false);
      onOpenChange(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open, onOpenChange]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const all = [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const go: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
    const to = go[event.key];
    if (to !== undefined) all[(to + all.length) % all.length]?.focus();
    else if (event.key === 'Escape') change(false);
    else if (event.key === 'Tab') {
      change(false);
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={root} className={css.root}>
      <RoundButton
        label={t('controls.more')}
        icon={<Ellipsis aria-hidden="true" />}
        look={open ? 'active' : 'plain'}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-control="more"
        onClick={() => change(!open)}
      />
      {open && (
        <ul id={id} className={css.menu} role="menu" aria-label={t('controls.more')} onKeyDown={onKeyDown}>
          {items.map((item) => (
            <li key={item.label} role="none">
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                className={css.item}
                onClick={() => {
                  change(false);
                  item.onSelect();
                }}
              >
                {item.icon}
                <span className={css.label}>{item.label}</span>
                {item.shortcut !== undefined && <kbd aria-hidden="true">{item.shortcut}</kbd>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
