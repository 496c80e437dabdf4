import { useEffect, useState, type CSSProperties } from 'react';
import type { FlyingReaction } from '@/sdk/meeting/meeting';
import { announcer } from '@/shared/announcer';
import { useWords } from '@/shared/i18n';
import css from './FlyingReactions.module.css';
import { reactionName } from './names';
import { ReactionSpeech } from './speech';

/** More at a time are a cloud in which none is seen. */
const MOST = 12;

/** Over the lower corner of the stage, with the name of who sent it. Without motion they stand there for a moment. */
export function FlyingReactions({ reactions, nameOf }: { reactions: readonly FlyingReaction[]; nameOf: (id: string) => string }) {
  useSpeech(reactions, nameOf);
  return (
    <ul className={css.sky} aria-hidden="true">
      {reactions.slice(-MOST).map(({ key, participant, emoji }) => (
        <li key={key} className={css.flying} style={{ '--lane': key % 4, '--sway': key % 2 === 0 ? 1 : -1 } as CSSProperties}>
          <span className={css.emoji}>{emoji}</span>
          <bdi className={css.name}>{nameOf(participant)}</bdi>
        </li>
      ))}
    </ul>
  );
}

function useSpeech(reactions: readonly FlyingReaction[], nameOf: (id: string) => string): void {
  const t = useWords();
  const [speech] = useState(() => new ReactionSpeech());
  useEffect(() => {
    speech.hear(reactions);
    const say = (): void => {
      const said = speech.speak(performance.now());
      if (said === null) return;
      if ('one' in said) announcer.say(t('react.by', { name: nameOf(said.one.participant), reaction: reactionName(said.one.emoji, t) }));
      else announcer.say(t('react.many', { count: said.count, list: said.emojis.map((emoji) => reactionName(emoji, t)).join(', ') }));
    };
    say();
    const { deadline } = speech;
    if (deadline === null) return;
    const timer = setTimeout(say, deadline - performance.now());
    return () => clearTimeout(timer);
  }, [speech, reactions, nameOf, t]);
}
