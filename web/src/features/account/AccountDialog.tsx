import { useCallback, useEffect, useState } from 'react';
import type { Account, AccountInfo } from '@/sdk/meeting/account';
import { announcer } from '@/shared/announcer';
import { useWords } from '@/shared/i18n';
import { Dialog } from '@/shared/ui/Dialog';
import { TextField } from '@/shared/ui/TextField';
import css from './Account.module.css';
import { CodesPart } from './CodesPart';
import { Form } from './Form';
import { PasswordPart } from './PasswordPart';
import { problemOf } from './problem';
import { SessionsPart } from './SessionsPart';

interface Props {
  readonly account: Account;
  /** The page shows it elsewhere as well. */
  readonly onRenamed: () => void;
  readonly onClose: () => void;
}

/** One's own account: what one is called, and who else could be one. */
export function AccountDialog({ account, onRenamed, onClose }: Props) {
  const t = useWords();
  const [info, setInfo] = useState<AccountInfo | null>(null);
  const [problem, setProblem] = useState('');
  const [round, setRound] = useState(0);
  const load = useCallback(async (): Promise<void> => {
    const read = await account.read();
    if (read.ok) setInfo(read.value);
    else setProblem(problemOf(read.refusal));
    setRound((before) => before + 1);
  }, [account]);
  useEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- what is set is what a server answers, later
    void load();
  }, [load]);
  return (
    <Dialog title={t('account.title')} onClose={onClose}>
      <p className={css.problem} role="alert">
        {problem}
      </p>
      {info !== null && (
        <div className={css.parts}>
          <NamePart
            account={account}
            info={info}
            onChanged={(changed) => {
              setInfo(changed);
              onRenamed();
            }}
          />
          <PasswordPart account={account} onChanged={() => void load()} />
          <CodesPart account={account} info={info} onChanged={() => void load()} />
          <SessionsPart account={account} round={round} />
        </div>
      )}
    </Dialog>
  );
}

function NamePart({ account, info, onChanged }: { account: Account; info: AccountInfo; onChanged: (info: AccountInfo) => void }) {
  const t = useWords();
  const [name, setName] = useState(info.name);
  return (
    <Form
      label={t('account.save')}
      onSubmit={() => account.rename(name.trim())}
      onDone={(changed) => {
        announcer.say(t('account.saved'), { shown: true });
        onChanged(changed);
      }}
    >
      <p className={css.hint}>
        <bdi>{info.email}</bdi>
      </p>
      <TextField label={t('account.name')} autoComplete="name" maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
    </Form>
  );
}
