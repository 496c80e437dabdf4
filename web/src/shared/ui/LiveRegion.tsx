import type { Announcer } from '../announcer';
import { useStore } from '../hooks/use_store';
import css from './LiveRegion.module.css';

/** Says what happened to those who listen, and shows the part of it that is worth a look. */
export function LiveRegion({ announcer }: { announcer: Announcer }) {
  const list = useStore(announcer.list);
  return (
    <>
      <div className="visually-hidden" role="status" aria-live="polite">
        {list.map((item) => (
          <p key={item.id}>{item.text}</p>
        ))}
      </div>
      <div className={css.toasts} aria-hidden="true">
        {list
          .filter((item) => item.shown)
          .map((item) => (
            <p key={item.id} className={css.toast}>
              {item.text}
            </p>
          ))}
      </div>
    </>
  );
}
