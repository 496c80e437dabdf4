import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from '../cx';
import css from './Menu.module.css';
import { RoundButton } from './RoundButton';

export interface MenuItem {
  readonly label: string;
  readonly icon: ReactNode;
  readonly shortcut?: string;
  readonly onSelect: () => void;
}

interface Props {
  readonly label: string;
  readonly icon: ReactNode;
  readonly look?: 'plain' | 'danger';
  readonly className?: string | undefined;
  readonly control: string;
  /** In one line, for what is told apart at a glance. */
  readonly inLine?: boolean;
  /** Opens over the middle of its button, or ends where the button ends: what stands last on the bar has nothing beside it. */
  readonly at?: 'middle' | 'end';
  readonly items: readonly MenuItem[];
  readonly onOpenChange: (open: boolean) => void;
}

/** A menu button as the ARIA practices have it: arrows move, Escape closes and gives the focus back. */
export function Menu({ label, icon, look = 'plain', className, control, inLine = false, at = 'middle', items, onOpenChange }: Props) {
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
    const onwards = inLine && getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
    const go: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1, ...(inLine ? { ArrowRight: at + onwards, ArrowLeft: at - onwards } : {}) };
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
        label={label}
        icon={icon}
        className={className ?? ''}
        look={look === 'plain' && open ? 'active' : look}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-control={control}
        onClick={() => change(!open)}
      />
      {open && (
        <ul id={id} className={cx(css.menu, css[at], inLine && css.inLine)} role="menu" aria-label={label} onKeyDown={onKeyDown}>
          {items.map((item) => (
            <li key={item.label} role="none">
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                className={css.item}
                aria-label={inLine ? item.label : undefined}
                onClick={() => {
                  change(false);
                  item.onSelect();
                }}
              >
                {item.icon}
                {!inLine && <span className={css.label}>{item.label}</span>}
                {item.shortcut !== undefined && <kbd aria-hidden="true">{item.shortcut}</kbd>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
