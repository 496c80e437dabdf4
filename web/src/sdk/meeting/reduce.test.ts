import { describe, expect, it } from 'vitest';
import { readEvent, type Numbered } from './events';
import { loaded, MAX_WAITING, NOTHING, readState, reduce, type Known } from './reduce';
import { aMe, aMeeting, aParticipant, aPoll, aState, dice, history, instant } from './testing';
import type { MeetingState } from './types';

const from = (state: MeetingState): Known => loaded(NOTHING, state);
const play = (events: readonly Numbered[], known: Known): Known => events.reduce(reduce, known);
const stateAfter = (events: readonly Numbered[]): MeetingState => play(events, from(aState())).state as MeetingState;

describe('what is known of a meeting', () => {
  it('is what was read, and each event replaces its thing in its place', () => {
    const known = play(
      [
        { id: 4, event: { on: 'participant', participant: aParticipant('p2') } },
        { id: 5, event: { on: 'participant', participant: aParticipant('p1', { hand_at: instant(5) }) } },
        { id: 6, event: { on: 'poll', poll: aPoll('a', { voters: 3 }) } },
        { id: 9, event: { on: 'timer', timer: { ends_at: instant(60_000), seconds: 60, label: 'Break' } } },
      ],
      from(aState({ seq: 3 })),
    );
    expect(known.state).toMatchObject({
      seq: 9,
      participants: [{ id: 'p1', hand_at: instant(5) }, { id: 'p2' }],
      polls: [{ id: 'a', voters: 3 }],
      timer: { label: 'Break' },
    });
    expect(known.stale).toBe(false);
  });

  it('keeps how we voted where an event, told to all, does not say it', () => {
    const told = (id: number, poll: object): Numbered => {
      const event = readEvent('poll', JSON.stringify(poll), String(id));
      if (event === null) throw new Error('not an event');
      return event;
    };
    const toAll = { ...aPoll('a', { state: 'open' }), mine: undefined };
    const mineAfter = (events: readonly Numbered[]): unknown => stateAfter(events).polls[0]?.mine;
    expect(mineAfter([told(8, toAll)])).toBeNull();
    expect(mineAfter([told(8, toAll), told(9, { ...toAll, mine: [1] }), told(10, { ...toAll, voters: 9 })])).toEqual([1]);
  });

  it('is not changed by an event that is in the state already', () => {
    const known = from(aState({ seq: 7, meeting: aMeeting({ title: 'New' }) }));
    expect(reduce(known, { id: 7, event: { on: 'meeting', meeting: aMeeting({ title: 'Old' }) } })).toBe(known);
  });

  it('is read anew after a reset; what comes meanwhile is kept for it', () => {
    const reset = play(
      [
        { id: null, event: { on: 'reset' } },
        { id: 8, event: { on: 'lobby_message', text: 'in the state' } },
        { id: 9, event: { on: 'lobby_message', text: 'after it' } },
      ],
      from(aState({ seq: 3 })),
    );
    expect(reset).toMatchObject({ stale: true, state: { seq: 3, lobby_message: '' } });
    const fresh = loaded(reset, aState({ seq: 8, lobby_message: 'in the state' }));
    expect(fresh).toMatchObject({ stale: false, waiting: [], state: { seq: 9, lobby_message: 'after it' } });
  });

  it('is read anew by who is let in: they were told of nobody before', () => {
    const outside = from(aState({ seq: 3, me: aMe({ state: 'waiting', why: 'lobby' }), participants: [] }));
    const known = play(
      [
        { id: 4, event: { on: 'me', me: aMe({ state: 'inside' }) } },
        { id: 5, event: { on: 'participant', participant: aParticipant('p9') } },
      ],
      outside,
    );
    expect(known).toMatchObject({ stale: true, state: { me: { state: 'inside' } } });
    const inside = loaded(known, aState({ seq: 4, participants: [aParticipant('p1'), aParticipant('p2')] }));
    expect(inside.state?.participants.map(({ id }) => id)).toEqual(['p1', 'p2', 'p9']);
  });

  it('is read anew when the server’s numbers are behind ours: it was set back to a copy', () => {
    const known = from(aState({ seq: 30 }));
    expect(reduce(known, { id: null, event: { on: 'hello', seq: 12, now: '' } }).stale).toBe(true);
    expect(reduce(known, { id: null, event: { on: 'hello', seq: 30, now: '' } }).stale).toBe(false);
    expect(reduce(known, { id: null, event: { on: 'hello', seq: 31, now: '' } }).stale).toBe(false);
  });

  it('keeps a bounded number of events waiting, and reads once more when it could not', () => {
    let known: Known = NOTHING;
    for (let id = 1; id <= MAX_WAITING + 5; id++) {
      known = reduce(known, { id, event: { on: 'lobby_message', text: `${id}` } });
      expect(known.waiting.length).toBeLessThanOrEqual(MAX_WAITING);
    }
    known = loaded(known, aState({ seq: 3 }));
    expect(known).toMatchObject({ stale: true, state: { seq: 3 } });
    known = loaded(known, aState({ seq: MAX_WAITING + 5, lobby_message: 'all' }));
    expect(known).toMatchObject({ stale: false, lost: false, state: { lobby_message: 'all' } });
  });
});

