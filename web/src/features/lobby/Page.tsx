import type { ReactNode } from 'react';
import { GeneralSettings } from '@/shared/ui/GeneralSettings';
import { Logo } from '@/shared/ui/Logo';
import css from './Lobby.module.css';

/** The frame around what is shown outside of a meeting's door. */
export function Page({ onHome, children }: { onHome: () => void; children: ReactNode }) {
  return (
    <div className={css.page}>
      <header className={css.header}>
        <a
          className={css.home}
          href="/"
          onClick={(event) => {
            event.preventDefault();
            onHome();
          }}
        >
          <Logo />
        </a>
        <GeneralSettings />
      </header>
      {children}
    </div>
  );
}
