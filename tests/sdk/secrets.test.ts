// Whatever goes through the processes, nothing of it that is secret or personal stays in their logs.
import { randomUUID } from 'node:crypto';
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAccount } from '../harness/accounts.ts';
import { type Json, MeetingClient } from '../harness/meeting_client.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { oneTimeCode } from '../harness/one_time_code.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

let server: Server;
let marks = 0;
const marked = new Map<string, string>();

/** A text that is nowhere else, to be looked for by what it is. */
function mark(what: string, around: (text: string) => string = (text) => text): string {
  const text = around(`mark${(marks += 1)}x${randomUUID().replaceAll('-', '')}`);
  marked.set(what, text);
  return text;
}
const keep = (what: string, text: string) => {
  expect(text, what).not.toBe('');
  marked.set(what, text);
  return text;
};

beforeAll(async () => {
  server = await Server.start({ name: 'secrets', config: ['logging:', '  level: debug'].join('\n') });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

test('no name, address, text, token, code, link or passcode reaches a log, at its most talkative', async () => {
  const email = mark('mail address', (text) => `${text}@example.org`);
  const password = mark('password');
  addAccount(server, email, password, ['--name', mark('name of an account')]);
  const host = new MeetingClient(server.http, '', mark('name in a meeting'));
  const signIn = (at: MeetingClient, more: Json) => at.raw('POST', '/session', { email, password, ...more });
  expect((await signIn(host, { password: mark('wrong password') })).status).toBe(403);
  expect((await signIn(host, { email: mark('unknown address', (text) => `${text}@example.org`) })).status).toBe(403);
  expect((await signIn(host, {})).status).toBe(200);
  keep('session', host.cookie('parley_session'));
  keep('device', host.cookie('parley_device'));
  const begun = (await host.raw('PUT', '/account/totp', { password })).body as Json;
  keep('secret of codes', begun.secret as string);
  const { codes } = (await host.raw('POST', '/account/totp/confirm', { code: oneTimeCode(begun.secret as string) })).body as { codes: string[] };
  keep('recovery code', codes[0]!);
  expect((await signIn(new MeetingClient(server.http, '', ''), { code: mark('wrong code', (text) => text.slice(0, 30)) })).status).toBe(403);

  const passcode = mark('passcode', (text) => text.slice(0, 30));
  host.link = keep('link', (await host.raw('POST', '/meetings', { title: mark('title'), passcode, lobby: 'everybody' })).body.link as string);
  await host.enter();
  keep('token of the host', host.token);
  const heard = host.listen();
  const guest = new MeetingClient(server.http, host.link, mark('name of a guest'));
  expect((await guest.join({ passcode: mark('wrong passcode', (text) => text.slice(0, 30)) })).status).toBe(403);
  expect((await guest.join({ passcode })).body.state).toBe('waiting');
  await host.do('PUT', '/lobby/message', { text: mark('message to the lobby') });
  await host.do('POST', '/lobby/admit', {});
  keep('token of the guest', await guest.renew());
  keep('session of the guest', guest.cookie('parley_session'));

  const [one, two] = [new NodeParticipant(1), new NodeParticipant(2)];
  await one.join(server.ws, host.token);
  await two.join(server.ws, guest.token);
  await one.publish();
  await one.room.localParticipant!.publishData(new TextEncoder().encode(mark('data')), { reliable: true, topic: mark('topic') });
  await guest.do('POST', '/chat', { text: mark('chat') });
  await guest.do('POST', '/chat', { text: mark('private chat'), to: host.participant });
  await host.do('POST', '/polls', { question: mark('poll'), kind: 'single', options: [mark('option'), 'no'], anonymous: true });
  await guest.do('POST', '/questions', { text: mark('question'), anonymous: true });
  await guest.do('PATCH', `/participants/${guest.participant}`, { name: mark('new name') });
  await host.raw('POST', `/meetings/${host.link}/roles`, { name: mark('role', (text) => text.slice(0, 40)), base: 'viewer' });
  // What is no good is no better for the log.
  await guest.raw('POST', `/meetings/${mark('unknown link')}/join`, { name: mark('name before an unknown door') });
  await guest.raw('POST', `/meetings/${host.link}/chat`, { [mark('member')]: mark('value') });
  await fetch(`${server.http}/rtc/validate?access_token=${mark('no token')}`);
  await fetch(`${server.http}/api/v1/session?${mark('parameter')}=${mark('value of a parameter')}`);
  await fetch(`${server.http}/api/v1/session`, { method: 'POST', body: mark('body that is no JSON') });
  // Processes that are killed and come back say more than those that run.
  await server.kill('app').restarted;
  await until('the application is back', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
  await server.kill('media').restarted;
  await host.do('POST', `/participants/${guest.participant}/remove`, { ban: true });
  await host.do('POST', '/end');
  heard.close();
  await Promise.all([one.leave(), two.leave()]);
  await sleep(1000);

  const log = server.log();
  // It is the log that is looked at, and it did speak of all this.
  expect(log).toMatch(/security .*signed in/);
  expect(log).toMatch(/security .*sign-in with a wrong password/);
  expect(log.split("\n").length).toBeGreaterThan(15);
  expect(marked.size).toBeGreaterThan(35);
  const found = [...marked].filter(([, text]) => log.includes(text)).map(([what]) => what);
  expect(found).toEqual([]);
}, 120_000);
