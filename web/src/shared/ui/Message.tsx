import { useEffect, useRef, type ReactNode } from 'react';
import { cx } from '../cx';
import { Logo } from './Logo';
import css from './Message.module.css';

interface Props {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly detail: string;
  readonly note?: string;
  /** The buttons: what can be done now. */
  readonly children: ReactNode;
  /** What is asked besides. It may come later and grow: what stands above it does not move then. */
  readonly below?: ReactNode;
}

/** A whole page that says one thing. */
export function Message({ icon, title, detail, note, children, below }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={css.page}>
      <header className={css.header}>
        <Logo />
      </header>
      <main className={cx(css.main, below !== undefined && css.growing)}>
        {icon !== undefined && <div className={css.icon}>{icon}</div>}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {detail !== '' && <p className={css.detail}>{detail}</p>}
        <div className={css.actions}>{children}</div>
        {note !== undefined && <p className={css.note}>{note}</p>}
        {below}
      </main>
    </div>
  );
}
