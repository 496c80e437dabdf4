import { describe, expect, it } from 'vitest';
import { layOut, type Item, type Layout, type Scene } from './layout';

const people = (count: number): Item[] =>
  Array.from({ length: count }, (_, i) => ({ id: i === 0 ? 'me' : `p${i}`, kind: 'camera', isLocal: i === 0, upright: false }));

const screen: Item = { id: 'p1:screen', kind: 'screen', isLocal: false, upright: false };
const laptop = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };

const scene = (more: Partial<Scene>): Scene => ({
  items: people(4),
  mode: 'grid',
  spotlight: null,
  pinned: new Set(),
  forAll: [],
  page: 0,
  box: laptop,
  room: { top: 0, bottom: 88, fullTop: 0, line: 0 },
  ...more,
});

const roles = (layout: Layout): Record<string, string> =>
  Object.fromEntries(layout.placed.map(({ id, role }) => [id, role]));
const rectOf = (layout: Layout, id: string) => {
  const placed = layout.placed.find((one) => one.id === id);
  if (placed === undefined) throw new Error(`${id} has no place`);
  return placed.rect;
};

describe('the stage', () => {
  it('gives two people the whole picture of the other and a card of themselves', () => {
    const layout = layOut(scene({ items: people(2) }));
    expect(roles(layout)).toEqual({ me: 'card', p1: 'full' });
    expect(rectOf(layout, 'p1')).toEqual({ x: 0, y: 0, width: 1280, height: 800 });
  });

  it('shows ourselves as a card while we are alone', () => {
    expect(roles(layOut(scene({ items: people(1) })))).toEqual({ me: 'card' });
  });

  it('makes us a tile among tiles from three people on', () => {
    expect(new Set(Object.values(roles(layOut(scene({ items: people(3) })))))).toEqual(new Set(['tile']));
  });

  it('leaves the room of the controls free', () => {
    for (const count of [3, 9, 49]) {
      for (const { rect } of layOut(scene({ items: people(count) })).placed) {
        expect(rect.y + rect.height).toBeLessThanOrEqual(800 - 88 + 1);
      }
    }
  });

  it('makes way for a notice above, for tiles and for a full picture', () => {
    const room = { top: 100, bottom: 88, fullTop: 60, line: 52 };
    for (const { rect } of layOut(scene({ items: people(9), room })).placed) expect(rect.y).toBeGreaterThanOrEqual(100);
    expect(rectOf(layOut(scene({ items: people(2), room })), 'p1')).toEqual({ x: 0, y: 60, width: 1280, height: 740 });
  });

  it('leaves a row for turning pages on a narrow screen', () => {
    const bottoms = layOut(scene({ items: people(7), box: phone })).placed.map(({ rect }) => rect.y + rect.height);
    expect(Math.max(...bottoms)).toBeLessThanOrEqual(740 - 88 - 44 + 1);
  });

  it('keeps all tiles where they are, whoever speaks', () => {
    const silent = layOut(scene({ spotlight: null }));
    expect(layOut(scene({ spotlight: 'p3' }))).toEqual(silent);
  });

  it('turns the page beyond 49 people, with tiles of the same size', () => {
    const first = layOut(scene({ items: people(60) }));
    const second = layOut(scene({ items: people(60), page: 1 }));
    expect([first.pages, first.placed.length, second.placed.length]).toEqual([2, 49, 11]);
    expect(rectOf(second, 'p49').width).toBe(rectOf(first, 'me').width);
  });

  it('comes back from a page that is gone since people left', () => {
    expect(layOut(scene({ items: people(10), page: 3 })).page).toBe(0);
  });

  it('is two by three on a phone held upright', () => {
    const layout = layOut(scene({ items: people(7), box: phone }));
    expect([layout.pages, layout.placed.length]).toEqual([2, 6]);
    expect(new Set(layout.placed.map(({ rect }) => rect.x)).size).toBe(2);
  });

  it('does not cut a wide picture in half on a phone, and fills it with an upright one', () => {
    const [me, other] = people(2) as [Item, Item];
    const wide = rectOf(layOut(scene({ items: [me, other], box: phone })), 'p1');
    expect(wide.width / wide.height).toBeGreaterThanOrEqual(0.79);
    const upright = layOut(scene({ items: [me, { ...other, upright: true }], box: phone }));
    expect(rectOf(upright, 'p1').height).toBe(740);
  });
});

