import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { SILENT_LEVEL, type Level } from '@/sdk/level';
import { Bar } from './Bar';
import { MoreMenu } from './MoreMenu';

const on = { on: true, busy: false };
const off = { on: false, busy: false };

function bar(call: { mic: typeof on; camera: typeof on; share: typeof on }, micLevel: Level = SILENT_LEVEL) {
  const acts = { onMic: vi.fn(), onCamera: vi.fn(), onShare: vi.fn(), onMode: vi.fn(), onPeople: vi.fn(), onLeave: vi.fn() };
  render(<Bar call={call} micLevel={micLevel} count={3} nextMode="speaker" peopleOpen={false} canShare away={false} compact={false} more={null} {...acts} />);
  return acts;
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

describe('the controls', () => {
  it('are called by what they will do, not by what is', () => {
    bar({ mic: on, camera: off, share: off });
    const names = screen.getAllByRole('button').map((button) => button.getAttribute('aria-label'));
    expect(names).toEqual(['Mute microphone', 'Turn camera on', 'Share screen', 'Show the speaker large', 'People (3)', 'Leave']);
  });

  it('do what they are called', () => {
    const acts = bar({ mic: off, camera: on, share: on });
    press('Unmute microphone');
    press('Turn camera off');
    press('Stop sharing');
    press('Leave');
    for (const act of [acts.onMic, acts.onCamera, acts.onShare, acts.onLeave]) expect(act).toHaveBeenCalledTimes(1);
    expect(acts.onPeople).not.toHaveBeenCalled();
  });

  it('show the voice inside the microphone, without drawing the bar anew', () => {
    let say: (level: number) => void = () => undefined;
    const leave = vi.fn();
    bar({ mic: on, camera: on, share: off }, { subscribe: (listener) => ((say = listener), leave) });
    say(0.5);
    const fill = document.querySelector<SVGElement>('[data-control="mic"] .fill');
    expect(fill?.style.getPropertyValue('--level')).toBe('0.500');
  });
});

describe('the menu', () => {
  const items = ['Devices', 'Full screen', 'Theme'].map((label) => ({ label, icon: null, onSelect: vi.fn() }));
  const open = () => {
    render(<MoreMenu items={items} onOpenChange={vi.fn()} />);
    press('More');
  };
  const focused = () => document.activeElement?.textContent;

  it('is walked through with the arrows, round and round', () => {
    open();
    expect(focused()).toBe('Devices');
    const key = (name: string) => fireEvent.keyDown(document.activeElement as Element, { key: name });
    key('ArrowDown');
    expect(focused()).toBe('Full screen');
    key('End');
    key('ArrowDown');
    expect(focused()).toBe('Devices');
    key('ArrowUp');
    expect(focused()).toBe('Theme');
  });

  it('closes by Escape and gives the focus back to its button', () => {
    open();
    fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'More' }));
  });

  it('does one thing and closes', () => {
    open();
    fireEvent.click(screen.getByRole('menuitem', { name: 'Full screen' }));
    expect(items[1]?.onSelect).toHaveBeenCalledTimes(1);
    expect(items[0]?.onSelect).not.toHaveBeenCalled();
    expect(screen.queryByRole('menu')).toBeNull();
  });
});
