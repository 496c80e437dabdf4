import { useId, type InputHTMLAttributes, type ReactNode, type Ref } from 'react';
import { cx } from '../cx';
import css from './Field.module.css';

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly error?: string | null;
  readonly icon?: ReactNode;
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function TextField({ label, labelHidden = false, error = null, icon, inputRef, className, ...rest }: Props) {
  const id = useId();
  return (
    <div className={cx(css.field, className)}>
      <label htmlFor={id} className={labelHidden ? 'visually-hidden' : css.label}>
        {label}
      </label>
      <div className={css.control}>
        {icon}
        <input
          {...rest}
          ref={inputRef}
          id={id}
          className={css.input}
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : `${id}-error`}
        />
      </div>
      {error !== null && (
        <p id={`${id}-error`} className={css.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
