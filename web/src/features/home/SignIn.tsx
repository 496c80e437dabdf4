import { useRef, useState } from 'react';
import type { Done } from '@/sdk/meeting/desk';
import { useWords, type Key } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { Dialog } from '@/shared/ui/Dialog';
import { TextField } from '@/shared/ui/TextField';
import css from './Form.module.css';

export { loadDeskWords } from '@/shared/desk_words';

const WORDS: Readonly<Record<string, Key>> = {
  wrong: 'signIn.wrong',
  code_needed: 'signIn.codeNeeded',
  code_wrong: 'signIn.codeWrong',
  too_many: 'signIn.tooMany',
  away: 'signIn.away',
};

interface Props {
  readonly onSignIn: (email: string, password: string, code: string) => Promise<Done<null>>;
  readonly onClose: () => void;
}

/** By mail address and password, and by a code where the account has one. */
export function SignIn({ onSignIn, onClose }: Props) {
  const t = useWords();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<Key | null>(null);
  const [needsCode, setNeedsCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const submit = async (): Promise<void> => {
    if (busy) return;
    if (email.trim() === '' || password === '') {
      setProblem('signIn.empty');
      return;
    }
    setBusy(true);
    const done = await onSignIn(email.trim(), password, code.replace(/\s/g, ''));
    setBusy(false);
    if (done.ok) {
      onClose();
      return;
    }
    if (done.refusal.code === 'code_needed') setNeedsCode(true);
    setProblem(WORDS[done.refusal.code] ?? 'signIn.wrong');
  };

  return (
    <Dialog title={t('signIn.title')} onClose={onClose}>
      <form
        ref={form}
        className={css.fields}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField label={t('signIn.email')} type="email" autoComplete="username" maxLength={254} value={email} onChange={(event) => setEmail(event.target.value)} />
        <TextField
          label={t('signIn.password')}
          type="password"
          autoComplete="current-password"
          maxLength={128}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {needsCode && (
          <TextField
            label={t('signIn.code')}
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            maxLength={16}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
        <p className={css.problem} role="alert">
          {problem === null || busy ? '' : t(problem)}
        </p>
        <Button type="submit" look="primary" size="large" aria-disabled={busy}>
          {busy ? t('signIn.busy') : t('signIn.submit')}
        </Button>
      </form>
    </Dialog>
  );
}
