import { Schema, type DOMOutputSpec, type MarkSpec, type NodeSpec } from 'prosemirror-model';

const HEADINGS = 3;

/** Only where a page or a mail program opens: what others write into a link is theirs, and runs nothing. */
export function safeHref(href: unknown): string | null {
  if (typeof href !== 'string' || !URL.canParse(href)) return null;
  const url = new URL(href);
  return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
}

/** "example.org" is what people type. */
export function typedHref(text: string): string | null {
  const typed = text.trim();
  if (typed === '' || /\s/.test(typed)) return null;
  if (/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(typed)) return safeHref(`mailto:${typed}`);
  return safeHref(/^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`);
}

const level = (value: unknown): number => Math.min(HEADINGS, Math.max(1, Math.trunc(Number(value)) || 1));

const nodes = {
  doc: { content: 'block+' },
  paragraph: { content: 'inline*', group: 'block', parseDOM: [{ tag: 'p' }], toDOM: (): DOMOutputSpec => ['p', 0] },
  heading: {
    attrs: { level: { default: 1 } },
    content: 'inline*',
    group: 'block',
    defining: true,
    parseDOM: [1, 2, 3, 4, 5, 6].map((n) => ({ tag: `h${n}`, attrs: { level: level(n) } })),
    // The panel's own heading is a second one: those of the notes are below it.
    toDOM: (node): DOMOutputSpec => [`h${level(node.attrs.level) + 2}`, { 'data-level': String(level(node.attrs.level)) }, 0],
  },
  bullet_list: { content: 'list_item+', group: 'block', parseDOM: [{ tag: 'ul' }], toDOM: (): DOMOutputSpec => ['ul', 0] },
  ordered_list: { content: 'list_item+', group: 'block', parseDOM: [{ tag: 'ol' }], toDOM: (): DOMOutputSpec => ['ol', 0] },
  list_item: { content: 'paragraph block*', defining: true, parseDOM: [{ tag: 'li' }], toDOM: (): DOMOutputSpec => ['li', 0] },
  task_list: {
    content: 'task_item+',
    group: 'block',
    parseDOM: [{ tag: 'ul[data-tasks]', priority: 60 }],
    toDOM: (): DOMOutputSpec => ['ul', { 'data-tasks': 'true' }, 0],
  },
  task_item: {
    attrs: { checked: { default: false } },
    content: 'paragraph block*',
    defining: true,
    parseDOM: [{ tag: 'li[data-checked]', priority: 60, getAttrs: (element) => ({ checked: element.getAttribute('data-checked') === 'true' }) }],
    toDOM: (node): DOMOutputSpec => ['li', { 'data-checked': String(node.attrs.checked === true) }, 0],
  },
  hard_break: { inline: true, group: 'inline', selectable: false, parseDOM: [{ tag: 'br' }], toDOM: (): DOMOutputSpec => ['br'] },
  text: { group: 'inline' },
} satisfies Record<string, NodeSpec>;

const marks = {
  link: {
    attrs: { href: {} },
    inclusive: false,
    parseDOM: [
      {
        tag: 'a[href]',
        getAttrs: (element) => {
          const href = safeHref(element.getAttribute('href'));
          return href === null ? false : { href };
        },
      },
    ],
    toDOM: (mark): DOMOutputSpec => ['a', { href: safeHref(mark.attrs.href) ?? '#', title: safeHref(mark.attrs.href) ?? '', rel: 'noopener noreferrer nofollow', target: '_blank' }, 0],
  },
  em: { parseDOM: [{ tag: 'i' }, { tag: 'em' }], toDOM: (): DOMOutputSpec => ['em', 0] },
  strong: { parseDOM: [{ tag: 'b' }, { tag: 'strong' }], toDOM: (): DOMOutputSpec => ['strong', 0] },
} satisfies Record<string, MarkSpec>;

/** What notes are made of: headings, lists, tasks, bold, italic and links. */
export const schema = new Schema<keyof typeof nodes, keyof typeof marks>({ nodes, marks });
