import { fireEvent, render, screen, within } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Person } from '@/sdk/call';
import { loadLaterWords } from '@/shared/later_words';
import { PeoplePanel } from './PeoplePanel';
import { search } from './search';

const person = (name: string, more: Partial<Person> = {}): Person => ({
  id: name,
  name,
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

beforeAll(loadLaterWords);

const names = (people: readonly Person[]) => people.map(({ name }) => name);

describe('searching for a person', () => {
  const people = ['Jürgen Müller', 'Anne-Marie', 'Ada', 'Ömer'].map((name) => person(name));

  it.each([
    ['mul', ['Jürgen Müller']],
    ['MARIE', ['Anne-Marie']],
    ['a', ['Anne-Marie', 'Ada']],
    ['omer', ['Ömer']],
    ['jürgen m', ['Jürgen Müller']],
    ['x', []],
  ])('by "%s" finds %j', (query, expected) => {
    expect(names(search(people, query))).toEqual(expected);
  });

  it('finds everyone by nothing', () => {
    expect(search(people, '  ')).toBe(people);
  });
});

describe('the list of people', () => {
  const open = (people: Person[]) => {
    const on = { onPin: vi.fn(), onVolume: vi.fn() };
    return { on, ...render(<PeoplePanel people={people} link="http://x/m/tea" pinned={new Set()} meeting={null} state={null} onWrite={null} {...on} />) };
  };

  it('lets each voice be turned down, for ourselves, and anybody be pinned', () => {
    const { on } = open([person('Me', { isLocal: true }), person('Ada', { volume: 0.8 })]);
    fireEvent.click(screen.getByRole('button', { name: 'Options for Ada' }));
    const slider = screen.getByRole('slider', { name: 'Volume of Ada, for you only' });
    expect((slider as HTMLInputElement).value).toBe('80');
    fireEvent.change(slider, { target: { value: '35' } });
    expect(on.onVolume).toHaveBeenCalledWith('Ada', 0.35);
    fireEvent.click(screen.getByRole('button', { name: 'Pin Ada' }));
    expect(on.onPin).toHaveBeenCalledWith('Ada');
  });

  it('offers no volume of ourselves', () => {
    open([person('Me', { isLocal: true })]);
    fireEvent.click(screen.getByRole('button', { name: 'Options for Me' }));
    expect(screen.queryByRole('slider')).toBeNull();
  });


  it('says in words who is muted and who we are', () => {
    open([person('Me', { isLocal: true }), person('Ada', { mic: 'off' })]);
    const [mine, hers] = screen.getAllByRole('listitem') as [HTMLElement, HTMLElement];
    expect(within(mine).getByText('Me (you)')).toBeDefined();
    expect(within(mine).queryByText('Muted')).toBeNull();
    expect(within(hers).getByText('Muted')).toBeDefined();
  });

  it('offers a search once there are too many to see at a glance', () => {
    const many = Array.from({ length: 12 }, (_, i) => person(`Person ${i}`));
    const { unmount } = open(many.slice(0, 9));
    expect(screen.queryByRole('searchbox')).toBeNull();
    unmount();
    open(many);
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'nobody' } });
    expect(screen.getByText('Nobody here is called “nobody”.')).toBeDefined();
  });
});
