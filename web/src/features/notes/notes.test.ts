import { EditorState, TextSelection } from 'prosemirror-state';
import type { Command } from 'prosemirror-state';
import type { Node } from 'prosemirror-model';
import { describe, expect, it } from 'vitest';
import { hasMark, headingAt, linkAt, listAt, setHeading, setLink, toggleList, toggleStrong } from './commands';
import { toMarkdown, toText } from './export';
import { safeHref, schema, typedHref } from './schema';

const { nodes, marks } = schema;
const p = (...content: (string | Node)[]): Node => nodes.paragraph.create(null, content.map((one) => (typeof one === 'string' ? schema.text(one) : one)));
const doc = (...blocks: Node[]): Node => nodes.doc.create(null, blocks);
const strong = (text: string): Node => schema.text(text, [marks.strong.create()]);
const link = (text: string, href: string): Node => schema.text(text, [marks.link.create({ href })]);
const item = (...blocks: Node[]): Node => nodes.list_item.create(null, blocks);
const task = (checked: boolean, text: string): Node => nodes.task_item.create({ checked }, [p(text)]);

function after(state: EditorState, command: Command): EditorState {
  let next = state;
  command(state, (transaction) => {
    next = state.apply(transaction);
  });
  return next;
}

const within = (content: Node, from: number, to = from): EditorState => {
  const state = EditorState.create({ doc: content });
  return state.apply(state.tr.setSelection(TextSelection.create(state.doc, from, to)));
};

describe('notes as Markdown', () => {
  it('have their headings, lists, boxes, marks and links', () => {
    const notes = doc(
      nodes.heading.create({ level: 2 }, [schema.text('Plan')]),
      p('We ', strong('do '), 'it ', link('here', 'https://example.org/')),
      nodes.bullet_list.create(null, [item(p('a'), nodes.ordered_list.create(null, [item(p('b')), item(p('c'))]))]),
      nodes.task_list.create(null, [task(true, 'done'), task(false, 'open')]),
    );
    expect(toMarkdown(notes)).toBe('## Plan\n\nWe **do** it [here](<https://example.org/>)\n\n- a\n  1. b\n  2. c\n\n- [x] done\n- [ ] open\n');
    expect(toText(notes)).toBe('Plan\n\nWe do it here (https://example.org/)\n\n• a\n  1. b\n  2. c\n\n- [x] done\n- [ ] open\n');
  });

  it('mean what was written, and no markup', () => {
    expect(toMarkdown(doc(p('# no *heading* [x](y) <b>')))).toBe('\\# no \\*heading\\* \\[x\\](y) \\<b>\n');
    expect(toMarkdown(doc(p('1. no list')))).toBe('\\1. no list\n');
  });
});

describe('a link', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 7, null, 'x'])('%s opens nothing', (href) => {
    expect(safeHref(href)).toBeNull();
    const shown = schema.marks.link.spec.toDOM?.(marks.link.create({ href }), true) as [string, { href: string }];
    expect(shown[1].href).toBe('#');
  });

  it('is understood as people type it', () => {
    expect(typedHref('example.org/a')).toBe('https://example.org/a');
    expect(typedHref('ann@example.org')).toBe('mailto:ann@example.org');
    expect(typedHref('two words')).toBeNull();
    expect(typedHref('javascript:x')).toBeNull();
  });

  it('is set over the selection, found, and taken away', () => {
    const set = after(within(doc(p('see here')), 5, 9), setLink('https://example.org/'));
    const inside = set.apply(set.tr.setSelection(TextSelection.create(set.doc, 6)));
    expect(linkAt(inside)).toEqual({ from: 5, to: 9, href: 'https://example.org/' });
    expect(linkAt(after(inside, setLink(null)))).toBeNull();
  });
});

describe('the tools', () => {
  it('make bold, headings, and plain again', () => {
    const bold = after(within(doc(p('word')), 1, 5), toggleStrong);
    expect(hasMark(bold, marks.strong)).toBe(true);
    expect(hasMark(after(bold, toggleStrong), marks.strong)).toBe(false);
    expect(headingAt(after(within(doc(p('word')), 2), setHeading(2)))).toBe(2);
  });

  it('make a list, another kind of it, and none', () => {
    const list = after(within(doc(p('word')), 2), toggleList('bullet_list'));
    expect(listAt(list)?.node.type.name).toBe('bullet_list');
    const tasks = after(list, toggleList('task_list'));
    expect(listAt(tasks)?.node.type.name).toBe('task_list');
    expect(tasks.doc.textContent).toBe('word');
    expect(listAt(after(tasks, toggleList('task_list')))).toBeNull();
  });
});
