import { useState } from 'react';
import type { Account, AccountInfo, TotpSecret } from '@/sdk/meeting/account';
import { copyText } from '@/shared/copy';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { TextField } from '@/shared/ui/TextField';
import css from './Account.module.css';
import { Form } from './Form';
import { QrCode } from './QrCode';

type At = { readonly at: 'rest' | 'begin' | 'remove' | 'renew' } | { readonly at: 'scan'; readonly told: TotpSecret } | { readonly at: 'keep'; readonly codes: readonly string[] };

interface Props {
  readonly account: Account;
  readonly info: AccountInfo;
  readonly onChanged: () => void;
}

/** A second thing that signing in asks for: from the password to the recovery codes, one step at a time. */
export function CodesPart({ account, info, onChanged }: Props) {
  const t = useWords();
  const [step, setStep] = useState<At>({ at: 'rest' });
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const go = (next: At): void => {
    setPassword('');
    setCode('');
    setStep(next);
  };
  const rest = (): void => {
    go({ at: 'rest' });
    onChanged();
  };
  const typed = code.replace(/\s/g, '');
  const cancel = (
    <Button look="quiet" onClick={() => go({ at: 'rest' })}>
      {t('account.cancel')}
    </Button>
  );
  const passwordField = (
    <TextField label={t('account.password')} type="password" autoComplete="current-password" maxLength={128} value={password} onChange={(event) => setPassword(event.target.value)} />
  );
  const codeField = (label: 'account.code' | 'account.codeNow') => (
    <TextField label={t(label)} autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} maxLength={32} value={code} onChange={(event) => setCode(event.target.value)} />
  );
  return (
    <section className={css.part}>
      <h3>{t('account.codes')}</h3>
      {step.at === 'rest' && (
        <>
          <p>{info.has_totp ? `${t('account.codesOn')} ${t('account.codesLeft', { count: info.recovery_codes })}` : t('account.codesOff')}</p>
          <div className={css.row}>
            {!info.has_totp && <Button onClick={() => go({ at: 'begin' })}>{t('account.setUp')}</Button>}
            {info.has_totp && <Button onClick={() => go({ at: 'renew' })}>{t('account.renew')}</Button>}
            {info.has_totp && <Button onClick={() => go({ at: 'remove' })}>{t('account.switchOff')}</Button>}
          </div>
        </>
      )}
      {step.at === 'begin' && (
        <Form key="begin" label={t('account.next')} onSubmit={() => account.beginTotp(password)} onDone={(told) => go({ at: 'scan', told })} beside={cancel}>
          {passwordField}
        </Form>
      )}
      {step.at === 'scan' && (
        <Form key="scan" label={t('account.switchOn')} onSubmit={() => account.confirmTotp(typed)} onDone={(codes) => go({ at: 'keep', codes })} beside={cancel}>
          <p>{t('account.scan')}</p>
          <QrCode text={step.told.uri} label={t('account.qr')} />
          <p>
            {t('account.key')}: <span className={css.key}>{step.told.secret.replace(/(.{4})(?=.)/g, '$1 ')}</span>
          </p>
          {codeField('account.codeNow')}
        </Form>
      )}
      {(step.at === 'remove' || step.at === 'renew') && (
        <Form<readonly string[] | null>
          key={step.at}
          label={t(step.at === 'remove' ? 'account.switchOff' : 'account.renew')}
          onSubmit={() => (step.at === 'remove' ? account.removeTotp(password, typed) : account.renewCodes(password, typed))}
          onDone={(codes) => (codes === null ? rest() : go({ at: 'keep', codes }))}
          beside={cancel}
        >
          {passwordField}
          {codeField('account.code')}
        </Form>
      )}
      {step.at === 'keep' && <Keep codes={step.codes} onKept={rest} />}
    </section>
  );
}

function Keep({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const t = useWords();
  const [copied, setCopied] = useState(false);
  return (
    <>
      <p role="status">{t('account.keep')}</p>
      <ul className={css.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={css.row}>
        <Button onClick={() => void copyText(codes.join('\n')).then(setCopied)}>{copied ? t('account.copied') : t('account.copy')}</Button>
        <Button look="primary" onClick={onKept}>
          {t('account.kept')}
        </Button>
      </div>
    </>
  );
}
