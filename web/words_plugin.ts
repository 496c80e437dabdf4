import { readFileSync } from 'node:fs';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';

/** {"home": {"title": "…"}} as {"home.title": "…"}. */
export function flatten(tree: object, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, string][] =>
      typeof value === 'string' ? [[prefix + key, value]] : Object.entries(flatten(value as object, `${prefix}${key}.`)),
    ),
  );
}

/** Compiles the catalogs' ICU messages at build time: no parser is sent to the browser. */
export function compiledWords(): Plugin {
  return {
    name: 'compiled-words',
    enforce: 'pre',
    load(id) {
      if (!/\/shared\/words\/(?:(?:later|desk|boards)\/)?[\w-]+\.json$/.test(id)) return null;
      const words = flatten(JSON.parse(readFileSync(id, 'utf8')) as object);
      return JSON.stringify(Object.fromEntries(Object.entries(words).map(([key, text]) => [key, compileMessage(text)])));
    },
  };
}
