import { useEffect, useRef } from 'react';
import { recall, remember } from '@/sdk/memory';
import { createStore, type Readable } from '@/sdk/store';

/** What a key can stand for, in the order in which people look for them. */
export const COMMANDS = ['mic', 'talk', 'camera', 'share', 'hand', 'people', 'chat', 'layout', 'captions', 'pip', 'fullscreen', 'settings', 'help'] as const;

export type Command = (typeof COMMANDS)[number];
/** One key for each command, and no key for two: lower-case, as the keyboard event has it. */
export type Bindings = Readonly<Record<Command, string>>;

export const ORIGINAL: Bindings = {
  mic: 'm',
  talk: ' ',
  camera: 'v',
  share: 's',
  hand: 'h',
  people: 'p',
  chat: 'c',
  layout: 'l',
  captions: 't',
  pip: 'i',
  fullscreen: 'f',
  settings: ',',
  help: '?',
};

/** Means something only in a meeting with an application plane. */
export const MEETING_COMMANDS: ReadonlySet<Command> = new Set(['hand', 'chat']);

/** Escape closes, always: it is what a person presses who wants out. */
const CLOSE = 'Escape';

const enabled = createStore<boolean>(true);
const bound = createStore<Bindings>(ORIGINAL);

/** Single keys can be switched off: whoever speaks to the computer types them (WCAG 2.1.4). */
export const shortcutsEnabled: Readable<boolean> = enabled;
export const bindings: Readable<Bindings> = bound;

export function setShortcutsEnabled(on: boolean): void {
  enabled.set(on);
  remember('shortcuts', on);
}

export type Rebound = { readonly ok: true } | { readonly ok: false; readonly why: 'reserved' } | { readonly ok: false; readonly why: 'taken'; readonly by: Command };

/** Gives a command another key; refused if that key has a meaning already, here or to the browser. */
export function rebind(command: Command, key: string): Rebound {
  const wanted = normal(key);
  if (!isFree(wanted)) return { ok: false, why: 'reserved' };
  const by = COMMANDS.find((other) => other !== command && bound.get()[other] === wanted);
  if (by !== undefined) return { ok: false, why: 'taken', by };
  keep({ ...bound.get(), [command]: wanted });
  return { ok: true };
}

export function resetBindings(): void {
  keep(ORIGINAL);
}

function keep(next: Bindings): void {
  bound.set(next);
  remember('keys', COMMANDS.map((command) => next[command]).join('\n'));
}

/** As it was left; what another version wrote, or a hand that made two of one, is not taken. */
export function recallShortcuts(): void {
  enabled.set(recall('shortcuts'));
  const keys = recall('keys').split('\n');
  const sound = keys.length === COMMANDS.length && new Set(keys).size === keys.length && keys.every(isFree);
  bound.set(sound ? (Object.fromEntries(COMMANDS.map((command, i) => [command, keys[i]])) as Bindings) : ORIGINAL);
}

/** One letter, digit or sign. Named keys (Tab, Enter, arrows, F5) move and operate the page itself. */
function isFree(key: string): boolean {
  return /^.$/u.test(key);
}

function normal(key: string): string {
  return isFree(key) ? key.toLowerCase() : key;
}

type Key = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat' | 'target'>;

/** On a keyboard of another script the key in the same place counts: ش stands where A does. */
function keyOf({ key, code }: Pick<Key, 'key' | 'code'>): string {
  const foreign = /^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key);
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return normal(foreign && letter !== undefined ? letter : key);
}

/** The command a key stands for, if it is pressed as a command and not as a letter. */
export function commandOf(event: Key, allowed = true, keys: Bindings = bound.get()): Command | 'close' | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  const target = event.target;
  if (target instanceof HTMLElement && target.closest('input:not([type=checkbox]), textarea, select, dialog, [contenteditable]')) return null;
  if (event.key === CLOSE) return 'close';
  if (!allowed) return null;
  const key = keyOf(event);
  // The space bar presses what has the focus; only elsewhere is it ours.
  if (key === ' ' && target instanceof HTMLElement && target.closest('button, a, input, [role=menuitem], [tabindex]') !== null) return null;
  return COMMANDS.find((command) => keys[command] === key) ?? null;
}

/** Calls `run` for each command typed anywhere on the page, and `hold` as the key for talking goes down and up. */
export function useShortcuts(run: (command: Exclude<Command, 'talk'> | 'close') => void, hold: (down: boolean) => void = () => undefined): void {
  const latest = useRef({ run, hold });
  useEffect(() => {
    latest.current = { run, hold };
  });
  useEffect(() => {
    let held: string | null = null;
    const release = (): void => {
      if (held === null) return;
      held = null;
      latest.current.hold(false);
    };
    const onKey = (event: KeyboardEvent): void => {
      // A held space bar would scroll the page.
      if (held !== null && event.code === held) event.preventDefault();
      const command = commandOf(event, enabled.get());
      if (command === null) return;
      if (command === 'talk') {
        event.preventDefault();
        held = event.code;
        latest.current.hold(true);
        return;
      }
      if (command !== 'close') event.preventDefault();
      latest.current.run(command);
    };
    const onUp = (event: KeyboardEvent): void => {
      if (event.code === held) release();
    };
    window.addEventListener('keydown', onKey);
    window.addEventListener('keyup', onUp);
    // Another window may take the focus and with it the end of the key press.
    window.addEventListener('blur', release);
    return () => {
      release();
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('keyup', onUp);
      window.removeEventListener('blur', release);
    };
  }, []);
}
