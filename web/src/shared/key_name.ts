import type { Translate } from './i18n';

/** A key as it is printed on the keyboard. */
export function keyName(key: string, t: Translate): string {
  if (key === ' ') return t('shortcuts.space');
  return key.toLocaleUpperCase('en');
}
