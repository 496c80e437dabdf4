// @vitest-environment node
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse, sources, visit, type Source } from './sources';

/** Attributes that a person reads or hears. */
const SPOKEN = new Set(['aria-label', 'aria-description', 'title', 'alt', 'placeholder', 'label']);

function words({ path, tree }: Source): string[] {
  const found: string[] = [];
  const note = (text: string, node: ts.Node): void => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (/\p{L}/u.test(text)) found.push(`${path}:${line}: "${text.trim()}"`);
  };
  visit(tree, (node) => {
    if (ts.isJsxText(node)) note(node.text, node);
    if (ts.isJsxExpression(node) && node.expression !== undefined && ts.isStringLiteralLike(node.expression) && ts.isJsxElement(node.parent)) {
      note(node.expression.text, node);
    }
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) && node.initializer !== undefined && ts.isStringLiteral(node.initializer)) {
      note(node.initializer.text, node);
    }
  });
  return found;
}

describe('words', () => {
  it('are all in the messages file, where they can be translated', () => {
    const shown = sources().filter(({ path }) => !path.includes('.test.') && !path.startsWith('dev/'));
    expect(shown.flatMap(words)).toEqual([]);
  });

  it.each(['<p>Hello</p>', "<p>{'Hello'}</p>", '<input placeholder="Name" />', '<button aria-label="Close" />'])(
    'are found in %s',
    (text) => {
      expect(words(parse('x.tsx', `const x = ${text};`))).toHaveLength(1);
    },
  );

  it('are told from names of classes and from marks', () => {
    expect(words(parse('x.tsx', 'const x = <p className="tabular" data-role="tile">·</p>;'))).toEqual([]);
  });
});
