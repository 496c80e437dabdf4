import { chainCommands, lift, setBlockType, toggleMark } from 'prosemirror-commands';
import type { MarkType, Node, NodeType } from 'prosemirror-model';
import { liftListItem, wrapInList } from 'prosemirror-schema-list';
import type { Command, EditorState } from 'prosemirror-state';
import { schema } from './schema';

const { nodes, marks } = schema;
export type ListName = 'bullet_list' | 'ordered_list' | 'task_list';

const itemOf = (list: NodeType): NodeType => (list === nodes.task_list ? nodes.task_item : nodes.list_item);

/** Whether a mark is on where one writes. */
export function hasMark(state: EditorState, type: MarkType): boolean {
  const { from, to, $from, empty } = state.selection;
  if (empty) return type.isInSet(state.storedMarks ?? $from.marks()) !== undefined;
  return state.doc.rangeHasMark(from, to, type);
}

/** "paragraph", or the level of the heading one is in. */
export function headingAt({ selection: { $from } }: EditorState): number {
  return $from.parent.type === nodes.heading ? Number($from.parent.attrs.level) : 0;
}

export const toggleStrong = toggleMark(marks.strong);
export const toggleEm = toggleMark(marks.em);

export function setHeading(level: number): Command {
  return level === 0 ? setBlockType(nodes.paragraph) : setBlockType(nodes.heading, { level });
}

/** The innermost list that one is in. */
export function listAt({ selection: { $from } }: EditorState): { readonly node: Node; readonly at: number } | null {
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (isList(node)) return { node, at: $from.before(depth) };
  }
  return null;
}

const isList = (node: Node): boolean => node.type === nodes.bullet_list || node.type === nodes.ordered_list || node.type === nodes.task_list;

/** Into such a list; out of it, if it is one; from one kind to the other. */
export function toggleList(name: ListName): Command {
  const type = nodes[name];
  return (state, dispatch, view) => {
    const list = listAt(state);
    if (list === null) return wrapInList(type)(state, dispatch, view);
    if (list.node.type === type) return chainCommands(liftListItem(itemOf(type)), lift)(state, dispatch, view);
    if (dispatch !== undefined) {
      const items: Node[] = [];
      list.node.forEach((item) => items.push(itemOf(type).create(null, item.content)));
      dispatch(state.tr.replaceWith(list.at, list.at + list.node.nodeSize, type.create(null, items)));
    }
    return true;
  };
}

/** Where the link at the cursor begins and ends; null: there is none. */
export function linkAt(state: EditorState): { readonly from: number; readonly to: number; readonly href: string } | null {
  const { $from } = state.selection;
  let found: { from: number; to: number; href: string } | null = null;
  $from.parent.forEach((node, offset) => {
    const mark = marks.link.isInSet(node.marks);
    const from = $from.start() + offset;
    const to = from + node.nodeSize;
    if (mark === undefined || $from.pos < from || $from.pos > to) return;
    found = { from, to, href: String(mark.attrs.href) };
  });
  return found;
}

/** Over what is selected, over the link that one is in, or as a word of its own. null: no link any more. */
export function setLink(href: string | null): Command {
  return (state, dispatch) => {
    const at = linkAt(state);
    const { from, to, empty } = state.selection;
    const range = empty ? at : { from, to };
    if (range === null && href === null) return false;
    if (dispatch === undefined) return true;
    const { tr } = state;
    if (range !== null) {
      tr.removeMark(range.from, range.to, marks.link);
      if (href !== null) tr.addMark(range.from, range.to, marks.link.create({ href }));
    } else if (href !== null) {
      tr.replaceSelectionWith(schema.text(href, [marks.link.create({ href })]), false);
    }
    dispatch(tr.scrollIntoView());
    return true;
  };
}

