import { Star } from 'lucide-react';
import { useId, useRef, useState, type SyntheticEvent } from 'react';
import type { Outcome } from '@/sdk/meeting/meeting';
import type { Rating as Given, Reason } from '@/sdk/meeting/rating';
import { cx } from '@/shared/cx';
import { useWords } from '@/shared/i18n';
import { Button } from '@/shared/ui/Button';
import { CheckField } from '@/shared/ui/CheckField';
import { TextArea } from '@/shared/ui/TextArea';
import css from './Rating.module.css';

const STARS = [1, 2, 3, 4, 5] as const;
const REASONS: readonly Reason[] = ['sound', 'picture', 'connection', 'other'];
/** With more than these, nothing much can have gone wrong. */
const MOST_WITH_REASONS = 3;
const MAX_TEXT = 500;

interface Props {
  readonly onRate: (rating: Given) => Promise<Outcome>;
}

/** One touch says how it was; who was not content may say why. Nothing here has to be answered. */
export function Rating({ onRate }: Props) {
  const t = useWords();
  const id = useId();
  const [stars, setStars] = useState<number | null>(null);
  const [reasons, setReasons] = useState<ReadonlySet<Reason>>(new Set());
  const [text, setText] = useState('');
  const [said, setSaid] = useState<'nothing' | 'thanks' | 'sent' | 'failed' | 'late'>('nothing');
  const status = useRef<HTMLParagraphElement>(null);
  // One after another, and of several that wait the last: arrow keys go through all the stars in between.
  const waiting = useRef<Given | null>(null);
  const busy = useRef(false);

  const asksWhy = stars !== null && stars <= MOST_WITH_REASONS;
  const ratingOf = (count: number): Given => (count <= MOST_WITH_REASONS ? { stars: count, reasons: [...reasons], text: text.trim() } : { stars: count });

  /** Resolves with true once the last that was given has arrived. */
  const send = async (rating: Given): Promise<boolean> => {
    waiting.current = rating;
    if (busy.current) return false;
    busy.current = true;
    let outcome: Outcome = { ok: true };
    for (let next: Given | null = rating; next !== null; next = waiting.current) {
      waiting.current = null;
      outcome = await onRate(next);
    }
    busy.current = false;
    if (!outcome.ok) setSaid(outcome.refusal.code === 'conflict' ? 'late' : 'failed');
    return outcome.ok;
  };

  const choose = (count: number): void => {
    setStars(count);
    void send(ratingOf(count)).then((arrived) => arrived && setSaid('thanks'));
  };

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (stars === null) return;
    void send(ratingOf(stars)).then((arrived) => {
      if (!arrived) return;
      setSaid('sent');
      // The button that had the focus goes.
      status.current?.focus();
    });
  };

  const words = { nothing: '', thanks: asksWhy ? t('rating.more') : t('rating.thanks'), sent: t('rating.sent'), failed: t('rating.failed'), late: t('rating.late') };
  return (
    <section className={css.rating} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('rating.title')}</h2>
      <p id={`${id}-hint`} className={css.hint}>
        {t('rating.hint')}
      </p>
      <div className={css.stars} role="radiogroup" aria-labelledby={`${id}-title`} aria-describedby={`${id}-hint`}>
        {STARS.map((count) => (
          <label key={count} className={cx(css.star, stars !== null && count <= stars && css.given)} title={t(`rating.star.${count}`)}>
            <input type="radio" className="visually-hidden" name={id} checked={stars === count} aria-label={t(`rating.star.${count}`)} onChange={() => choose(count)} />
            <Star aria-hidden="true" />
          </label>
        ))}
      </div>
      <p ref={status} className={css.said} role="status" tabIndex={-1}>
        {words[said]}
      </p>
      {said === 'failed' && stars !== null && !asksWhy && <Button onClick={() => choose(stars)}>{t('rating.again')}</Button>}
      {asksWhy && (said === 'thanks' || said === 'failed') && (
        <form className={css.why} onSubmit={submit}>
          <fieldset className={css.reasons}>
            <legend>{t('rating.wrong')}</legend>
            {REASONS.map((reason) => (
              <CheckField
                key={reason}
                className={css.reason}
                checked={reasons.has(reason)}
                onChange={(event) => setReasons(event.target.checked ? new Set([...reasons, reason]) : new Set([...reasons].filter((one) => one !== reason)))}
              >
                {t(`rating.reason.${reason}`)}
              </CheckField>
            ))}
          </fieldset>
          <TextArea label={t('rating.text')} maxLength={MAX_TEXT} value={text} onChange={(event) => setText(event.target.value)} />
          <Button type="submit" look="primary" className={css.send}>
            {said === 'failed' ? t('rating.again') : t('rating.send')}
          </Button>
        </form>
      )}
    </section>
  );
}
