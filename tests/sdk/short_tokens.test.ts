// Tokens of the media plane that live for two seconds: a call outlives its token, also over a broken connection.
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MeetingClient } from '../harness/meeting_client.ts';
import { NodeParticipant } from '../harness/node_participant.ts';
import { Server } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

const LIFE_S = 2;
let server: Server;

beforeAll(async () => {
  server = await Server.start({ name: 'short-tokens', config: ['application:', `  token_life: ${LIFE_S}s`].join('\n') });
  await until('the application answers', async () => (await fetch(`${server.http}/api/v1/session`)).status, (status) => status === 200, 15_000);
});

afterAll(async () => {
  await server?.stop();
  await dispose();
});

const opens = async (token: string) => (await fetch(`${server.http}/rtc/validate?access_token=${token}`)).status;
const expiry = (token: string) => (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { exp: number }).exp;

test('a call goes on after its token has expired, and comes back by a renewed one', async () => {
  const host = new MeetingClient(server.http, '', 'Host');
  host.link = (await host.raw('POST', '/meetings', { lobby: 'nobody', join_before_host: true })).body.link as string;
  await host.enter();
  const ben = new MeetingClient(server.http, host.link, 'Ben');
  await ben.enter();
  const streams = [host.listen(), ben.listen()];
  expect(expiry(ben.token) - Date.now() / 1000).toBeLessThanOrEqual(LIFE_S);
  const [hostInMedia, benInMedia] = [new NodeParticipant(1), new NodeParticipant(2)];
  await hostInMedia.join(server.ws, host.token);
  await benInMedia.join(server.ws, ben.token);
  await benInMedia.publish();
  const frames = () => hostInMedia.sees(ben.participant).frames;
  await until('the host sees ben', frames, (count) => count > 0, 20_000);

  // The server's clock is allowed to differ from who made the token.
  await until('the tokens have expired', async () => [await opens(host.token), await opens(ben.token)], (all) => all.every((status) => status === 401), 90_000, 1000);
  const then = frames();
  await until('pictures go on', frames, (count) => count > then + 5, 10_000);

  await server.kill('signal').restarted;
  await server.healthy();
  const broken = frames();
  await until('pictures go on after the connection broke', frames, (count) => count > broken + 5, 40_000);
  // And what needs the connection itself: the others are told, by both.
  await until('ben is heard again', async () => {
    await benInMedia.room.localParticipant!.publishData(new TextEncoder().encode('here'), { reliable: true, topic: 'test' });
    return hostInMedia.data.some(({ text }) => text === 'here');
  }, Boolean, 30_000, 500);

  // A removal does not wait for a token to expire: the renewed one is void as well.
  await host.do('POST', `/participants/${ben.participant}/remove`, { ban: false });
  await until('ben is out', () => hostInMedia.room.remoteParticipants.has(ben.participant), (there) => !there, 15_000);
  await sleep(3000);
  expect(hostInMedia.room.remoteParticipants.has(ben.participant)).toBe(false);
  for (const stream of streams) stream.close();
  await Promise.all([hostInMedia.leave(), benInMedia.leave()]);
}, 240_000);
