import type { ReactNode } from 'react';
import css from './Empty.module.css';

/** Stands where content will be, and says what that is. */
export function Empty({ icon, title, hint }: { icon: ReactNode; title: string; hint: string }) {
  return (
    <div className={css.empty}>
      {icon}
      <h3>{title}</h3>
      <p>{hint}</p>
    </div>
  );
}
