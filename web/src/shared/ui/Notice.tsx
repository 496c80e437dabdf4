import type { ReactNode } from 'react';
import { cx } from '../cx';
import css from './Notice.module.css';

/** A calm strip that says what is the matter and offers the one thing to do about it. */
export function Notice(props: { look?: 'plain' | 'warn' | 'bad'; icon?: ReactNode; action?: ReactNode; children: ReactNode }) {
  const { look = 'plain', icon, action, children } = props;
  return (
    <div className={cx(css.notice, css[look])} role="status">
      {icon}
      <p className={css.words}>{children}</p>
      {action !== undefined && <div className={css.action}>{action}</div>}
    </div>
  );
}
