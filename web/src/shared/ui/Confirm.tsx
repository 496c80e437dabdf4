import type { ReactNode } from 'react';
import { useWords } from '../i18n';
import { Button } from './Button';
import css from './Confirm.module.css';
import { Dialog } from './Dialog';

interface Props {
  readonly title: string;
  readonly hint: ReactNode;
  /** What may be done about it, the gravest last; `primary` where nothing is lost by it. */
  readonly choices: readonly { readonly label: string; readonly look?: 'primary'; readonly onChoose: () => void }[];
  readonly onClose: () => void;
}

/** Asks before what cannot be undone, and names who or what it is about. */
export function Confirm({ title, hint, choices, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog title={title} onClose={onClose}>
      <p className={css.hint}>{hint}</p>
      <div className={css.choices}>
        <Button onClick={onClose}>{t('panel.cancel')}</Button>
        {choices.map(({ label, look, onChoose }) => (
          <Button
            key={label}
            look={look ?? 'danger'}
            onClick={() => {
              onClose();
              onChoose();
            }}
          >
            {label}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
