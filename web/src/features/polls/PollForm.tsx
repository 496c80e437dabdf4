import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { NewPoll } from '@/sdk/meeting/meeting';
import type { PollKind } from '@/sdk/meeting/types';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { CheckField } from '@/shared/ui/CheckField';
import { RoundButton } from '@/shared/ui/RoundButton';
import { SelectField } from '@/shared/ui/SelectField';
import { TextField } from '@/shared/ui/TextField';
import { changeOption, EMPTY_DRAFT, finish, LEAST_OPTIONS, MOST_OPTIONS, withOption, withoutOption, type Fault } from './draft';
import css from './Polls.module.css';

const KINDS: readonly PollKind[] = ['single', 'multiple', 'ranked', 'quiz'];

/** What was written stays until the server has it. */
export function PollForm({ onCreate, onClose }: { onCreate: (poll: NewPoll) => Promise<boolean>; onClose: () => void }) {
  const t = useWords();
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [fault, setFault] = useState<Fault | null>(null);
  const create = async (): Promise<void> => {
    const finished = finish(draft);
    if ('fault' in finished) {
      setFault(finished.fault);
      return;
    }
    setFault(null);
    if (await onCreate(finished.poll)) onClose();
  };
  return (
    <form
      className={css.form}
      aria-label={t('polls.new')}
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <TextField autoFocus label={t('polls.question')} maxLength={300} value={draft.question} onChange={(event) => setDraft({ ...draft, question: event.target.value })} />
      <SelectField label={t('polls.kind')} value={draft.kind} options={KINDS.map((value) => ({ value, label: t(`polls.kinds.${value}`) }))} onChange={(kind) => setDraft({ ...draft, kind: kind as PollKind })} />
      <ol className={css.options}>
        {draft.options.map((option, i) => (
          <li key={i} className={css.option}>
            {draft.kind === 'quiz' && (
              <input type="checkbox" aria-label={t('polls.right', { number: i + 1 })} title={t('polls.right', { number: i + 1 })} checked={option.right} onChange={(event) => setDraft(changeOption(draft, i, { right: event.target.checked }))} />
            )}
            <TextField
              className={css.optionText}
              label={t('polls.option', { number: i + 1 })}
              labelHidden
              placeholder={t('polls.option', { number: i + 1 })}
              maxLength={200}
              value={option.text}
              onChange={(event) => setDraft(changeOption(draft, i, { text: event.target.value }))}
            />
            {draft.options.length > LEAST_OPTIONS && (
              <RoundButton small look="ghost" label={t('polls.removeOption', { number: i + 1 })} icon={<X aria-hidden="true" />} onClick={() => setDraft(withoutOption(draft, i))} />
            )}
          </li>
        ))}
      </ol>
      {draft.options.length < MOST_OPTIONS && (
        <Button className={css.add} look="quiet" icon={<Plus aria-hidden="true" />} onClick={() => setDraft(withOption(draft))}>
          {t('polls.addOption')}
        </Button>
      )}
      <CheckField checked={draft.anonymous} onChange={(event) => setDraft({ ...draft, anonymous: event.target.checked })}>
        {t('polls.anonymous')}
      </CheckField>
      {fault !== null && (
        <p className={css.fault} role="alert">
          {t(`polls.${fault}`)}
        </p>
      )}
      <div className={css.acts}>
        <Button look="quiet" onClick={onClose}>
          {t('panel.cancel')}
        </Button>
        <Button type="submit" look="primary">
          {t('polls.create')}
        </Button>
      </div>
    </form>
  );
}