const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1);

describe('whatever the network does', () => {
  it.each(SEEDS)('events that come twice, late and in repeated runs lead to the same state (seed %i)', (seed) => {
    const roll = dice(seed);
    const all = history(roll, 60);
    const truth = stateAfter(all);
    let known = from(aState());
    let next = 0;
    while (next < all.length) {
      const now = roll();
      if (now < 0.15) {
        // The stream broke and repeats some of what was there.
        next = Math.max(0, next - Math.floor(roll() * 10));
      } else if (now < 0.3) {
        // Something old, out of its turn.
        known = reduce(known, all[Math.floor(roll() * next)] ?? { id: null, event: { on: 'hello', seq: 99_999, now: '' } });
      } else {
        known = reduce(known, all[next++] as Numbered);
      }
    }
    expect(known.state).toEqual(truth);
  });

  it.each(SEEDS)('a gap with a reset, and events around the reading, lead to the same state (seed %i)', (seed) => {
    const roll = dice(seed * 7919);
    const all = history(roll, 80);
    let known = from(aState());
    let next = 0;
    while (next < all.length) {
      if (roll() > 0.06) {
        known = reduce(known, all[next++] as Numbered);
        continue;
      }
      // Too much was missed: some events never come, and the state is read at some moment before or after what follows.
      next = Math.min(all.length, next + Math.floor(roll() * 8));
      known = reduce(known, { id: null, event: { on: 'reset' } });
      const readAt = Math.min(all.length, next + Math.floor(roll() * 6));
      const toldUntil = Math.min(all.length, next + Math.floor(roll() * 6));
      for (; next < toldUntil; next++) known = reduce(known, all[next] as Numbered);
      known = loaded(known, stateAfter(all.slice(0, readAt)));
      expect(known.stale).toBe(false);
    }
    expect(known.state).toEqual(stateAfter(all));
  });

  it.each(SEEDS)('in any order at all, no event undoes a later one (seed %i)', (seed) => {
    const roll = dice(seed * 104_729);
    const all = history(roll, 40);
    const shuffled = all.map((event) => ({ event, at: roll() })).sort((a, b) => a.at - b.at).map(({ event }) => event);
    let known = from(aState());
    for (const event of shuffled) {
      const before = known;
      known = reduce(known, event);
      expect(known.state?.seq).toBe(Math.max(before.state?.seq ?? 0, event.id ?? 0));
      if ((event.id ?? 0) <= (before.state?.seq ?? 0)) expect(known).toBe(before);
    }
  });
});

describe('reading the state', () => {
  it('gives who waits a meeting without anybody in it', () => {
    const told = { seq: 4, now: instant(0), me: { participant: 'p1', state: 'waiting', why: 'lobby' }, meeting: { link: 'tea', title: '' }, lobby_message: 'Soon' };
    expect(readState(told)).toMatchObject({ seq: 4, participants: [], lobby: null, polls: [], breakouts: null, lobby_message: 'Soon', me: { capabilities: [] } });
  });

  it.each([null, 7, 'x', [], {}, { seq: 1 }, { seq: 'x', me: {}, meeting: {} }, { seq: 1, me: null, meeting: null }])('finds none in %j', (body) => {
    expect(readState(body)).toBeNull();
  });
});

describe('reading an event', () => {
  it.each([
    ['hello', '{"seq":3,"now":"2026"}', undefined, { id: null, event: { on: 'hello', seq: 3, now: '2026' } }],
    ['participant_left', '{"id":"p1"}', '12', { id: 12, event: { on: 'participant_left', id: 'p1' } }],
    ['timer', 'null', '13', { id: 13, event: { on: 'timer', timer: null } }],
    ['breakouts', 'null', '14', { id: 14, event: { on: 'breakouts', breakouts: null } }],
    ['reaction', '{"participant":"p1","emoji":"👏"}', undefined, { id: null, event: { on: 'reaction', participant: 'p1', emoji: '👏' } }],
  ])('%s %s', (name, data, id, event) => expect(readEvent(name, data, id)).toEqual(event));

  it.each([
    ['me', 'null'],
    ['me', '{}'],
    ['poll', '{"id":7}'],
    ['lobby', '{"waiting":{}}'],
    ['timer', '7'],
    ['from_the_future', '{"x":1}'],
    ['meeting', '{"link":"tea"'],
    ['participant', '[]'],
    [undefined, '"x"'],
  ])('leaves out %s %s', (name, data) => expect(readEvent(name, data, '5')).toBeNull());
});
