// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { flatten } from '../words_plugin';
import { parse, sources, SRC, visit } from './sources';

const FOLDER = join(SRC, 'shared/words');
const read = (file: string) => flatten(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as object);
const languages = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
/** What comes with the page, and what comes with what is loaded on request. */
const CATALOGS = ['', 'later/', 'desk/', 'boards/'];
const everything = Object.assign({}, ...CATALOGS.map((folder) => read(`${folder}en.json`))) as Record<string, string>;

/** The same in every language: names, and what a code or a count looks like. */
const UNTRANSLATED = new Set(['product', 'title.home', 'title.meeting', 'title.call', 'stage.pageShort', 'stage.tile', 'shortcuts.escape', 'react.by', 'polls.result', 'chat.toast', 'captions.said', 'whiteboard.object', 'whiteboard.objectText']);

type Part = string | readonly [name: string, kind?: string, forms?: Record<string, unknown>];

function parts(text: string): readonly Part[] {
  return compileMessage(text) as readonly Part[];
}

/** What is filled in, and of what kind: "{name}" and "{count, plural, …}". */
function blanks(text: string): string[] {
  return parts(text)
    .filter((part) => typeof part !== 'string')
    .map(([name, kind = '']) => `${name} ${kind}`)
    .sort();
}

function pluralForms(text: string): string[] | null {
  const found = parts(text).find((part) => typeof part !== 'string' && part[1] === 'plural');
  return found === undefined ? null : Object.keys((found[2] ?? {}) as object).filter((form) => form !== 'offset').sort();
}

describe.each(CATALOGS.flatMap((folder) => languages.map((file) => [folder, file] as const)))('%s%s', (folder, file) => {
  const words = read(folder + file);
  const english = read(`${folder}en.json`);
  const language = file.replace('.json', '');

  it('has every sentence, and no other', () => {
    expect(Object.keys(words)).toEqual(Object.keys(english));
  });

  it('leaves no sentence empty, and none in English', () => {
    for (const [key, text] of Object.entries(words)) {
      expect(text.trim(), key).not.toBe('');
      // A word or two may be the same by chance ("Code"); a sentence is not.
      if (file !== 'en.json' && !UNTRANSLATED.has(key) && text.split(' ').length > 2) expect(text, key).not.toBe(english[key]);
    }
  });

  it('fills in what English fills in', () => {
    for (const [key, text] of Object.entries(words)) expect(blanks(text), key).toEqual(blanks(english[key] ?? ''));
  });

  it('has exactly the plural forms that the language has', () => {
    const forms = [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort();
    for (const [key, text] of Object.entries(words)) expect(pluralForms(text) ?? forms, key).toEqual(forms);
  });
});

it('the catalogs say nothing twice', () => {
  const counts = CATALOGS.map((folder) => Object.keys(read(`${folder}en.json`)).length);
  expect(Object.keys(everything)).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
});

it('there are ten languages, and each is offered', () => {
  expect(languages).toHaveLength(10);
  for (const folder of ['later', 'desk', 'boards']) expect(readdirSync(join(FOLDER, folder))).toEqual(languages);
  const offered = readFileSync(join(SRC, 'shared/i18n.ts'), 'utf8');
  for (const file of languages) expect(offered).toMatch(new RegExp(`[ ']${file.replace('.json', '')}'?: `));
});

describe('the code', () => {
  const app = sources().filter(({ path }) => !path.includes('.test.') && !path.startsWith('dev/'));

  it('says every sentence that there is: none is kept for nobody', () => {
    const said: RegExp[] = [];
    for (const { tree } of app) {
      visit(tree, (node) => {
        if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) said.push(exactly([node.text]));
        if (ts.isTemplateExpression(node)) said.push(exactly([node.head.text, ...node.templateSpans.map((span) => span.literal.text)]));
      });
    }
    const used = said.filter((pattern) => pattern.source.includes('\\.'));
    const single = new Set(['you', 'nameAndYou', 'close', 'dismiss', 'product']);
    const unused = Object.keys(everything).filter((key) => !single.has(key) && !used.some((pattern) => pattern.test(key)));
    expect(unused).toEqual([]);
  });

  it('draws with words that change with the language', () => {
    // In a component the words come from useWords(), which draws it again; t alone would leave it as it was.
    const wrong = app.filter(({ path, tree }) => path.endsWith('.tsx') && importsT(tree)).map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('would be found out', () => {
    expect(importsT(parse('x.tsx', "import { t } from '@/shared/i18n';").tree)).toBe(true);
    expect(importsT(parse('x.tsx', "import { useWords } from '@/shared/i18n';").tree)).toBe(false);
    expect(exactly(['a.', '.title']).test('a.b.title')).toBe(true);
    expect(exactly(['a.', '.title']).test('a.b.hint')).toBe(false);
  });
});

function exactly(texts: readonly string[]): RegExp {
  return new RegExp(`^${texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\w-]+')}$`);
}

function importsT(tree: ts.SourceFile): boolean {
  let found = false;
  visit(tree, (node) => {
    if (!ts.isImportDeclaration(node) || !/shared\/i18n$|\.\.\/i18n$/.test((node.moduleSpecifier as ts.StringLiteral).text)) return;
    const named = node.importClause?.namedBindings;
    found ||= named !== undefined && ts.isNamedImports(named) && named.elements.some(({ name }) => name.text === 't');
  });
  return found;
}
