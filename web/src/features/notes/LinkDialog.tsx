import { useState, type SyntheticEvent } from 'react';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import { TextField } from '@/shared/ui/TextField';
import css from './NotesPanel.module.css';
import { safeHref, typedHref } from './schema';

interface Props {
  /** '' where there is none yet. */
  readonly href: string;
  readonly onLink: (href: string | null) => void;
  readonly onClose: () => void;
}

export function LinkDialog({ href, onLink, onClose }: Props) {
  const t = useWords();
  const [text, setText] = useState(href);
  const [wrong, setWrong] = useState(false);
  const known = safeHref(href);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const typed = typedHref(text);
    if (typed === null) setWrong(true);
    else onLink(typed);
  };
  return (
    <Dialog title={t('notes.link')} onClose={onClose}>
      <form className={css.form} onSubmit={submit} noValidate>
        <TextField label={t('notes.address')} type="url" inputMode="url" autoFocus autoComplete="off" value={text} error={wrong ? t('notes.addressWrong') : null} onChange={(event) => setText(event.target.value)} />
        <div className={css.choices}>
          {known !== null && (
            <a className={css.open} href={known} target="_blank" rel="noopener noreferrer">
              {t('notes.openLink')}
            </a>
          )}
          {href !== '' && <Button onClick={() => onLink(null)}>{t('notes.unlink')}</Button>}
          <Button look="primary" type="submit">
            {t('notes.setLink')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
