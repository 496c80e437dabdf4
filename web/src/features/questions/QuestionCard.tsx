import { CircleCheck, ThumbsUp, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState, Question } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { Confirm } from '@/shared/ui/Confirm';
import { RoundButton } from '@/shared/ui/RoundButton';
import { TextArea } from '@/shared/ui/TextArea';
import css from './Questions.module.css';

export function QuestionCard({ question, meeting, state }: { question: Question; meeting: Meeting; state: MeetingState }) {
  const t = useWords();
  const [answering, setAnswering] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const { id, text, votes, mine, answered, answer, is_mine, from_name } = question;
  const answers = may(state, 'answer_question');
  return (
    <article className={cx(css.card, answered && css.answered)}>
      {may(state, 'vote') ? (
        <button type="button" className={css.vote} aria-pressed={mine} aria-label={t('questions.vote', { count: votes })} onClick={() => void carryOut(meeting.voteQuestion(id, !mine))}>
          <ThumbsUp aria-hidden="true" />
          <span className="tabular">{votes}</span>
        </button>
      ) : (
        <span className={cx(css.vote, 'tabular')}>
          <ThumbsUp aria-hidden="true" />
          {votes}
        </span>
      )}
      <div className={css.content}>
        <p className={css.from}>
          {is_mine ? t('you') : from_name === null ? t('questions.byNobody') : <bdi>{from_name}</bdi>}
          {answered && (
            <span className={css.done}>
              <CircleCheck aria-hidden="true" />
              {t('questions.answered')}
            </span>
          )}
        </p>
        <p className={css.text} dir="auto">
          {text}
        </p>
        {answer !== null && answer !== '' && (
          <blockquote className={css.answer} dir="auto">
            {answer}
          </blockquote>
        )}
        {answering && (
          <Answer
            onSend={async (words) => {
              if (await carryOut(meeting.answerQuestion(id, words))) setAnswering(false);
            }}
            onClose={() => setAnswering(false)}
          />
        )}
        {!answering && (answers || is_mine) && (
          <div className={css.cardActs}>
            {answers && !answered && <Button onClick={() => setAnswering(true)}>{t('questions.answer')}</Button>}
            <RoundButton small look="ghost" className={css.quietTip ?? ''} label={t('questions.delete')} icon={<Trash2 aria-hidden="true" />} onClick={() => setDeleting(true)} />
          </div>
        )}
      </div>
      {deleting && (
        <Confirm
          title={t('questions.deleteAsk')}
          hint={t('questions.deleteHint', { text })}
          choices={[{ label: t('questions.delete'), onChoose: () => void carryOut(meeting.deleteQuestion(id)) }]}
          onClose={() => setDeleting(false)}
        />
      )}
    </article>
  );
}

function Answer({ onSend, onClose }: { onSend: (text: string) => Promise<void>; onClose: () => void }) {
  const t = useWords();
  const [text, setText] = useState('');
  return (
    <form
      className={css.answering}
      onSubmit={(event) => {
        event.preventDefault();
        void onSend(text.trim());
      }}
    >
      <TextArea autoFocus label={t('questions.answerLabel')} maxLength={4000} value={text} onChange={(event) => setText(event.target.value)} />
      <div className={css.acts}>
        <Button look="quiet" onClick={onClose}>
          {t('panel.cancel')}
        </Button>
        <Button type="submit" look="primary">
          {t('questions.answerSend')}
        </Button>
      </div>
    </form>
  );
}
