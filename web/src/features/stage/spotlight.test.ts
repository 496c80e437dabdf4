import { describe, expect, it } from 'vitest';
import { moveSpotlight, NOBODY } from './spotlight';

const everyone = () => true;
const onAda = { id: 'ada', since: 1000 };

describe('the spotlight', () => {
  it('goes to the first who speaks', () => {
    expect(moveSpotlight(NOBODY, ['ada'], everyone, 1000)).toEqual(onAda);
  });

  it('stays on who speaks, though others speak too', () => {
    expect(moveSpotlight(onAda, ['bob', 'ada'], everyone, 60_000)).toBe(onAda);
  });

  it('stays three seconds before it moves on', () => {
    expect(moveSpotlight(onAda, ['bob'], everyone, 3999)).toBe(onAda);
    expect(moveSpotlight(onAda, ['bob'], everyone, 4000)).toEqual({ id: 'bob', since: 4000 });
  });

  it('stays where it was in silence', () => {
    expect(moveSpotlight(onAda, [], everyone, 60_000)).toBe(onAda);
  });

  it('moves on at once when its person left', () => {
    expect(moveSpotlight(onAda, ['bob'], (id) => id !== 'ada', 1001)).toEqual({ id: 'bob', since: 1001 });
    expect(moveSpotlight(onAda, [], (id) => id !== 'ada', 1001).id).toBeNull();
  });
});