describe('a shared screen', () => {
  const layout = layOut(scene({ items: [...people(5), screen] }));

  it('takes three quarters, and the people a strip at the side', () => {
    expect(roles(layout)['p1:screen']).toBe('main');
    expect(rectOf(layout, 'p1:screen').width / 1264).toBeCloseTo(0.75, 1);
    expect(rectOf(layout, 'p2').x).toBeGreaterThan(rectOf(layout, 'p1:screen').x + rectOf(layout, 'p1:screen').width);
  });

  it('goes above the people on a phone', () => {
    const upright = layOut(scene({ items: [...people(5), screen], box: phone }));
    const main = rectOf(upright, 'p1:screen');
    expect(main.width).toBe(344);
    expect(rectOf(upright, 'p2').y).toBeGreaterThan(main.y + main.height);
  });

  it('goes before the speaker', () => {
    const both = layOut(scene({ items: [...people(5), screen], mode: 'speaker', spotlight: 'p3' }));
    expect(roles(both)['p1:screen']).toBe('main');
    expect(roles(both).p3).toBe('tile');
  });

  it('counts those for whom the strip has no room, in a place of its own', () => {
    const crowd = layOut(scene({ items: [...people(49), screen] }));
    expect(crowd.hidden).toBeGreaterThan(0);
    expect(crowd.placed.length - 1 + crowd.hidden).toBe(49);
    expect(crowd.hiddenAt).not.toBeNull();
    for (const { rect } of crowd.placed) expect(rect.width).toBeGreaterThanOrEqual(104);
  });
});

describe('the speaker view', () => {
  it('shows the speaker large and everybody else in the strip, ourselves too', () => {
    const layout = layOut(scene({ items: people(5), mode: 'speaker', spotlight: 'p3' }));
    expect(roles(layout)).toEqual({ me: 'tile', p1: 'tile', p2: 'tile', p3: 'main', p4: 'tile' });
  });

  it('has the others in a row below, or at the side, as one likes; on a low stage always at the side', () => {
    const at = (mode: 'speaker' | 'sidebar', box = laptop) => {
      const layout = layOut(scene({ items: people(5), mode, spotlight: 'p3', box }));
      const [main, other] = [rectOf(layout, 'p3'), rectOf(layout, 'p1')];
      return other.y >= main.y + main.height ? 'below' : other.x >= main.x + main.width ? 'beside' : 'over';
    };
    expect([at('speaker'), at('sidebar'), at('speaker', { width: 740, height: 360 })]).toEqual(['below', 'beside', 'beside']);
  });

  it('shows somebody before anyone has spoken, and after the speaker left, but never ourselves', () => {
    for (const spotlight of [null, 'gone', 'me']) {
      expect(roles(layOut(scene({ mode: 'speaker', spotlight }))).p1).toBe('main');
    }
  });
});

