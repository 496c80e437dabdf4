// @vitest-environment node
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse, sources, visit, type Source } from './sources';

/** Which folder may know which. A feature knows no other feature: the app puts them together. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  sdk: ['sdk'],
  shared: ['sdk', 'shared'],
  features: ['sdk', 'shared'],
  app: ['sdk', 'shared', 'features', 'app'],
  dev: ['sdk', 'shared', 'features', 'app', 'dev'],
  sw: ['sw'],
  'main.tsx': ['sdk', 'shared', 'app'],
  'test_setup.ts': [],
};

interface Import {
  readonly target: string;
  /** Neither `import()` nor a type: it ends up in the same chunk. */
  readonly bundled: boolean;
}

function importsOf({ path, tree }: Source): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, bundled: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const text = specifier.text;
    const target = text.startsWith('@/') ? text.slice(2) : text.startsWith('.') ? posix.join(posix.dirname(path), text) : `npm:${text}`;
    found.push({ target, bundled });
  };
  visit(tree, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly !== true);
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, !node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
  });
  return found;
}

function faults(source: Source): string[] {
  const isTest = source.path.includes('.test.');
  const [top = '', second = ''] = source.path.split('/');
  const allowed = MAY_IMPORT[top];
  if (allowed === undefined) return [`${source.path} is in no known folder`];
  const wrong: string[] = [];
  for (const { target, bundled } of importsOf(source)) {
    const fault = (why: string) => wrong.push(`${source.path} imports ${target}: ${why}`);
    if (target.startsWith('npm:livekit-client') && !source.path.startsWith('sdk/live/')) fault('only sdk/live knows livekit-client');
    if (/^npm:(react|react-dom|lucide-react)(\/|$)/.test(target) && top === 'sdk') fault('the SDK knows no React');
    if (target.startsWith('npm:')) continue;
    const [targetTop = '', targetSecond = ''] = target.split('/');
    const own = top === 'features' && targetTop === 'features' && second === targetSecond;
    if (!own && !allowed.includes(targetTop)) fault(`${top} may not know ${targetTop}`);
    if (targetTop === 'features' && top === 'features' && !own) fault('features do not know each other');
    if (target.startsWith('sdk/live') && bundled && !source.path.startsWith('sdk/live/') && !isTest) {
      fault('the SDK of the call is loaded on demand');
    }
  }
  return wrong;
}

describe('imports', () => {
  it('go one way: sdk, shared, features, app', () => {
    expect(sources().flatMap(faults)).toEqual([]);
  });

  // The rule is tried on what it is to find, lest it pass for want of looking.
  it.each([
    ['features/home/x.ts', "import { y } from '@/features/stage/y';"],
    ['features/home/x.ts', "import { y } from '../stage/y';"],
    ['features/home/x.ts', "import type { y } from '@/app/y';"],
    ['sdk/x.ts', "import { y } from '@/shared/y';"],
    ['sdk/x.ts', "import { useState } from 'react';"],
    ['app/x.ts', "import { Room } from 'livekit-client';"],
    ['app/x.ts', "import { LiveCall } from '@/sdk/live/live_call';"],
    ['other/x.ts', ''],
  ])('in %s must not be "%s"', (path, text) => {
    expect(faults(parse(path, text))).not.toEqual([]);
  });

  it('may be on demand, or of a type', () => {
    const text = "import type { LiveCall } from '@/sdk/live/live_call'; const load = () => import('@/sdk/live/live_call');";
    expect(faults(parse('app/x.ts', text))).toEqual([]);
  });
});
