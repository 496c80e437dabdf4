import { afterEach, describe, expect, it } from 'vitest';
import { activate, activateRemembered, bestLanguage, chooseLanguage, isRightToLeft, language, t } from './i18n';

afterEach(async () => {
  await activate('en');
});

describe('the language', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['pt-BR'], 'pt'],
    [['zh-CN'], 'zh-Hans'],
    [['zh'], 'zh-Hans'],
    [['zh-TW', 'ja'], 'ja'],
    [['ar-EG'], 'ar'],
    [['sv', 'fr-CA'], 'fr'],
    [['sv'], 'en'],
    [['x_y!', 'it'], 'it'],
    [[], 'en'],
  ])('for %j is %s', (wishes, expected) => {
    expect(bestLanguage(wishes)).toBe(expected);
  });

  it('changes words, and the direction of the page', async () => {
    expect(t('lobby.ways.join')).toBe('Join');
    await activate('ar');
    expect(t('lobby.ways.join')).toBe('انضمام');
    expect([document.documentElement.lang, document.documentElement.dir, isRightToLeft()]).toEqual(['ar', 'rtl', true]);
    await activate('de');
    expect([document.documentElement.lang, document.documentElement.dir, isRightToLeft()]).toEqual(['de', 'ltr', false]);
  });

  it('that was wished last is shown, whichever arrives first', async () => {
    await Promise.all([activate('ja'), activate('fr')]);
    expect(language.get()).toBe('fr');
    expect(t('lobby.ways.join')).toBe('Rejoindre');
  });

  it('is kept for the next visit', async () => {
    await chooseLanguage('hi');
    await activate('en');
    await activateRemembered();
    expect(language.get()).toBe('hi');
  });

  it('counts as its speakers do', async () => {
    const more = (count: number) => t('stage.more', { count });
    expect([more(1), more(5)]).toEqual(['1 person more', '5 people more']);
    await activate('ar');
    expect(new Set([more(1), more(2), more(3), more(11), more(100)]).size).toBe(5);
    await activate('ja');
    expect(more(1)).toBe('ほか 1 人');
  });
});
