// Janus's videoroom in a room of one publisher: its clients are plain RTCPeerConnections of the test page, and what they
// and Janus have to tell each other goes through here, where the way to Janus is turned into the way through the link.
import type { Participant } from '../harness/browser.ts';
import { MediaLink, type Settings, withoutCandidates } from '../harness/link.ts';
import { LIFELIKE } from '../harness/media.ts';
import { until } from '../harness/wait.ts';
import { type Handle, JanusSession } from './janus_api.ts';
import { JanusProcess, janusToUse } from './janus_process.ts';
import { type Served, through } from './served.ts';

/** What livekit-client gives 720p, so that both servers have the same pictures to choose from. Janus wants the highest first. */
const LAYERS = [
  { rid: 'h', maxBitrate: 1_700_000 },
  { rid: 'm', maxBitrate: 450_000, scaleResolutionDownBy: 2 },
  { rid: 'l', maxBitrate: 160_000, scaleResolutionDownBy: 4 },
];

/** No limit for the publisher, feedback for its congestion control, and Opus's own protection against loss. */
const ROOM = { room: 1, publishers: 1, bitrate: 0, audiocodec: 'opus', opus_fec: true, videocodec: 'vp8', transport_wide_cc_ext: true };
/** The highest of three substreams, numbered from 0, and all of its frames. */
const BEST = { substream: 2, temporal: 2 };

class Janus implements Served {
  readonly name = 'Janus';
  readonly #handles = new Map<number, Handle>();
  #feed: unknown;

  constructor(
    readonly version: string,
    private readonly process: JanusProcess,
    private readonly session: JanusSession,
  ) {}

  async publish({ page }: Participant): Promise<void> {
    const handle = await this.session.attach();
    await handle.tell({ request: 'create', ...ROOM });
    const joined = await handle.tell({ request: 'join', ptype: 'publisher', room: ROOM.room });
    this.#feed = joined.data['id'];
    const sdp = await page.directOffer({ ...LIFELIKE, layers: LAYERS });
    const { jsep } = await handle.tell({ request: 'publish' }, { type: 'offer', sdp });
    await page.directComplete(jsep!.sdp);
  }

  async watch(viewer: Participant, network: Settings): Promise<MediaLink> {
    await this.#handles.get(viewer.id)?.detach();
    const handle = await this.session.attach();
    this.#handles.set(viewer.id, handle);
    return through(await MediaLink.open(network), async (link) => {
      const offered = await handle.tell({ request: 'join', ptype: 'subscriber', room: ROOM.room, streams: [{ feed: this.#feed }] });
      const sdp = await viewer.page.directAnswer(await link.rewriteSdp(offered.jsep!.sdp));
      await handle.tell({ request: 'start' }, { type: 'answer', sdp: withoutCandidates(sdp) });
      await handle.tell({ request: 'configure', ...BEST });
    });
  }

  async stop(): Promise<void> {
    this.session.close();
    await this.process.stop();
  }
}

export async function startJanus(): Promise<Served> {
  const version = janusToUse();
  const process = await JanusProcess.start();
  try {
    const session = await until('Janus answers', () => JanusSession.open(process.ws), Boolean, 10_000, 100, () => !process.running);
    return new Janus(version, process, session);
  } catch (error) {
    await process.stop();
    throw error;
  }
}
