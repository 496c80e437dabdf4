import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Person, VideoSource } from '@/sdk/call';
import { Stage } from './Stage';

const source = (id: string): VideoSource & { attach: ReturnType<typeof vi.fn>; detach: ReturnType<typeof vi.fn> } => {
  const detach = vi.fn();
  return { id, aspect: 16 / 9, attach: vi.fn(() => detach), detach };
};

const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id,
  isLocal: false,
  mic: 'on',
  camera: null,
  share: null,
  speaking: false,
  quality: 'good',
  paused: false,
  volume: 1,
  ...more,
});

const me = person('me', { isLocal: true });

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
    disconnect(): void {}
  });
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1280);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);
  window.matchMedia = vi.fn().mockReturnValue({ matches: false });
});

const stage = (people: Person[], mode: 'grid' | 'speaker' = 'grid') => (
  <Stage people={people} mode={mode} room={ROOM} pinned={NOBODY} onPin={() => undefined} onShowPeople={() => undefined} invitation={<p>invite</p>} />
);
const NOBODY: ReadonlySet<string> = new Set();
const ROOM = { top: 0, bottom: 88, fullTop: 0, line: 0 };
const videoOf = (id: string) => document.querySelector<HTMLVideoElement>(`[data-identity="${id}"] video`);

describe('the pictures on the stage', () => {
  it('are attached once, whatever else changes', () => {
    const picture = source('TR_1');
    const ada = person('ada', { camera: picture });
    const { rerender } = render(stage([me, ada]));
    const video = videoOf('ada');
    rerender(stage([me, { ...ada, speaking: true }]));
    rerender(stage([me, { ...ada, mic: 'off' }, person('bob'), person('cyd')]));
    rerender(stage([me, ada, person('bob'), person('cyd')], 'speaker'));
    rerender(stage([me, ada, person('bob', { share: source('TR_9') })]));
    expect(videoOf('ada')).toBe(video);
    expect(picture.attach).toHaveBeenCalledTimes(1);
    expect(picture.detach).not.toHaveBeenCalled();
  });

  it('use the same element for a camera that was off and comes back as another track', () => {
    const first = source('TR_1');
    const second = source('TR_2');
    const { rerender } = render(stage([me, person('ada', { camera: first })]));
    const video = videoOf('ada');
    rerender(stage([me, person('ada')]));
    expect(first.detach).toHaveBeenCalledTimes(1);
    rerender(stage([me, person('ada', { camera: second })]));
    expect(second.attach).toHaveBeenCalledWith(video);
  });

  it('are let go of when their person leaves', () => {
    const picture = source('TR_1');
    const { rerender } = render(stage([me, person('ada', { camera: picture })]));
    rerender(stage([me]));
    expect(picture.detach).toHaveBeenCalledTimes(1);
  });

  it('show from the first frame on, not before', () => {
    render(stage([me, person('ada', { camera: source('TR_1') })]));
    const video = videoOf('ada') as HTMLVideoElement;
    expect(video.classList).not.toContain('visible');
    act(() => void video.dispatchEvent(new Event('loadeddata')));
    expect(video.classList).toContain('visible');
  });

  it('keep the order of their elements while a screen is shared', () => {
    const order = () => [...document.querySelectorAll('[data-identity]')].map((tile) => tile.getAttribute('data-identity'));
    const { rerender } = render(stage([me, person('ada'), person('bob')]));
    rerender(stage([me, person('ada', { share: source('TR_9') }), person('bob')]));
    expect(order()).toEqual(['me', 'ada', 'bob', 'ada']);
  });
});

describe('the stage', () => {
  it('says of everyone in words what it shows', () => {
    render(stage([me, person('ada', { mic: 'off' }), person('bob', { speaking: true })]));
    expect(screen.getByRole('listitem', { name: 'ada, muted, camera off' })).toBeDefined();
    expect(screen.getByRole('listitem', { name: 'bob, microphone on, camera off, speaking' })).toBeDefined();
  });

  it('says in words that a picture is paused', () => {
    render(stage([me, person('ada', { paused: true }), person('bob')]));
    expect(screen.getByText('Picture paused: your network is slow')).toBeDefined();
  });

  it('invites others while we are alone, and only then', () => {
    const { rerender } = render(stage([me]));
    expect(screen.getByText('invite')).toBeDefined();
    rerender(stage([me, person('ada')]));
    expect(screen.queryByText('invite')).toBeNull();
  });

  it('goes on from its last page by a finger, not by a mouse and not backwards', () => {
    const onPastLast = vi.fn();
    const { container } = render(
      <Stage people={[me, person('ada')]} mode="grid" room={ROOM} pinned={NOBODY} onPin={() => undefined} onShowPeople={() => undefined} onPastLast={onPastLast} invitation={null} />,
    );
    // jsdom's pointers are of no type.
    const touch = (name: string, clientX: number, pointerType: string) =>
      fireEvent(container.firstElementChild as Element, Object.assign(new MouseEvent(name, { bubbles: true, clientX, clientY: 300 }), { pointerType }));
    const swipe = (by: number, pointerType: string) => {
      touch('pointerdown', 200, pointerType);
      touch('pointerup', 200 + by, pointerType);
    };
    swipe(-120, 'mouse');
    swipe(120, 'touch');
    swipe(-20, 'touch');
    expect(onPastLast).not.toHaveBeenCalled();
    swipe(-120, 'touch');
    expect(onPastLast).toHaveBeenCalledTimes(1);
  });

  it('does not show our own screen to ourselves', () => {
    render(stage([{ ...me, share: source('TR_1') }, person('ada')]));
    expect(document.querySelectorAll('[data-kind="screen"]')).toHaveLength(0);
  });
});
