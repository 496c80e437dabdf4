import { describe, expect, it } from 'vitest';
import { judge, type Findings } from './verdict';

const fine: Findings = { trips: [20, 22, 19, 25, 21], media: 'flows', mediaRttMs: 18, detour: false };

describe('the verdict on a network', () => {
  it.each([
    ['good', {}],
    ['away', { trips: [], media: 'unknown' }],
    ['blocked', { media: 'blocked' }],
    ['slow', { mediaRttMs: 380 }],
    ['slow', { trips: [400, 410, 420], mediaRttMs: null }],
    ['shaky', { trips: [20, 300, 25, 310, 290], mediaRttMs: 100 }],
    ['detour', { detour: true }],
    ['slow', { detour: true, mediaRttMs: 500 }],
  ] as const)('is "%s" after %j', (verdict, found) => {
    expect(judge({ ...fine, ...found })).toBe(verdict);
  });

  it('forgives a single slow trip: a new connection takes longer', () => {
    expect(judge({ ...fine, trips: [400, 20, 22, 21, 19] })).toBe('good');
  });

  it('believes the media path rather than a busy signaling server', () => {
    expect(judge({ ...fine, trips: [500, 500, 500], mediaRttMs: 30 })).toBe('good');
  });
});