const overlap = (a: { x: number; y: number; width: number; height: number }, b: typeof a): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('pins', () => {
  it('make those large who are pinned, several at a time, and nobody else', () => {
    const layout = layOut(scene({ items: people(6), pinned: new Set(['p2', 'p4']) }));
    expect(roles(layout)).toEqual({ me: 'tile', p1: 'tile', p2: 'main', p3: 'tile', p4: 'main', p5: 'tile' });
    expect(rectOf(layout, 'p2').width).toBe(rectOf(layout, 'p4').width);
    expect(rectOf(layout, 'p2').width).toBeGreaterThan(rectOf(layout, 'p1').width);
  });

  it('go before the speaker and before a shared screen', () => {
    const items = [...people(4), screen];
    expect(roles(layOut(scene({ items, mode: 'speaker', spotlight: 'p1', pinned: new Set(['p3']) })))).toMatchObject({ p3: 'main', p1: 'tile', 'p1:screen': 'tile' });
  });

  it.each([laptop, phone, { width: 740, height: 360 }])('never let tiles overlap in %j', (box) => {
    for (let count = 3; count <= 20; count++) {
      for (let pins = 1; pins <= count; pins++) {
        const items = people(count);
        const { placed } = layOut(scene({ items, box, pinned: new Set(items.slice(0, pins).map(({ id }) => id)) }));
        for (const [i, one] of placed.entries()) {
          expect(one.rect.width, `${count} people, ${pins} pins`).toBeGreaterThan(0);
          for (const other of placed.slice(i + 1)) expect(overlap(one.rect, other.rect), `${one.id} and ${other.id}: ${count} people, ${pins} pins`).toBe(false);
        }
      }
    }
  });

  it('share the place when all are pinned', () => {
    expect(new Set(Object.values(roles(layOut(scene({ items: people(4), pinned: new Set(['me', 'p1', 'p2', 'p3']) })))))).toEqual(new Set(['main']));
  });
});

it('two screens that are shared at once are both large', () => {
  const items = [...people(4), screen, { ...screen, id: 'p2:screen' }];
  const layout = layOut(scene({ items }));
  expect(roles(layout)).toMatchObject({ 'p1:screen': 'main', 'p2:screen': 'main', p1: 'tile' });
  expect(overlap(rectOf(layout, 'p1:screen'), rectOf(layout, 'p2:screen'))).toBe(false);
});

describe('a grid of one to forty-nine people', () => {
  const boxes = [
    { width: 360, height: 740 },
    { width: 768, height: 1024 },
    { width: 1280, height: 800 },
    { width: 2560, height: 1440 },
    { width: 740, height: 360 },
  ];
  const room = { top: 0, bottom: 88, fullTop: 0, line: 52 };

  it.each(boxes)('keeps every tile on the stage of %j, clear of the controls, of its shape, and of all others', (box) => {
    for (let count = 1; count <= 49; count++) {
      const first = layOut(scene({ items: people(count), box, room }));
      let shown = 0;
      for (let page = 0; page < first.pages; page++) {
        const { placed } = layOut(scene({ items: people(count), box, room, page }));
        shown += placed.length;
        for (const [i, one] of placed.entries()) {
          const { x, y, width, height } = one.rect;
          const which = `${one.id} of ${count}`;
          expect(x >= 0 && y >= 0 && x + width <= box.width && y + height <= box.height, `${which} is on the stage`).toBe(true);
          if (one.role !== 'tile') continue;
          expect(y + height, `${which} is clear of the controls`).toBeLessThanOrEqual(box.height - room.bottom + 1);
          expect(width / height, `${which} has the shape of a picture`).toBeGreaterThan(0.74);
          expect(width / height, `${which} has the shape of a picture`).toBeLessThan(1.8);
          for (const other of placed.slice(i + 1)) expect(overlap(one.rect, other.rect), `${which} and ${other.id}`).toBe(false);
        }
      }
      expect(shown, `all of ${count} have a tile on some page`).toBe(count);
    }
  });

  it.each(boxes)('has the name of the meeting over no face on %j: small tiles begin below it', (box) => {
    for (let count = 3; count <= 49; count++) {
      for (const { rect } of layOut(scene({ items: people(count), box, room })).placed) {
        if (rect.height < 220) expect(rect.y, `${count} people`).toBeGreaterThanOrEqual(room.line);
      }
    }
  });

  it('has nothing above the first line of a shared screen', () => {
    for (const box of boxes) expect(rectOf(layOut(scene({ items: [...people(5), screen], box, room })), 'p1:screen').y).toBeGreaterThanOrEqual(52);
  });
});
