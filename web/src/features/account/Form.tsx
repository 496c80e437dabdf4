import { useState, type ReactNode } from 'react';
import type { Done } from '@/sdk/meeting/desk';
import type { Key } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import css from './Account.module.css';
import { problemOf } from './problem';

interface Props<T> {
  readonly label: string;
  readonly children: ReactNode;
  readonly badInput?: Key;
  readonly onSubmit: () => Promise<Done<T>>;
  readonly onDone: (value: T) => void;
  /** A second way out, beside the button. */
  readonly beside?: ReactNode;
}

/** Fields and a button, one question at a time, and why it was refused. */
export function Form<T>({ label, children, badInput, onSubmit, onDone, beside }: Props<T>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem('');
    const done = await onSubmit();
    setBusy(false);
    if (done.ok) onDone(done.value);
    else setProblem(problemOf(done.refusal, badInput));
  };
  return (
    <form
      className={css.part}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {children}
      <p className={css.problem} role="alert">
        {problem}
      </p>
      <div className={css.row}>
        <Button type="submit" aria-disabled={busy}>
          {label}
        </Button>
        {beside}
      </div>
    </form>
  );
}
