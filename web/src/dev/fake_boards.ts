import * as Y from 'yjs';
import { Board } from '@/sdk/boards/board';
import { Drawing } from '@/sdk/boards/drawing';
import { FakeBoards } from '@/sdk/boards/fake_boards';
import type { BoardPlane } from '@/sdk/meeting/boards';

/** Notes and a whiteboard that somebody else has begun, and who points at them now. */
export function fakeBoards(me: string, other: string, empty: boolean): BoardPlane {
  const boards = new FakeBoards();
  const plane = boards.planeFor(me);
  if (empty) return plane;
  const theirs = boards.planeFor(other);
  const notes = new Board({ plane: theirs, name: 'notes', me: other });
  notes.setMayEdit(true);
  writeNotes(notes.doc);
  const whiteboard = new Board({ plane: theirs, name: 'whiteboard', me: other });
  whiteboard.setMayEdit(true);
  draw(new Drawing(whiteboard.doc));
  setInterval(() => whiteboard.presence.awareness.setLocalState({ pointer: { x: 420, y: 170 } }), 1000);
  return plane;
}

function element(name: string, attributes: Record<string, string>, ...content: (string | Y.XmlElement)[]): Y.XmlElement {
  const made = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.insert(0, content.map((one) => (typeof one === 'string' ? new Y.XmlText(one) : one)));
  return made;
}

const paragraph = (text: string): Y.XmlElement => element('paragraph', {}, text);

function task(text: string, checked: boolean): Y.XmlElement {
  const made = element('task_item', {}, paragraph(text));
  made.setAttribute('checked', checked as unknown as string);
  return made;
}

function writeNotes(doc: Y.Doc): void {
  const heading = element('heading', {}, 'Weekly planning');
  heading.setAttribute('level', 1 as unknown as string);
  const second = element('heading', {}, 'Decided');
  second.setAttribute('level', 2 as unknown as string);
  doc.getXmlFragment('notes').insert(0, [
    heading,
    paragraph('The release is on Thursday. Grace looks after the migration, and everybody reads the notes before.'),
    second,
    element('bullet_list', {}, element('list_item', {}, paragraph('Two reviewers for every change')), element('list_item', {}, paragraph('Numbers before opinions'))),
    element('task_list', {}, task('Book the room', true), task('Send the agenda to everyone who was not here today', false)),
  ]);
}

function draw(drawing: Drawing): void {
  const usual = { w: 0, h: 0, text: '', points: [] };
  drawing.add({ ...usual, kind: 'rectangle', x: 60, y: 60, w: 180, h: 100, colour: 'blue' });
  drawing.add({ ...usual, kind: 'text', x: 80, y: 85, w: 150, h: 45, colour: 'blue', text: 'Edge' });
  drawing.add({ ...usual, kind: 'arrow', x: 250, y: 110, w: 110, h: 0, colour: 'black' });
  drawing.add({ ...usual, kind: 'ellipse', x: 370, y: 55, w: 170, h: 110, colour: 'green' });
  drawing.add({ ...usual, kind: 'note', x: 90, y: 220, w: 180, h: 150, colour: 'orange', text: 'Who is on call at the weekend?' });
  drawing.add({ ...usual, kind: 'note', x: 300, y: 220, w: 180, h: 150, colour: 'purple', text: 'مرحبا بالجميع' });
  const points = Array.from({ length: 60 }, (_, i) => [i * 3, Math.round(Math.sin(i / 5) * 24)]).flat();
  drawing.add({ ...usual, kind: 'pen', x: 70, y: 420, colour: 'red', points });
}
