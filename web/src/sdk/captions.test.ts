import { describe, expect, it } from 'vitest';
import { CAPTION_STAYS_MS, withoutOld, withSegment, type Caption } from './captions';

const said = (id: string, text: string, finished = false) => ({ id, speaker: 'ada', text, finished });
const texts = (lines: readonly Caption[]): string[] => lines.map(({ text }) => text);

describe('captions', () => {
  it('grow where they are, while another one begins below', () => {
    let lines = withSegment([], said('1', 'good'), 0);
    lines = withSegment(lines, said('2', 'yes'), 1);
    lines = withSegment(lines, said('1', 'good morning', true), 2);
    expect(texts(lines)).toEqual(['good morning', 'yes']);
    expect(lines[0]).toMatchObject({ finished: true, at: 2 });
  });

  it('are gone when what was taken for words was none', () => {
    const lines = withSegment([], said('1', 'hm'), 0);
    expect(withSegment(lines, said('1', ' '), 1)).toEqual([]);
    expect(withSegment([], said('1', ''), 0)).toEqual([]);
  });

  it('are six at most, the latest', () => {
    let lines: readonly Caption[] = [];
    for (let i = 0; i < 9; i++) lines = withSegment(lines, said(String(i), String(i)), i);
    expect(texts(lines)).toEqual(['3', '4', '5', '6', '7', '8']);
  });

  it('go some seconds after their last word', () => {
    const lines = withSegment(withSegment([], said('1', 'old'), 0), said('2', 'new'), 5000);
    expect(texts(withoutOld(lines, CAPTION_STAYS_MS))).toEqual(['new']);
    expect(withoutOld(lines, 100)).toBe(lines);
  });
});
