import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

export const WEB = join(import.meta.dirname, '..');
export const SRC = join(WEB, 'src');

export interface Source {
  /** From src/, with forward slashes. */
  readonly path: string;
  readonly tree: ts.SourceFile;
}

export function sources(): Source[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => relative(SRC, join(SRC, path)).replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => parse(path, readFileSync(join(SRC, path), 'utf8')));
}

export function parse(path: string, text: string): Source {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind) };
}

export function visit(node: ts.Node, each: (node: ts.Node) => void): void {
  each(node);
  node.forEachChild((child) => visit(child, each));
}
