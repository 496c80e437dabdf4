import { baseKeymap, chainCommands, exitCode } from 'prosemirror-commands';
import { inputRules, textblockTypeInputRule, wrappingInputRule } from 'prosemirror-inputrules';
import { keymap } from 'prosemirror-keymap';
import { Slice, type Node } from 'prosemirror-model';
import { liftListItem, sinkListItem, splitListItem } from 'prosemirror-schema-list';
import { EditorState, Selection, TextSelection, type Command } from 'prosemirror-state';
import { EditorView, type NodeView } from 'prosemirror-view';
import { initProseMirrorDoc, redo, undo, yCursorPlugin, ySyncPlugin, yUndoPlugin } from 'y-prosemirror';
import type { Board } from '@/sdk/boards/board';
import { hueOf } from '@/shared/initials';
import { setHeading, toggleEm, toggleList, toggleStrong } from './commands';
import { safeHref, schema } from './schema';
import css from './NotesPanel.module.css';

const { nodes } = schema;
/** More at once does not fit into one update. */
const MAX_PASTE = 50_000;

interface Wish {
  readonly board: Board;
  readonly place: HTMLElement;
  readonly mayEdit: () => boolean;
  /** The name of the editor, for those who listen, and that of a box. */
  readonly label: string;
  readonly taskLabel: string;
  readonly nameOf: (participant: string) => string;
  readonly onLink: () => void;
  /** After everything that happened in it. */
  readonly onChange: (view: EditorView) => void;
}

/**
 * A ProseMirror editor over the document of the notes. Everybody's cursors are in it, with names that the server
 * vouches for; undo takes back one's own changes alone.
 */
