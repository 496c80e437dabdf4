// Any server that speaks LiveKit's protocol: Parley, started for this, or whichever somebody names.
import { execFileSync } from 'node:child_process';
import { AccessToken } from 'livekit-server-sdk';
import type { Participant } from '../harness/browser.ts';
import { Link, type MediaLink, type Settings } from '../harness/link.ts';
import { LIFELIKE } from '../harness/media.ts';
import { BINARY, Server } from '../harness/server.ts';
import { SignalClient } from '../harness/signal_client.ts';
import { KEY, SECRET } from '../harness/tokens.ts';
import { until } from '../harness/wait.ts';
import { type Served, through } from './served.ts';

export interface LiveKitAddress {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
}

const PUBLISHER = 'publisher';

class LiveKit implements Served {
  readonly #room = `links-${process.pid}-${Date.now()}`;

  constructor(
    readonly name: string,
    readonly version: string,
    private readonly at: LiveKitAddress,
    private readonly end: () => Promise<unknown>,
  ) {}

  async publish(publisher: Participant): Promise<void> {
    const token = await tokenFor(this.at, this.#room, PUBLISHER);
    await publisher.page.join({ url: this.at.url, token, singlePeerConnection: true, autoSubscribe: false });
    // All layers all the time, as Janus has them: no dynacast.
    await publisher.page.publish({ ...LIFELIKE, codec: 'vp8' });
  }

  async watch(viewer: Participant, network: Settings): Promise<MediaLink> {
    return through(await Link.between(this.at.url, network), async ({ ws }) => {
      const token = await tokenFor(this.at, this.#room, `viewer-${viewer.id}`);
      await viewer.page.join({ url: ws, token, singlePeerConnection: true });
      // Only what is played is decoded.
      await until('the camera is subscribed', () => viewer.page.video(PUBLISHER), Boolean, 20_000);
      await until('the microphone is subscribed', () => viewer.page.audio(PUBLISHER), Boolean, 20_000);
    });
  }

  async stop(): Promise<void> {
    await this.end();
  }
}

async function tokenFor({ key, secret }: LiveKitAddress, room: string, identity: string): Promise<string> {
  const access = new AccessToken(key, secret, { identity, ttl: '2h' });
  access.addGrant({ roomJoin: true, room });
  return access.toJwt();
}

/** As the server says itself. */
async function versionOf(at: LiveKitAddress): Promise<string> {
  const client = await SignalClient.connect({ url: at.url, token: await tokenFor(at, 'links-version', 'visitor') });
  const { serverInfo, serverVersion } = await client.wait('join');
  await client.leave();
  return serverInfo?.version || serverVersion || 'unknown';
}

export async function startParley(): Promise<Served> {
  const server = await Server.start({ name: 'links', rtc: ['congestion_control: { use_send_side_bwe: true }'] });
  // What it says itself is the version of LiveKit that clients may take it for. "parley 0.1.0"
  const version = execFileSync(BINARY, ['version'], { encoding: 'utf8' }).trim().split(' ').at(-1)!;
  return new LiveKit('Parley', version, { url: server.ws, key: KEY, secret: SECRET }, () => server.stop());
}

export async function reachLiveKit(address: LiveKitAddress): Promise<Served> {
  const at = { ...address, url: address.url.replace(/^http/, 'ws').replace(/\/$/, '') };
  return new LiveKit('LiveKit', await versionOf(at), at, async () => undefined);
}
