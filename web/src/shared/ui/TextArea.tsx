import { useId, type Ref, type TextareaHTMLAttributes } from 'react';
import { cx } from '../cx';
import css from './Field.module.css';
import own from './TextArea.module.css';

interface Props extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id'> {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly fieldRef?: Ref<HTMLTextAreaElement>;
}

/** Several lines, and as high as what is written in it. */
export function TextArea({ label, labelHidden = false, fieldRef, className, ...rest }: Props) {
  const id = useId();
  return (
    <div className={cx(css.field, className)}>
      <label htmlFor={id} className={labelHidden ? 'visually-hidden' : css.label}>
        {label}
      </label>
      <textarea rows={1} dir="auto" {...rest} ref={fieldRef} id={id} className={cx(css.input, own.area)} />
    </div>
  );
}