export function createEditor({ board, place, mayEdit, label, taskLabel, nameOf, onLink, onChange }: Wish): EditorView {
  const fragment = board.doc.getXmlFragment('notes');
  const known = initProseMirrorDoc(fragment, schema);
  // Where nobody has written yet there is a paragraph to write in; it gets into the document with its first letter.
  const doc = fragment.length === 0 ? schema.topNodeType.createAndFill() : known.doc;
  const { mapping } = known;
  const link: Command = () => {
    onLink();
    return true;
  };
  const nameFor = (client: number): { name: string; hue: number } => {
    const owner = board.presence.ownerOf(client) ?? '';
    return { name: nameOf(owner), hue: hueOf(owner) };
  };
  const state = EditorState.create({
    ...(doc === null ? { schema } : { doc }),
    plugins: [
      ySyncPlugin(fragment, { mapping }),
      yCursorPlugin(board.presence.awareness, {
        // A cursor whose owner is not among the people we may see is not drawn.
        awarenessStateFilter: (own: number, client: number) => own !== client && nameFor(client).name !== '',
        cursorBuilder: (_user: unknown, client: number) => cursor(nameFor(client)),
        selectionBuilder: (_user: unknown, client: number) => ({ class: css.selected, style: `--hue: ${nameFor(client).hue}` }),
      }),
      yUndoPlugin(),
      inputRules({
        rules: [
          textblockTypeInputRule(/^(#{1,3})\s$/, nodes.heading, (match) => ({ level: match[1]?.length ?? 1 })),
          wrappingInputRule(/^\s*\[([ x]?)\]\s$/, nodes.task_list),
          wrappingInputRule(/^\s*([-+*])\s$/, nodes.bullet_list),
          wrappingInputRule(/^\s*1\.\s$/, nodes.ordered_list),
        ],
      }),
      keymap({
        'Mod-z': undo,
        'Mod-y': redo,
        'Shift-Mod-z': redo,
        'Mod-b': toggleStrong,
        'Mod-i': toggleEm,
        'Mod-k': link,
        'Mod-Alt-0': setHeading(0),
        'Mod-Alt-1': setHeading(1),
        'Mod-Alt-2': setHeading(2),
        'Mod-Alt-3': setHeading(3),
        'Shift-Mod-7': toggleList('ordered_list'),
        'Shift-Mod-8': toggleList('bullet_list'),
        'Shift-Mod-9': toggleList('task_list'),
        'Mod-Enter': toggleTask,
        'Mod-Home': toStart(false),
        'Shift-Mod-Home': toStart(true),
        'Cmd-ArrowUp': toStart(false),
        'Shift-Cmd-ArrowUp': toStart(true),
        Enter: chainCommands(splitListItem(nodes.list_item), splitListItem(nodes.task_item, { checked: false })),
        // Tab goes on to the next control, as everywhere; in and out go by brackets.
        'Mod-]': chainCommands(sinkListItem(nodes.list_item), sinkListItem(nodes.task_item)),
        'Mod-[': chainCommands(liftListItem(nodes.list_item), liftListItem(nodes.task_item)),
        'Shift-Enter': chainCommands(exitCode, (now, dispatch) => {
          dispatch?.(now.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
          return true;
        }),
      }),
      keymap(baseKeymap),
    ],
  });
  const view: EditorView = new EditorView(place, {
    state,
    editable: mayEdit,
    attributes: () => ({ class: css.text ?? '', role: 'textbox', 'aria-multiline': 'true', 'aria-label': label, 'aria-readonly': String(!mayEdit()), ...(mayEdit() ? {} : { tabindex: '0' }) }),
    nodeViews: { task_item: (node, editor, getPos) => new TaskView(node, editor, getPos, taskLabel) },
    transformPasted: (slice) => (slice.size > MAX_PASTE ? Slice.empty : slice),
    handleClickOn(editor, _pos, _node, _nodePos, event) {
      const target = event.target instanceof Element ? event.target.closest('a') : null;
      const href = safeHref(target?.getAttribute('href'));
      // Where one may write, a press sets the cursor; with the key that opens elsewhere, it opens.
      if (href === null || (editor.editable && !event.ctrlKey && !event.metaKey)) return false;
      window.open(href, '_blank', 'noopener,noreferrer');
      return true;
    },
    dispatchTransaction(transaction) {
      // Plugins put some off to their next turn, in which the panel may be closed.
      if (view.isDestroyed) return;
      view.updateState(view.state.apply(transaction));
      onChange(view);
    },
  });
  return view;
}

/**
 * To the beginning of the text; `selects` what lies between. Chromium does nothing at these keys where a box that is not
 * text comes first, as the one of a task does.
 */
function toStart(selects: boolean): Command {
  return ({ tr, selection: { $anchor } }, dispatch) => {
    const start = Selection.atStart(tr.doc);
    dispatch?.(tr.setSelection(selects ? TextSelection.between($anchor, start.$head) : start).scrollIntoView());
    return true;
  };
}

/** Checks or clears the box of the task that one writes in. */
const toggleTask: Command = (state, dispatch) => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (node.type !== nodes.task_item) continue;
    dispatch?.(state.tr.setNodeAttribute($from.before(depth), 'checked', node.attrs.checked !== true));
    return true;
  }
  return false;
};

function cursor({ name, hue }: { name: string; hue: number }): HTMLElement {
  const mark = document.createElement('span');
  mark.className = css.cursor ?? '';
  // By the object model: a style in the markup is what our policy forbids.
  mark.style.setProperty('--hue', String(hue));
  const flag = document.createElement('span');
  flag.className = css.flag ?? '';
  flag.dataset.name = name;
  mark.append('\u2060', flag, '\u2060');
  return mark;
}

/** A task: a box that everybody may check, and its text. */
class TaskView implements NodeView {
  readonly dom = document.createElement('li');
  readonly contentDOM = document.createElement('div');
  private readonly box = document.createElement('input');

  constructor(
    node: Node,
    private readonly view: EditorView,
    private readonly getPos: () => number | undefined,
    label: string,
  ) {
    this.box.type = 'checkbox';
    this.box.setAttribute('aria-label', label);
    const place = document.createElement('span');
    place.contentEditable = 'false';
    place.append(this.box);
    this.dom.append(place, this.contentDOM);
    this.box.addEventListener('change', () => this.onChange());
    this.show(node);
  }

  update(node: Node): boolean {
    if (node.type !== nodes.task_item) return false;
    this.show(node);
    return true;
  }

  stopEvent(event: Event): boolean {
    return event.target === this.box;
  }

  ignoreMutation(change: { readonly target: globalThis.Node }): boolean {
    return !this.contentDOM.contains(change.target);
  }

  private show(node: Node): void {
    const checked = node.attrs.checked === true;
    this.box.checked = checked;
    this.box.disabled = !this.view.editable;
    this.dom.dataset.checked = String(checked);
  }

  private onChange(): void {
    const at = this.getPos();
    if (at === undefined || !this.view.editable) return;
    this.view.dispatch(this.view.state.tr.setNodeAttribute(at, 'checked', this.box.checked));
  }
}
