import { describe, expect, it, vi } from 'vitest';
import { Client } from './client';
import { Desk } from './desk';
import { aMeeting } from './testing';

const guest = { person: { name: 'Guest', account: null }, may_create: true };
const ada = { person: { name: 'Ada', account: 'a1' }, may_create: true };

/** Answers by "METHOD /path", anything else with 404. */
function setUp(replies: Record<string, unknown>) {
  const fetcher = vi.fn<typeof fetch>((url, init) => {
    const key = `${init?.method ?? ''} ${(url as string).replace('/api/v1', '')}`;
    if (!(key in replies)) return Promise.resolve(Response.json({ code: 'not_found', title: 'No', detail: key }, { status: 404 }));
    const reply = replies[key];
    return Promise.resolve(reply === null ? new Response(null, { status: 204 }) : Response.json(reply));
  });
  const desk = new Desk(new Client({ fetcher }));
  const body = (i: number): unknown => JSON.parse((fetcher.mock.calls[i]?.[1]?.body ?? 'null') as string);
  return { desk, fetcher, body, view: () => desk.view.get() };
}

describe('the desk', () => {
  it('asks nothing more for who is nobody yet', async () => {
    const { desk, fetcher, view } = setUp({ 'GET /session': { person: null, may_create: false } });
    await desk.open();
    expect(view()).toEqual({ session: { person: null, may_create: false }, meetings: [], more: false });
    expect(fetcher).toHaveBeenCalledTimes(1);
  });

  it('shows one’s meetings page by page, each once', async () => {
    const { desk, view } = setUp({
      'GET /session': guest,
      'GET /meetings?limit=5': { items: [aMeeting({ link: 'c' }), aMeeting({ link: 'b' })], next: 'x&y' },
      'GET /meetings?limit=5&cursor=x%26y': { items: [aMeeting({ link: 'b' }), aMeeting({ link: 'a' })], next: null },
    });
    await desk.open();
    expect(view()).toMatchObject({ more: true, meetings: [{ link: 'c' }, { link: 'b' }] });
    await desk.loadMore();
    await desk.loadMore();
    expect(view().meetings.map(({ link }) => link)).toEqual(['c', 'b', 'a']);
    expect(view().more).toBe(false);
  });

  it('signs in, and tells why not', async () => {
    const { desk, body, view } = setUp({ 'POST /session': ada, 'GET /meetings?limit=5': { items: [], next: null } });
    expect(await desk.signIn('ada@x.example', 'secret', '')).toEqual({ ok: true, value: null });
    expect(body(0)).toEqual({ email: 'ada@x.example', password: 'secret' });
    expect(view().session).toEqual(ada);
    const { desk: other } = setUp({});
    expect(await other.signIn('a', 'b', '123456')).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  });

  it('signs out, and is somebody else then', async () => {
    const replies: Record<string, unknown> = { 'GET /session': ada, 'GET /meetings?limit=5': { items: [aMeeting()], next: null }, 'DELETE /session': null };
    const { desk, view } = setUp(replies);
    await desk.open();
    expect(view().meetings).toHaveLength(1);
    replies['GET /session'] = { person: null, may_create: false };
    await desk.signOut();
    expect(view()).toEqual({ session: { person: null, may_create: false }, meetings: [], more: false });
  });

  it('makes a meeting and changes it', async () => {
    const { desk, view } = setUp({
      'GET /session': ada,
      'GET /meetings?limit=5': { items: [aMeeting({ link: 'tea' })], next: null },
      'POST /meetings': aMeeting({ link: 'new' }),
      'PATCH /meetings/tea': aMeeting({ link: 'tea', title: 'Five o’clock' }),
    });
    await desk.open();
    expect(await desk.createMeeting()).toEqual({ ok: true, value: 'new' });
    expect(await desk.change('tea', { title: 'Five o’clock', type: 'webinar', lobby: 'nobody', join_before_host: true, max_people: 0, max_minutes: 0 })).toEqual({ ok: true, value: null });
    expect(view().meetings).toMatchObject([{ title: 'Five o’clock' }]);
  });

  it('leads to one’s own room, and gives a meeting another link', async () => {
    const { desk, view } = setUp({
      'GET /session': ada,
      'GET /meetings?limit=5': { items: [aMeeting({ link: 'tea' })], next: null },
      'PUT /personal-room': aMeeting({ link: 'mine', is_personal: true }),
      'POST /meetings/tea/link': aMeeting({ link: 'coffee' }),
    });
    await desk.open();
    expect(await desk.personalRoom()).toEqual({ ok: true, value: 'mine' });
    expect(await desk.renewLink('tea')).toEqual({ ok: true, value: null });
    expect(view().meetings).toMatchObject([{ link: 'coffee' }]);
    expect(await desk.renewLink('tea-time')).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  });
});
