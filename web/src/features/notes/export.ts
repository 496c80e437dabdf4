import type { Mark, Node } from 'prosemirror-model';
import { safeHref } from './schema';

/** The notes as CommonMark, with tasks as GitHub writes them. */
export function toMarkdown(doc: Node): string {
  return blocks(doc, true).join('\n\n') + (doc.childCount > 0 ? '\n' : '');
}

/** As people would type them into a mail. */
export function toText(doc: Node): string {
  return blocks(doc, false).join('\n\n') + (doc.childCount > 0 ? '\n' : '');
}

function blocks(parent: Node, marked: boolean): string[] {
  const out: string[] = [];
  parent.forEach((node) => out.push(block(node, marked)));
  return out;
}

function block(node: Node, marked: boolean): string {
  switch (node.type.name) {
    case 'heading':
      return (marked ? `${'#'.repeat(Number(node.attrs.level))} ` : '') + inline(node, marked);
    case 'bullet_list':
    case 'ordered_list':
    case 'task_list':
      return list(node, marked);
    default:
      return inline(node, marked);
  }
}

function list(node: Node, marked: boolean): string {
  const items: string[] = [];
  node.forEach((item, _offset, index) => {
    const sign = node.type.name === 'ordered_list' ? `${index + 1}. ` : node.type.name === 'task_list' ? `- [${item.attrs.checked === true ? 'x' : ' '}] ` : marked ? '- ' : '• ';
    // What belongs to an item stands under its first letter; a task's box is part of its text.
    const indent = ' '.repeat(node.type.name === 'task_list' ? 2 : sign.length);
    const text = blocks(item, marked).join('\n');
    items.push(sign + text.replaceAll('\n', `\n${indent}`));
  });
  return items.join('\n');
}

function inline(parent: Node, marked: boolean): string {
  let out = '';
  parent.forEach((node) => {
    if (node.type.name === 'hard_break') out += marked ? '\\\n' : '\n';
    else out += marked ? wrapped(node) : withAddress(node);
  });
  return marked ? out.replace(/^(\s*)(#{1,6}\s|[-+*>]|\d+[.)]\s)/, '$1\\$2') : out;
}

function wrapped(node: Node): string {
  const text = (node.text ?? '').replace(/[\\`*_[\]<]/g, '\\$&');
  const [, before = '', core = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (core === '') return text;
  // Blanks inside of a mark would make it none.
  return before + node.marks.reduceRight((inner, mark) => around(mark, inner), core) + after;
}

function around(mark: Mark, inner: string): string {
  if (mark.type.name === 'strong') return `**${inner}**`;
  if (mark.type.name === 'em') return `*${inner}*`;
  const href = safeHref(mark.attrs.href);
  return href === null ? inner : `[${inner}](<${href}>)`;
}

function withAddress(node: Node): string {
  const text = node.text ?? '';
  const href = safeHref(node.marks.find((mark) => mark.type.name === 'link')?.attrs.href);
  return href === null || href === text ? text : `${text} (${href})`;
}
