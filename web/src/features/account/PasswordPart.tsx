import { useState } from 'react';
import type { Account } from '@/sdk/meeting/account';
import { announcer } from '@/shared/announcer';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { TextField } from '@/shared/ui/TextField';
import css from './Account.module.css';
import { Form } from './Form';

/** Whoever knew the old password is out, wherever they were. */
export function PasswordPart({ account, onChanged }: { account: Account; onChanged: () => void }) {
  const t = useWords();
  const [open, setOpen] = useState(false);
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const close = (): void => {
    setOpen(false);
    setOld('');
    setNext('');
  };
  return (
    <section className={css.part}>
      <h3>{t('account.password')}</h3>
      {!open && <Button onClick={() => setOpen(true)}>{t('account.changePassword')}</Button>}
      {open && (
        <Form
          label={t('account.save')}
          badInput="account.problem.password"
          onSubmit={() => account.changePassword(old, next)}
          onDone={() => {
            close();
            announcer.say(t('account.passwordChanged'), { shown: true });
            onChanged();
          }}
          beside={
            <Button look="quiet" onClick={close}>
              {t('account.cancel')}
            </Button>
          }
        >
          <p className={css.hint}>{t('account.passwordHint')}</p>
          <TextField label={t('account.oldPassword')} type="password" autoComplete="current-password" maxLength={128} value={old} onChange={(event) => setOld(event.target.value)} />
          <TextField label={t('account.newPassword')} type="password" autoComplete="new-password" maxLength={128} value={next} onChange={(event) => setNext(event.target.value)} />
        </Form>
      )}
    </section>
  );
}
