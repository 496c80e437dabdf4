import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeskView, Done } from '@/sdk/meeting/desk';
import type { MeetingInfo } from '@/sdk/meeting/types';
import { ago } from '@/shared/ago';
import { Home } from './Home';

const HOUR = 3_600_000;
const GUEST: DeskView = { session: { person: null, may_create: true }, meetings: [], more: false };
const away: Done<never> = { ok: false, refusal: { code: 'away', title: '', detail: '' } };
const refused = (code: string): Done<never> => ({ ok: false, refusal: { code, title: '', detail: '' } });

const meeting = (link: string, more: Partial<MeetingInfo> = {}): MeetingInfo => ({
  link,
  title: '',
  type: 'meeting',
  room: link,
  is_personal: false,
  is_locked: false,
  lobby: 'nobody',
  join_before_host: true,
  has_passcode: false,
  max_people: 0,
  max_minutes: 0,
  state: 'new',
  started_at: null,
  ends_at: null,
  suspended: false,
  layout: null,
  spotlight: [],
  ...more,
});

function home(desk: DeskView = GUEST, made: Done<string> = { ok: true, value: 'abc-defg-hij' }) {
  const acts = {
    onStart: vi.fn<(settings?: object) => Promise<Done<string>>>(() => Promise.resolve(made)),
    onRoom: vi.fn<() => Promise<Done<string>>>(() => Promise.resolve({ ok: true, value: 'my-room' })),
    onNewLink: vi.fn<(link: string) => Promise<Done<null>>>(() => Promise.resolve({ ok: true, value: null })),
    onAccount: vi.fn(),
    onEnter: vi.fn(),
    onForget: vi.fn(),
    onMore: vi.fn(),
    onChange: vi.fn<(link: string, settings: object) => Promise<Done<null>>>(() => Promise.resolve({ ok: true, value: null })),
    onSignIn: vi.fn<(email: string, password: string, code: string) => Promise<Done<null>>>(() => Promise.resolve({ ok: true, value: null })),
    onSignOut: vi.fn(),
  };
  render(<Home desk={desk} recents={[{ room: 'tea', at: 0 }]} now={3 * HOUR} origin="https://meet.example" {...acts} />);
  return acts;
}

const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const submit = () => fireEvent.submit(screen.getByRole('dialog').querySelector('form') as HTMLFormElement);

