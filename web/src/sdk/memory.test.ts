import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_RECENTS, recall, remember, withRecent } from './memory';

afterEach(() => localStorage.clear());

describe('memory', () => {
  it('gives back what it was given', () => {
    remember('name', 'Ada');
    remember('mic', false);
    expect(recall('name')).toBe('Ada');
    expect(recall('mic')).toBe(false);
  });

  it('falls back when another version left something else behind', () => {
    localStorage.setItem('parley.name', '{"first":"Ada"}');
    localStorage.setItem('parley.mic', 'nonsense');
    localStorage.setItem('parley.recents', '[{"room":"tea","at":1},{"room":2},null]');
    expect(recall('name')).toBe('');
    expect(recall('mic')).toBe(true);
    expect(recall('recents')).toEqual([{ room: 'tea', at: 1 }]);
  });

  it('works, and forgets, where storage is forbidden', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('', 'QuotaExceededError');
    });
    expect(() => remember('name', 'Ada')).not.toThrow();
    expect(recall('name')).toBe('');
  });
});

describe('recent meetings', () => {
  it('hold each room once, the newest first', () => {
    const recents = withRecent([{ room: 'a', at: 1 }, { room: 'b', at: 2 }], { room: 'b', at: 3 });
    expect(recents).toEqual([{ room: 'b', at: 3 }, { room: 'a', at: 1 }]);
  });

  it('are bounded', () => {
    let recents = withRecent([], { room: 'r0', at: 0 });
    for (let i = 1; i < 20; i++) recents = withRecent(recents, { room: `r${i}`, at: i });
    expect(recents).toHaveLength(MAX_RECENTS);
    expect(recents[0]?.room).toBe('r19');
  });
});
