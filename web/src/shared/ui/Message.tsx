import { useEffect, useRef, type ReactNode } from 'react';
import { Logo } from './Logo';
import css from './Message.module.css';

interface Props {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly detail: string;
  readonly note?: string;
  /** The buttons: what can be done now. */
  readonly children: ReactNode;
}

/** A whole page that says one thing. */
export function Message({ icon, title, detail, note, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={css.page}>
      <header className={css.header}>
        <Logo />
      </header>
      <main className={css.main}>
        {icon !== undefined && <div className={css.icon}>{icon}</div>}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {detail !== '' && <p className={css.detail}>{detail}</p>}
        <div className={css.actions}>{children}</div>
        {note !== undefined && <p className={css.note}>{note}</p>}
      </main>
    </div>
  );
}
