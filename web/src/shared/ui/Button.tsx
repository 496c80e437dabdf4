import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { cx } from '../cx';
import css from './Button.module.css';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly size?: 'normal' | 'large';
  readonly icon?: ReactNode;
}

export function Button({ look = 'plain', size = 'normal', icon, className, children, ...rest }: Props) {
  return (
    <button type="button" {...rest} className={cx(css.button, css[look], css[size], className)}>
      {icon}
      <span>{children}</span>
    </button>
  );
}
