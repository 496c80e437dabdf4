import { describe, expect, it } from 'vitest';
import * as chat from './chat';
import { aMessage, dice, instant } from './testing';

const ids = ({ messages }: chat.ChatState) => messages.map(({ id }) => id);
const draft = (key: string, text: string, more: Partial<chat.Draft> = {}): chat.Draft => ({ key, text, to: null, replyTo: null, files: [], failed: false, ...more });
const page = (...messages: chat.Page['items']): chat.Page => ({ items: messages, next: null });

describe('the chat', () => {
  it('is in the order of time, however its messages arrive', () => {
    const roll = dice(5);
    const all = Array.from({ length: 50 }, (_, i) => aMessage(`m${i}`, i * 1000));
    const shuffled = [...all, ...all].map((message) => ({ message, at: roll() })).sort((a, b) => a.at - b.at);
    const state = shuffled.reduce((now, { message }) => chat.received(now, message), chat.NO_CHAT);
    expect(ids(state)).toEqual(all.map(({ id }) => id));
    expect(state.unread).toBe(50);
  });

  it('keeps the order of arrival of what was said in the same moment', () => {
    const state = ['a', 'b', 'c'].reduce((now, id) => chat.received(now, aMessage(id, 7)), chat.NO_CHAT);
    expect(ids(state)).toEqual(['a', 'b', 'c']);
  });

  it('never brings back what was deleted, nor an older wording', () => {
    const edited = aMessage('a', 1, { text: 'new', edited_at: instant(9) });
    const gone = aMessage('b', 2, { text: '', deleted: true });
    let state = chat.pageLoaded(chat.NO_CHAT, page(edited, gone));
    state = chat.received(chat.received(state, aMessage('a', 1)), aMessage('b', 2));
    expect(state.messages).toEqual([edited, gone]);
    expect(state.unread).toBe(0);
  });

  it('counts what others said since it was looked at', () => {
    let state = chat.received(chat.NO_CHAT, aMessage('a', 1));
    state = chat.received(state, aMessage('b', 2, { is_mine: true }));
    state = chat.received(state, aMessage('a', 1, { text: 'edited', edited_at: instant(3) }));
    expect(state.unread).toBe(1);
    state = chat.seen(state);
    expect(state.unread).toBe(0);
    expect(chat.seen(state)).toBe(state);
  });

  it('goes back page by page until there is no more', () => {
    let state = chat.received(chat.NO_CHAT, aMessage('d', 4));
    expect(chat.shown(state).more).toBe(false);
    state = chat.pageLoaded(chat.loading(state), { items: [aMessage('c', 3), aMessage('d', 4)], next: 'x' });
    expect(chat.shown(state)).toMatchObject({ more: true, loading: false });
    state = chat.pageLoaded(state, { items: [aMessage('a', 1), aMessage('b', 2)], next: null });
    expect(ids(state)).toEqual(['a', 'b', 'c', 'd']);
    expect(chat.shown(state).more).toBe(false);
  });

  it('can ask again for a page that could not be read', () => {
    const state = chat.pageLoaded(chat.loading(chat.NO_CHAT), null);
    expect(state).toEqual(chat.NO_CHAT);
  });

  it('is read anew after a gap, and keeps what came while it was read', () => {
    let state = chat.pageLoaded(chat.NO_CHAT, { items: [aMessage('a', 1), aMessage('b', 2)], next: 'x' });
    state = chat.received(state, aMessage('d', 9));
    state = chat.readAnew(state, { items: [aMessage('b', 2, { text: '', deleted: true }), aMessage('c', 3)], next: 'y' });
    expect(ids(state)).toEqual(['b', 'c', 'd']);
    expect(state).toMatchObject({ older: 'y', messages: [{ deleted: true }, {}, {}] });
  });
});

describe('what is typed here', () => {
  it('is shown at once, and once: whether the answer or the event comes first', () => {
    const sent = chat.drafted(chat.NO_CHAT, draft('k', 'Hello'));
    const message = aMessage('m', 1, { text: 'Hello', is_mine: true });
    const answerFirst = chat.received(chat.acknowledged(sent, 'k', message), message);
    const eventFirst = chat.acknowledged(chat.received(sent, message), 'k', message);
    for (const state of [answerFirst, eventFirst]) {
      expect(ids(state)).toEqual(['m']);
      expect(state.sending).toEqual([]);
      expect(state.unread).toBe(0);
    }
  });

  it('is taken for what was meant for the same person', () => {
    const sent = chat.drafted(chat.drafted(chat.NO_CHAT, draft('k1', 'Hi', { to: 'p2' })), draft('k2', 'Hi'));
    const state = chat.received(sent, aMessage('m', 1, { text: 'Hi', is_mine: true }));
    expect(state.sending.map(({ key }) => key)).toEqual(['k1']);
  });

  it('stays when it failed, can be tried again in one piece, or forgotten', () => {
    const failed = chat.drafted(chat.drafted(chat.NO_CHAT, draft('k', 'Hi')), draft('k', 'Hi', { failed: true }));
    expect(failed.sending).toEqual([draft('k', 'Hi', { failed: true })]);
    expect(chat.discarded(failed, 'k').sending).toEqual([]);
  });
});

describe('reading a page', () => {
  it('turns round what the server gives newest first', () => {
    const told = { items: [aMessage('b', 2), aMessage('a', 1)], next: 'x' };
    expect(chat.readPage(told)).toEqual({ items: [aMessage('a', 1), aMessage('b', 2)], next: 'x' });
  });

  it.each([null, 7, {}, { items: 'x' }])('finds none in %j', (body) => expect(chat.readPage(body)).toBeNull());
  it('leaves out what is no message', () => expect(chat.readPage({ items: [null, 7, {}, aMessage('a', 1)] })).toEqual(page(aMessage('a', 1))));
});
