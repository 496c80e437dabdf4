import css from './Logo.module.css';
import { useWords } from '../i18n';

/** Two speech marks that face each other. */
export function LogoMark() {
  return (
    <svg className={css.mark} viewBox="0 0 32 32" aria-hidden="true">
      <path className={css.one} d="M3 8.500A4.500 4.500 0 0 1 7.500 4H20v8.500a6.500 6.500 0 0 1-6.500 6.500H9.200L3 25z" />
      <path className={css.two} d="M29 23.500a4.500 4.500 0 0 1-4.500 4.500H12v-5.200h1.500c5.700 0 10.300-4.600 10.300-10.300v-.1L29 7.400z" />
    </svg>
  );
}

export function Logo() {
  const t = useWords();
  return (
    <span className={css.logo}>
      <LogoMark />
      {t('product')}
    </span>
  );
}
