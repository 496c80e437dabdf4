import { renderHook } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bindings, commandOf, ORIGINAL, rebind, recallShortcuts, resetBindings, useShortcuts } from './shortcuts';

const key = (key: string, more: object = {}) => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  target: document.body,
  ...more,
});

describe('a key', () => {
  it.each([
    ['m', 'mic'],
    ['M', 'mic'],
    ['v', 'camera'],
    ['s', 'share'],
    ['p', 'people'],
    ['l', 'layout'],
    ['?', 'help'],
    ['Escape', 'close'],
  ] as const)('%s means %s', (pressed, command) => {
    expect(commandOf(key(pressed))).toBe(command);
  });

  it('is a letter in a text field, not a command', () => {
    const input = document.createElement('input');
    expect(commandOf(key('m', { target: input }))).toBeNull();
    const button = document.createElement('button');
    expect(commandOf(key('m', { target: button }))).toBe('mic');
  });

  it.each(['ctrlKey', 'metaKey', 'altKey', 'repeat'])('belongs to the browser with %s', (modifier) => {
    expect(commandOf(key('p', { [modifier]: true }))).toBeNull();
  });

  it('does nothing when single keys are off, but Escape still closes', () => {
    expect(commandOf(key('m'), false)).toBeNull();
    expect(commandOf(key('Escape'), false)).toBe('close');
  });

  it('stays with the dialog that is open', () => {
    const dialog = document.createElement('dialog');
    dialog.innerHTML = '<button>ok</button>';
    expect(commandOf(key('m', { target: dialog.querySelector('button') }))).toBeNull();
  });
});

describe('a key of another script', () => {
  it('stands for the Latin letter in its place', () => {
    expect(commandOf(key('ь', { code: 'KeyM' }))).toBe('mic');
    expect(commandOf(key('ى', { code: 'KeyN' }))).toBeNull();
  });

  it('is itself where it is Latin, wherever it stands', () => {
    expect(commandOf(key('m', { code: 'Semicolon' }))).toBe('mic');
    expect(commandOf(key('a', { code: 'KeyM' }))).toBeNull();
  });
});

describe('changing keys', () => {
  afterEach(() => resetBindings());

  it('gives a command another key, and remembers it', () => {
    expect(rebind('mic', 'X')).toEqual({ ok: true });
    expect(commandOf(key('x'))).toBe('mic');
    expect(commandOf(key('m'))).toBeNull();
    const kept = localStorage.getItem('parley.keys');
    resetBindings();
    localStorage.setItem('parley.keys', kept ?? '');
    recallShortcuts();
    expect(bindings.get().mic).toBe('x');
  });

  it('refuses a key that is taken, by name, and leaves both as they were', () => {
    expect(rebind('mic', 'v')).toEqual({ ok: false, why: 'taken', by: 'camera' });
    expect(bindings.get()).toEqual(ORIGINAL);
    expect(rebind('mic', 'm')).toEqual({ ok: true });
  });

  it.each(['Tab', 'Enter', 'Escape', 'F5', 'ArrowLeft'])('leaves %s to the page', (name) => {
    expect(rebind('mic', name)).toEqual({ ok: false, why: 'reserved' });
  });

  it('believes no stored list that gives one key twice, or has the wrong length', () => {
    for (const bad of ['m\nm\nc\nd\ne\nf\ng\nh\ni\nj', 'a\nb', 'Tab\nb\nc\nd\ne\nf\ng\nh\ni\nj']) {
      localStorage.setItem('parley.keys', JSON.stringify(bad));
      recallShortcuts();
      expect(bindings.get()).toEqual(ORIGINAL);
    }
  });
});

describe('the key for talking', () => {
  const press = (type: 'keydown' | 'keyup', more: KeyboardEventInit = {}, target: EventTarget = document.body): void => {
    target.dispatchEvent(new KeyboardEvent(type, { key: ' ', code: 'Space', bubbles: true, cancelable: true, ...more }));
  };

  it('holds from down to up, once, however long it repeats', () => {
    const hold = vi.fn();
    renderHook(() => useShortcuts(vi.fn(), hold));
    press('keydown');
    press('keydown', { repeat: true });
    press('keyup');
    expect(hold.mock.calls).toEqual([[true], [false]]);
  });

  it('ends when the window loses the focus, and with the page', () => {
    const hold = vi.fn();
    const { unmount } = renderHook(() => useShortcuts(vi.fn(), hold));
    press('keydown');
    window.dispatchEvent(new Event('blur'));
    expect(hold.mock.calls).toEqual([[true], [false]]);
    press('keydown');
    unmount();
    expect(hold.mock.calls).toEqual([[true], [false], [true], [false]]);
  });

  it('presses a button that has the focus, and does not talk', () => {
    const hold = vi.fn();
    renderHook(() => useShortcuts(vi.fn(), hold));
    const button = document.body.appendChild(document.createElement('button'));
    press('keydown', {}, button);
    expect(hold).not.toHaveBeenCalled();
    button.remove();
  });
});
