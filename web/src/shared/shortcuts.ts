import { useEffect, useRef } from 'react';
import { recall, remember } from '@/sdk/memory';
import { createStore, type Readable } from '@/sdk/store';

export type Command = 'mic' | 'camera' | 'share' | 'people' | 'layout' | 'fullscreen' | 'help' | 'close';

const COMMANDS: Readonly<Record<string, Command>> = {
  m: 'mic',
  v: 'camera',
  s: 'share',
  p: 'people',
  l: 'layout',
  f: 'fullscreen',
  '?': 'help',
  Escape: 'close',
};

const enabled = createStore<boolean>(true);

/** Single keys can be switched off: whoever speaks to the computer types them (WCAG 2.1.4). */
export const shortcutsEnabled: Readable<boolean> = enabled;

export function setShortcutsEnabled(on: boolean): void {
  enabled.set(on);
  remember('shortcuts', on);
}

export function recallShortcuts(): void {
  enabled.set(recall('shortcuts'));
}

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat' | 'target'>;

/** The command a key stands for, if it is pressed as a command and not as a letter. */
export function commandOf(event: Key, allowed = true): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  const target = event.target;
  if (target instanceof HTMLElement && target.closest('input:not([type=checkbox]), textarea, select, dialog, [contenteditable]')) return null;
  const command = COMMANDS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
  return allowed || command === 'close' ? command : null;
}

/** Calls `run` for each command typed anywhere on the page. */
export function useShortcuts(run: (command: Command) => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const command = commandOf(event, enabled.get());
      if (command === null) return;
      if (command !== 'close') event.preventDefault();
      latest.current(command);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