beforeEach(() => {
  // jsdom draws no dialogs.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

describe('the start', () => {
  it('makes a meeting and goes there', async () => {
    const acts = home();
    press('New meeting');
    press('Starting…');
    await waitFor(() => expect(acts.onEnter).toHaveBeenCalledWith('abc-defg-hij'));
    expect(acts.onStart).toHaveBeenCalledTimes(1);
  });

  it('says that the server does not answer, and can be tried again', async () => {
    const acts = home(GUEST, away);
    press('New meeting');
    expect((await screen.findByRole('alert')).textContent).toMatch(/does not answer/);
    press('New meeting');
    expect(acts.onStart).toHaveBeenCalledTimes(2);
    expect(acts.onEnter).not.toHaveBeenCalled();
  });

  it('takes a link as well as a code', () => {
    const acts = home();
    type('Code or link', 'https://meet.example/m/tea-time');
    press('Join');
    expect(acts.onEnter).toHaveBeenCalledWith('tea-time');
  });

  it('says what is wrong with what was typed, until it is mended', () => {
    const acts = home();
    press('Join');
    expect(screen.getByRole('alert').textContent).toBe('Enter the code or the link you were given.');
    type('Code or link', 'https://elsewhere.example/m/x');
    expect(screen.queryByRole('alert')).toBeNull();
    press('Join');
    expect(screen.getByRole('alert').textContent).toMatch(/neither a code nor a link/);
    expect(acts.onEnter).not.toHaveBeenCalled();
  });

  it('leads back to where we were, and forgets on request', () => {
    const acts = home();
    press(/^tea/);
    press('Remove tea from this list');
    expect(acts.onEnter).toHaveBeenCalledWith('tea');
    expect(acts.onForget).toHaveBeenCalledWith('tea');
  });

  it('works before anybody has answered', () => {
    home({ session: null, meetings: [], more: false });
    expect(screen.queryByRole('button', { name: 'Sign in' })).toBeNull();
    expect(screen.getByRole('button', { name: 'New meeting' })).toBeDefined();
  });
});

describe('one’s own meetings', () => {
  const desk: DeskView = {
    session: { person: { name: 'Ada', account: 'a1' }, may_create: true },
    meetings: [meeting('tea', { title: 'Five o’clock', state: 'on' }), meeting('old', { started_at: new Date(2 * HOUR).toISOString() })],
    more: true,
  };

  it('are listed once, with what goes on in them', () => {
    const acts = home(desk);
    expect(screen.getByText('On now')).toBeDefined();
    expect(screen.getByText('1 hour ago')).toBeDefined();
    expect(screen.queryByText('Recent meetings')).toBeNull();
    press(/^Five o’clock/);
    expect(acts.onEnter).toHaveBeenCalledWith('tea');
    press('Show more');
    expect(acts.onMore).toHaveBeenCalledTimes(1);
  });

  it('can be changed: only what was set is said', async () => {
    const acts = home(desk);
    press('Settings of Five o’clock');
    await screen.findByRole('dialog');
    type('Title', ' Tea at five ');
    type('Kind of meeting', 'webinar');
    type('Who waits to be let in', 'everybody');
    type('Most people at once (empty: no limit)', ' 40 ');
    fireEvent.click(screen.getByLabelText('People may come in before the host'));
    submit();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(acts.onChange).toHaveBeenCalledWith('tea', { title: 'Tea at five', type: 'webinar', lobby: 'everybody', join_before_host: false, max_people: 40, max_minutes: 0 });
  });

  it('get a passcode, of some length', async () => {
    const acts = home(desk);
    press('Settings of Five o’clock');
    await screen.findByRole('dialog');
    fireEvent.click(screen.getByLabelText('A passcode is needed'));
    type('Passcode', 'abc');
    submit();
    expect((await screen.findByText('A passcode has at least 4 characters.')).getAttribute('role')).toBe('alert');
    type('Passcode', 'abcd');
    submit();
    await waitFor(() => expect(acts.onChange).toHaveBeenCalledTimes(1));
    expect(acts.onChange.mock.calls[0]?.[1]).toMatchObject({ passcode: 'abcd' });
  });

  it.each([
    ['stays', false, {}],
    ['is taken away', true, { passcode: null }],
  ])('the passcode that there is %s', async (_what, uncheck, said) => {
    const acts = home({ ...desk, meetings: [meeting('tea', { title: 'Five o’clock', has_passcode: true })] });
    press('Settings of Five o’clock');
    await screen.findByRole('dialog');
    if (uncheck) fireEvent.click(screen.getByLabelText('A passcode is needed'));
    submit();
    await waitFor(() => expect(acts.onChange).toHaveBeenCalledTimes(1));
    expect(acts.onChange.mock.calls[0]?.[1]).toEqual({ title: 'Five o’clock', type: 'meeting', lobby: 'nobody', join_before_host: true, max_people: 0, max_minutes: 0, ...said });
  });

  it.each([
    ['Most people at once (empty: no limit)', '10001', 'Enter a whole number up to 10000.'],
    ['Most people at once (empty: no limit)', 'a few', 'Enter a whole number up to 10000.'],
    ['Ends after so many minutes (empty: no limit)', '-5', 'Enter a whole number up to 10080, which is a week.'],
  ])('take a limit only as a number (%s: %s)', async (label, typed, words) => {
    const acts = home(desk);
    press('Settings of Five o’clock');
    await screen.findByRole('dialog');
    type(label, typed);
    submit();
    expect((await screen.findByText(words)).getAttribute('role')).toBe('alert');
    expect(acts.onChange).not.toHaveBeenCalled();
  });

  it('get another link, but not while somebody is in them by the old one', async () => {
    const acts = home(desk);
    press('Settings of Five o’clock');
    await screen.findByRole('dialog');
    expect(screen.queryByRole('button', { name: 'Replace the link' })).toBeNull();
    press('Close');
    press('Settings of old');
    fireEvent.click(await screen.findByRole('button', { name: 'Replace the link' }));
    await waitFor(() => expect(acts.onNewLink).toHaveBeenCalledWith('old'));
  });

  it('are made as one chooses', async () => {
    const acts = home(desk);
    press('Choose the settings first');
    await screen.findByRole('dialog');
    type('Kind of meeting', 'classroom');
    type('Ends after so many minutes (empty: no limit)', '45');
    submit();
    await waitFor(() => expect(acts.onEnter).toHaveBeenCalledWith('abc-defg-hij'));
    expect(acts.onStart).toHaveBeenCalledWith({ title: '', type: 'classroom', lobby: 'outsiders', join_before_host: false, max_people: 0, max_minutes: 45 });
  });

  it('have a room that stays, for who has an account', async () => {
    const acts = home({ ...desk, meetings: [meeting('mine', { title: 'Ada', is_personal: true })] });
    fireEvent.click(screen.getAllByRole('button', { name: /^Your own room/ })[0] as HTMLElement);
    await waitFor(() => expect(acts.onEnter).toHaveBeenCalledWith('my-room'));
    expect(acts.onRoom).toHaveBeenCalledTimes(1);
  });

  it('stay open to be changed when that could not be saved', async () => {
    const acts = home(desk);
    acts.onChange.mockResolvedValueOnce(away);
    press('Settings of Five o’clock');
    await screen.findByRole('dialog');
    submit();
    await screen.findByText('This could not be saved. Try again in a moment.');
  });
});

describe('signing in', () => {
  it('comes first where guests make no meetings', async () => {
    const acts = home({ session: { person: null, may_create: false }, meetings: [], more: false });
    press('New meeting');
    await screen.findByRole('dialog');
    expect(acts.onStart).not.toHaveBeenCalled();
  });

  it('comes when the server forbids it', async () => {
    home(GUEST, refused('forbidden'));
    press('New meeting');
    expect(await screen.findByRole('dialog')).toBeDefined();
  });

  it('asks for the code only who has one', async () => {
    const acts = home();
    press('Sign in');
    await screen.findByRole('dialog');
    submit();
    await screen.findByText('Enter your mail address and your password.');
    type('Mail address', ' ada@x.example ');
    type('Password', 'secret');
    acts.onSignIn.mockResolvedValueOnce(refused('code_needed'));
    submit();
    await screen.findByText('Your password is right. Now enter the code from your authenticator app, or a recovery code.');
    type('Code from your authenticator app', '123 456');
    submit();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(acts.onSignIn.mock.calls).toEqual([
      ['ada@x.example', 'secret', ''],
      ['ada@x.example', 'secret', '123456'],
    ]);
  });

  it.each([
    ['wrong', 'Mail address and password do not match.'],
    ['too_many', 'Too many tries. Wait a minute, then try again.'],
    ['away', 'The server does not answer. Try again in a moment.'],
  ])('that fails (%s) says why', async (code, words) => {
    const acts = home();
    acts.onSignIn.mockResolvedValueOnce(refused(code));
    press('Sign in');
    await screen.findByRole('dialog');
    type('Mail address', 'ada@x.example');
    type('Password', 'secret');
    submit();
    await screen.findByText(words);
  });

  it('opens the account, and nobody else’s page has it', () => {
    home();
    expect(screen.queryByRole('button', { name: 'Your account' })).toBeNull();
    const acts = home({ session: { person: { name: 'Ada', account: 'a1' }, may_create: true }, meetings: [], more: false });
    press('Your account');
    expect(acts.onAccount).toHaveBeenCalledTimes(1);
  });

  it('is undone by signing out', () => {
    const acts = home({ session: { person: { name: 'Ada', account: 'a1' }, may_create: true }, meetings: [], more: false });
    expect(screen.getByText('Ada')).toBeDefined();
    press('Sign out');
    expect(acts.onSignOut).toHaveBeenCalledTimes(1);
  });
});

it.each([
  [0, 'this minute'],
  [59 * 60_000, '59 minutes ago'],
  [3 * HOUR, '3 hours ago'],
  [26 * HOUR, 'yesterday'],
  [72 * HOUR, '3 days ago'],
])('%i ms ago is "%s"', (ms, words) => {
  expect(ago(1e12 - ms, 1e12, 'en')).toBe(words);
});
