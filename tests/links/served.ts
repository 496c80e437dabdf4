// What is asked of a server that is measured, whatever it speaks.
import type { Participant } from '../harness/browser.ts';
import type { MediaLink, Settings } from '../harness/link.ts';

export interface Served {
  /** Heads its column. */
  readonly name: string;
  readonly version: string;
  /** A camera in three layers and a microphone, over a network without faults. */
  publish(publisher: Participant): Promise<void>;
  /** Lets somebody watch and hear that, over a network that is theirs alone. */
  watch(viewer: Participant, network: Settings): Promise<MediaLink>;
  stop(): Promise<void>;
}

/** A link that does not outlive what went wrong with it. */
export async function through<L extends MediaLink>(link: L, use: (link: L) => Promise<void>): Promise<L> {
  try {
    await use(link);
    return link;
  } catch (error) {
    await link.stop();
    throw error;
  }
}
