// What is tested: a server that somebody names, or one of ours that is started for it.
import fs from 'node:fs';
import path from 'node:path';
import { TESTS } from '../harness/paths.ts';
import { Server as OwnServer } from '../harness/server.ts';
import { KEY, SECRET } from '../harness/tokens.ts';
import { Target } from './target.ts';
import { startWebhookSink } from './webhook_sink.ts';

export interface UnderTest {
  readonly target: Target;
  /** What differs from LiveKit on purpose is expected of ours, and only allowed of others. */
  readonly ours: boolean;
  stop(): Promise<void>;
}

export async function startOurs(): Promise<UnderTest> {
  const webhooks = await startWebhookSink(KEY, SECRET);
  const config = `webhook:\n  api_key: ${KEY}\n  urls: ['${webhooks.url}']\n`;
  const server = await OwnServer.start({ name: 'conformance', config });
  return {
    target: new Target({ ws: server.ws, key: KEY, secret: SECRET, webhooks }),
    ours: true,
    stop: async () => {
      await server.stop();
      await webhooks.close();
    },
  };
}

export async function reach(url: string, key: string, secret: string, webhookPort?: number): Promise<UnderTest> {
  const ws = url.replace(/^http/, 'ws').replace(/\/$/, '');
  const webhooks = webhookPort === undefined ? undefined : await startWebhookSink(key, secret, webhookPort);
  const target = new Target({ ws, key, secret, ...(webhooks ? { webhooks } : {}) });
  const answer = await target.validate({ token: await target.joining('probe', {}, target.room('probe')) });
  if (answer.status !== 200) throw new Error(`${url} does not accept a token for a room: ${answer.status} ${answer.body}`);
  return { target, ours: false, stop: async () => webhooks?.close() };
}

/** Which clients saw what is recorded. */
export function clients(): Record<string, string> {
  const names = ['@livekit/protocol', '@livekit/rtc-node', 'livekit-client', 'livekit-server-sdk'];
  const version = (name: string) => JSON.parse(fs.readFileSync(path.join(TESTS, 'node_modules', name, 'package.json'), 'utf8')).version as string;
  return Object.fromEntries(names.map((name) => [name, version(name)]));
}
