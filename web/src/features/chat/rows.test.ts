import { describe, expect, it } from 'vitest';
import { message } from '@/shared/testing/meeting';
import { chatRows, type ChatRow } from './rows';

const rows = (...messages: Parameters<typeof chatRows>[0]['messages']) => chatRows({ messages, sending: [], loading: false });
const heads = (all: readonly ChatRow[]) => all.map((row) => (row.kind === 'message' ? row.head : row.kind));

describe('messages', () => {
  it('of one person in one minute are one group', () => {
    expect(heads(rows(message('1'), message('2', { at: '2026-01-01T10:00:59.000Z' }), message('3', { at: '2026-01-01T10:01:00.000Z' }), message('4', { from: 'bob', at: '2026-01-01T10:01:00.000Z' })))).toEqual([true, false, true, true]);
  });

  it('that are private never hang below one that is not', () => {
    expect(heads(rows(message('1'), message('2', { to: 'me' }), message('3')))).toEqual([true, true, true]);
  });

  it('of two days have a line between them', () => {
    expect(heads(rows(message('1'), message('2', { at: '2026-01-03T10:00:00.000Z' })))).toEqual([true, 'day', true]);
  });

  it('quote what they answer, unless it is deleted or not here', () => {
    const quoted = rows(message('1'), message('2', { deleted: true, text: '' }), message('3', { reply_to: '1' }), message('4', { reply_to: '2' }), message('5', { reply_to: 'older' })).map((row) => (row.kind === 'message' ? row.quoted : null));
    expect(quoted.map((one) => (typeof one === 'object' ? (one?.id ?? null) : one))).toEqual([null, null, '1', 'gone', 'gone']);
  });

  it('ten thousand of them are put in order in no time', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => message(String(i)));
    const began = performance.now();
    expect(rows(...many)).toHaveLength(10_000);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
