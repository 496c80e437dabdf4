import { MessageCircleQuestionMark } from 'lucide-react';
import { useState } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { CheckField } from '@/shared/ui/CheckField';
import { Empty } from '@/shared/ui/Empty';
import { SelectField } from '@/shared/ui/SelectField';
import { TextArea } from '@/shared/ui/TextArea';
import { QuestionCard } from './QuestionCard';
import css from './Questions.module.css';
import { sorted, type Order } from './sorted';

/** From here on, an order is worth choosing. */
const SORT_FROM = 3;
const LONGEST = 1000;

export function QuestionsPanel({ meeting, state }: { meeting: Meeting; state: MeetingState }) {
  const t = useWords();
  const [order, setOrder] = useState<Order>('votes');
  const { questions } = state;
  return (
    <>
      {questions.length >= SORT_FROM && (
        <div className={css.sort}>
          <SelectField label={t('questions.sort')} value={order} options={(['votes', 'newest'] as const).map((value) => ({ value, label: t(`questions.sorts.${value}`) }))} onChange={(next) => setOrder(next as Order)} />
        </div>
      )}
      <div className={css.scroll} tabIndex={0} role="group" aria-label={t('panel.questions')}>
        {sorted(questions, order).map((question) => (
          <QuestionCard key={question.id} question={question} meeting={meeting} state={state} />
        ))}
        {questions.length === 0 && <Empty icon={<MessageCircleQuestionMark aria-hidden="true" />} title={t('questions.empty')} hint={t('questions.emptyHint')} />}
      </div>
      {may(state, 'ask_question') && <Ask meeting={meeting} />}
    </>
  );
}

function Ask({ meeting }: { meeting: Meeting }) {
  const t = useWords();
  const [text, setText] = useState('');
  const [anonymous, setAnonymous] = useState(false);
  const wanted = text.trim();
  const ask = async (): Promise<void> => {
    // What was refused stays, to be sent again.
    if (wanted !== '' && (await carryOut(meeting.ask(wanted, anonymous)))) setText('');
  };
  return (
    <form
      className={css.ask}
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <TextArea label={t('questions.ask')} labelHidden placeholder={t('questions.ask')} maxLength={LONGEST} value={text} onChange={(event) => setText(event.target.value)} />
      <div className={css.acts}>
        <CheckField className={css.anonymous} checked={anonymous} onChange={(event) => setAnonymous(event.target.checked)}>
          {t('questions.anonymous')}
        </CheckField>
        <Button type="submit" look="primary" aria-disabled={wanted === ''}>
          {t('questions.send')}
        </Button>
      </div>
    </form>
  );
}
