import type { InputHTMLAttributes, ReactNode } from 'react';
import { cx } from '../cx';
import css from './CheckField.module.css';

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  readonly type?: 'checkbox' | 'radio';
  readonly children: ReactNode;
}

/** A box or a dot with its words; the whole line is the target. */
export function CheckField({ type = 'checkbox', className, children, ...rest }: Props) {
  return (
    <label className={cx(css.field, className)}>
      <input type={type} {...rest} />
      <span className={css.words}>{children}</span>
    </label>
  );
}
