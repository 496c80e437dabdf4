import { Check, Trash2 } from 'lucide-react';
import { useId, useState, type CSSProperties } from 'react';
import type { Meeting } from '@/sdk/meeting/meeting';
import type { MeetingState, Poll } from '@/sdk/meeting/types';
import { may } from '@/shared/capability';
import { cx } from '@/shared/cx';
import { useStore } from '@/shared/hooks/use_store';
import { language, useWords } from '@/shared/i18n';
import { carryOut } from '@/shared/refusal';
import { Button } from '@/shared/ui/Button';
import { CheckField } from '@/shared/ui/CheckField';
import { Confirm } from '@/shared/ui/Confirm';
import { RoundButton } from '@/shared/ui/RoundButton';
import css from './Polls.module.css';
import { RankList } from './RankList';
import { barsOf, type Bar } from './results';

export function PollCard({ poll, meeting, state }: { poll: Poll; meeting: Meeting; state: MeetingState }) {
  const t = useWords();
  const title = useId();
  const [changing, setChanging] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const runs = may(state, 'create_poll');
  const votes = poll.state === 'open' && may(state, 'vote');
  const voting = votes && (poll.mine === null || changing);
  const bars = barsOf(poll);
  const set = (to: 'open' | 'closed' | 'shared'): void => void carryOut(meeting.setPollState(poll.id, to));
  return (
    <article className={css.card} aria-labelledby={title}>
      <p className={css.meta}>
        <span className={cx(css.state, poll.state === 'open' && css.open)}>{t(`polls.states.${poll.state}`)}</span>
        {' · '}
        {t(`polls.kinds.${poll.kind}`)}
        {' · '}
        {poll.anonymous ? t('polls.anonymous') : t('polls.named')}
      </p>
      <h3 id={title} dir="auto">
        {poll.question}
      </h3>
      {voting ? (
        <Ballot
          poll={poll}
          onVote={async (choices) => {
            if (await carryOut(meeting.vote(poll.id, choices))) setChanging(false);
          }}
        />
      ) : bars !== null && poll.state !== 'draft' ? (
        <Results poll={poll} bars={bars} />
      ) : (
        <ul className={css.plain}>
          {poll.options.map(({ text }, i) => (
            <li key={i} className={cx(poll.mine?.includes(i) === true && poll.kind !== 'ranked' && css.mine)}>
              {text}
              {poll.mine?.includes(i) === true && poll.kind !== 'ranked' && <span className={css.tag}> {t('polls.yours')}</span>}
            </li>
          ))}
        </ul>
      )}
      {poll.state !== 'draft' && <p className={cx(css.meta, 'tabular')}>{t('polls.voters', { count: poll.voters })}</p>}
      {votes && !voting && (
        <div className={css.acts}>
          <p className={css.meta}>{t('polls.voted')}</p>
          {!poll.anonymous && <Button onClick={() => setChanging(true)}>{t('polls.change')}</Button>}
        </div>
      )}
      {runs && (
        <div className={cx(css.acts, css.runs)}>
          {poll.shared && <p className={css.meta}>{t('polls.shared')}</p>}
          {poll.state === 'draft' && (
            <Button look="primary" onClick={() => set('open')}>
              {t('polls.open')}
            </Button>
          )}
          {poll.state === 'open' && <Button onClick={() => set('closed')}>{t('polls.close')}</Button>}
          {poll.state !== 'draft' && !poll.shared && <Button onClick={() => set('shared')}>{t('polls.share')}</Button>}
          <RoundButton small look="ghost" className={css.quietTip ?? ''} label={t('polls.delete')} icon={<Trash2 aria-hidden="true" />} onClick={() => setDeleting(true)} />
        </div>
      )}
      {deleting && (
        <Confirm
          title={t('polls.deleteAsk')}
          hint={t('polls.deleteHint', { question: poll.question })}
          choices={[{ label: t('polls.delete'), onChoose: () => void carryOut(meeting.deletePoll(poll.id)) }]}
          onClose={() => setDeleting(false)}
        />
      )}
    </article>
  );
}

function Ballot({ poll, onVote }: { poll: Poll; onVote: (choices: readonly number[]) => Promise<void> }) {
  const t = useWords();
  const name = useId();
  const ranked = poll.kind === 'ranked';
  const [chosen, setChosen] = useState<readonly number[]>(() => poll.mine ?? (ranked ? poll.options.map((_, i) => i) : []));
  const several = poll.kind === 'multiple' || poll.kind === 'quiz';
  const choose = (i: number, on: boolean): void => {
    if (!several) setChosen([i]);
    else setChosen(on ? [...chosen, i].sort((a, b) => a - b) : chosen.filter((one) => one !== i));
  };
  return (
    <form
      className={css.ballot}
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen.length > 0) void onVote(chosen);
      }}
    >
      {ranked ? (
        <>
          <p className={css.meta}>{t('polls.rank')}</p>
          <RankList options={poll.options.map(({ text }) => text)} order={chosen} onOrder={setChosen} />
        </>
      ) : (
        <fieldset className={css.choices}>
          <legend className="visually-hidden">{poll.question}</legend>
          {poll.options.map(({ text }, i) => (
            <CheckField key={i} type={several ? 'checkbox' : 'radio'} name={name} checked={chosen.includes(i)} onChange={(event) => choose(i, event.target.checked)}>
              {text}
            </CheckField>
          ))}
        </fieldset>
      )}
      <Button type="submit" look="primary" aria-disabled={chosen.length === 0}>
        {t('polls.vote')}
      </Button>
    </form>
  );
}

/** Bars for the eye; each is also a sentence. */
function Results({ poll, bars }: { poll: Poll; bars: readonly Bar[] }) {
  const t = useWords();
  const locale = useStore(language);
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  return (
    <ul className={css.results}>
      {bars.map((bar, i) => (
        <li key={i} className={cx(css.result, bar.mine && css.mine, bar.correct && css.correct)}>
          <span className="visually-hidden">
            {poll.kind === 'ranked' ? t('polls.points', { option: bar.text, count: bar.votes }) : t('polls.result', { option: bar.text, count: bar.votes, percent: percent.format(bar.share) })}
          </span>
          <span className={css.resultWords}>
            <span className={css.resultText} aria-hidden="true">
              {bar.text}
            </span>
            {bar.mine && <span className={css.tag}>{t('polls.yours')}</span>}
            {bar.correct && (
              <span className={css.right}>
                <Check aria-hidden="true" />
                <span className="visually-hidden">{t('polls.correct')}</span>
              </span>
            )}
            <span className="tabular" aria-hidden="true">
              {poll.kind === 'ranked' ? bar.votes : `${bar.votes} · ${percent.format(bar.share)}`}
            </span>
          </span>
          <span className={css.track} aria-hidden="true">
            <span className={css.bar} style={{ '--share': bar.share } as CSSProperties} />
          </span>
        </li>
      ))}
    </ul>
  );
}
