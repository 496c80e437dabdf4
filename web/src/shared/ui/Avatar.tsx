import { UserRound } from 'lucide-react';
import type { CSSProperties } from 'react';
import { hueOf, initials } from '../initials';
import css from './Avatar.module.css';

/** Stands for a person without a picture. Decorative: the name is always written nearby. */
export function Avatar({ id, name }: { id: string; name: string }) {
  const letters = initials(name);
  return (
    <span className={css.avatar} style={{ '--hue': hueOf(id) } as CSSProperties} aria-hidden="true">
      {letters === '' ? <UserRound className={css.nobody} /> : <span className={css.letters}>{letters}</span>}
    </span>
  );
}
