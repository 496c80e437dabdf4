import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { cx } from '../cx';
import css from './RoundButton.module.css';

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  /** What it does, in words: its name for a screen reader and its tip for a mouse. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly look?: 'plain' | 'off' | 'active' | 'danger' | 'ghost';
  readonly shortcut?: string | undefined;
  readonly badge?: string | undefined;
  readonly small?: boolean;
  readonly tipAt?: 'above' | 'below';
}

export function RoundButton(props: Props) {
  const { label, icon, look = 'plain', shortcut, badge, small = false, tipAt = 'above', className, ...rest } = props;
  return (
    <button
      type="button"
      aria-label={label}
      {...(shortcut === undefined ? {} : { 'aria-keyshortcuts': shortcut })}
      {...rest}
      className={cx(css.button, css[look], small && css.small, className)}
    >
      {icon}
      {badge !== undefined && (
        <span className={cx(css.badge, 'tabular')} data-badge={badge} aria-hidden="true" />
      )}
      <span className={cx(css.tip, css[tipAt])} aria-hidden="true">
        {label}
        {shortcut !== undefined && <kbd>{shortcut}</kbd>}
      </span>
    </button>
  );
}
