import { Languages, SunMoon } from 'lucide-react';
import { useStore } from '../hooks/use_store';
import { chooseLanguage, isLanguage, language, LANGUAGES, useWords } from '../i18n';
import { setTheme, theme, type Theme } from '../theme';
import { SelectField } from './SelectField';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** What is the same wherever one is: the language and the theme. Both take effect at once. */
export function GeneralFields() {
  const t = useWords();
  return (
    <>
      <SelectField
        label={t('settings.language')}
        icon={<Languages aria-hidden="true" />}
        value={useStore(language)}
        options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
        onChange={(value) => {
          if (isLanguage(value)) void chooseLanguage(value);
        }}
      />
      <SelectField
        label={t('settings.theme')}
        icon={<SunMoon aria-hidden="true" />}
        value={useStore(theme)}
        options={THEMES.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
        onChange={(value) => setTheme(value as Theme)}
      />
    </>
  );
}
