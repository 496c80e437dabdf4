import { describe, expect, it } from 'vitest';
import { commandOf } from './shortcuts';

const key = (key: string, more: object = {}) => ({
  key,
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
