import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Account } from '@/sdk/meeting/account';
import { Client } from '@/sdk/meeting/client';
import { loadDeskWords } from '@/shared/desk_words';
import { AccountDialog } from './AccountDialog';

const CODES = Array.from({ length: 10 }, (_, i) => `abcd-efgh-jkmn-000${i}`);
const HERE = { id: 's1', client: 'Firefox, Linux', created_at: '2026-01-01T10:00:00Z', used_at: '2026-01-01T10:00:00Z', is_current: true };
const PHONE = { id: 's2', client: 'Safari, iPhone', created_at: '2026-01-01T10:00:00Z', used_at: '2026-01-01T10:00:00Z', is_current: false };

type Reply = object | null;

/** A server that says what it is given to say, by "METHOD /path"; a Problem is a refusal. */
function open(more: Record<string, Reply> = {}, info = { email: 'ada@x.example', name: 'Ada', is_admin: false, has_totp: false, recovery_codes: 0 }) {
  const replies: Record<string, Reply> = { 'GET /account': info, 'GET /account/sessions': { items: [HERE, PHONE], next: null }, ...more };
  const fetcher = vi.fn<typeof fetch>((url, init) => {
    const key = `${init?.method ?? ''} ${(url as string).replace('/api/v1', '')}`;
    const reply = replies[key];
    if (reply === undefined) return Promise.resolve(Response.json({ code: 'not_found', title: 'No', detail: key }, { status: 404 }));
    if (reply === null) return Promise.resolve(new Response(null, { status: 204 }));
    const status = 'status' in reply ? (reply.status as number) : 200;
    return Promise.resolve(Response.json(reply, { status }));
  });
  const acts = { onRenamed: vi.fn(), onClose: vi.fn() };
  render(<AccountDialog account={new Account(new Client({ fetcher }))} {...acts} />);
  const asked = (): string[] => fetcher.mock.calls.filter(([, init]) => init?.method !== 'GET').map(([url, init]) => `${init?.method ?? ''} ${(url as string).replace('/api/v1/account', '')} ${(init?.body ?? '') as string}`);
  return { ...acts, asked, replies };
}

const type = async (label: string, value: string) => fireEvent.change(await screen.findByLabelText(label), { target: { value } });
const press = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));

beforeEach(async () => {
  // jsdom draws no dialogs.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
  await loadDeskWords();
});

describe('one’s account', () => {
  it('shows what one is called, and changes it', async () => {
    const { asked, onRenamed } = open({ 'PATCH /account': { email: 'ada@x.example', name: 'Ada L.', has_totp: false, recovery_codes: 0 } });
    await type('Name', ' Ada L. ');
    await press('Save');
    await waitFor(() => expect(onRenamed).toHaveBeenCalledTimes(1));
    expect(asked()).toEqual(['PATCH  {"name":"Ada L."}']);
  });

  it('asks for the old password before it takes a new one', async () => {
    const { asked, replies } = open({ 'PUT /account/password': { status: 403, code: 'wrong' } });
    await press('Change password');
    await type('Password now', 'not this one');
    await type('New password', 'correct horse battery');
    fireEvent.submit(screen.getByLabelText('New password').closest('form') as HTMLFormElement);
    expect((await screen.findByText('This is not your password.')).getAttribute('role')).toBe('alert');
    replies['PUT /account/password'] = null;
    fireEvent.submit(screen.getByLabelText('New password').closest('form') as HTMLFormElement);
    await waitFor(() => expect(screen.queryByLabelText('New password')).toBeNull());
    expect(asked()[1]).toBe('PUT /password {"password":"not this one","new_password":"correct horse battery"}');
  });

  it('switches codes on: password, QR code, a code, recovery codes', async () => {
    const { asked, replies } = open({
      'PUT /account/totp': { secret: 'MZXW6YTBOI', uri: 'otpauth://totp/Parley:ada%40x.example?secret=MZXW6YTBOI&issuer=Parley' },
      'POST /account/totp/confirm': { codes: CODES },
    });
    await press('Set up codes');
    await type('Password', 'secret');
    await press('Continue');
    expect(await screen.findByRole('img', { name: 'QR code with the key for your authenticator app' })).toBeDefined();
    expect(screen.getByText('MZXW 6YTB OI')).toBeDefined();
    await type('Code that the app shows now', '123 456');
    await press('Switch codes on');
    expect(await screen.findByText(CODES[9] as string)).toBeDefined();
    expect(asked()).toEqual(['PUT /totp {"password":"secret"}', 'POST /totp/confirm {"code":"123456"}']);
    replies['GET /account'] = { email: 'ada@x.example', name: 'Ada', has_totp: true, recovery_codes: 10 };
    await press('I have kept them');
    expect(await screen.findByText(/10 recovery codes are left/)).toBeDefined();
    expect(screen.queryByText(CODES[9] as string)).toBeNull();
  });

  it('switches codes off by password and code', async () => {
    const { asked } = open({ 'POST /account/totp/remove': null }, { email: 'ada@x.example', name: 'Ada', is_admin: false, has_totp: true, recovery_codes: 1 });
    expect(await screen.findByText(/1 recovery code is left/)).toBeDefined();
    await press('Switch codes off');
    await type('Password', 'secret');
    await type('Code, or a recovery code', CODES[0] as string);
    await press('Switch codes off');
    await waitFor(() => expect(asked()).toEqual([`POST /totp/remove {"password":"secret","code":"${CODES[0]}"}`]));
  });

  it('says where one is signed in, and signs out there', async () => {
    const { asked, replies } = open({ 'DELETE /account/sessions/s2': null });
    expect(await screen.findByText('This browser')).toBeDefined();
    replies['GET /account/sessions'] = { items: [HERE], next: null };
    await press('Sign out: Safari, iPhone');
    await waitFor(() => expect(screen.queryByText('Safari, iPhone')).toBeNull());
    expect(screen.queryByRole('button', { name: 'Sign out everywhere else' })).toBeNull();
    expect(asked()).toEqual(['DELETE /sessions/s2 ']);
  });

  it('says that one is signed out already', async () => {
    open({ 'GET /account': { status: 401, code: 'no_session' } });
    expect(await screen.findByText('You are signed out. Sign in again.')).toBeDefined();
  });
});
