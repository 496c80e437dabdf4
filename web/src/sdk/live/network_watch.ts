import { RemoteTrackPublication, type Room } from 'livekit-client';
import type { Cause } from '../call';
import { Diagnosis, NetworkMeter } from './network';

const EVERY_MS = 2000;
/** One connection carries all streams: some of them tell enough, and asking costs time. */
const ASKED = 6;

/**
 * Asks the browser every two seconds how the room's connection does.
 *
 *  owner     the call, one per room; `stop` ends it
 *  bounded   the statistics of a few tracks at a time
 */
export class NetworkWatch {
  private readonly meter = new NetworkMeter();
  private readonly diagnosis = new Diagnosis();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly room: Room,
    private readonly tell: (cause: Cause | null) => void,
  ) {
    this.timer = setInterval(() => void this.look(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const own = [...this.room.localParticipant.trackPublications.values()].map(({ track }) => track);
    const others = [...this.room.remoteParticipants.values()]
      .flatMap((participant) => [...participant.trackPublications.values()])
      .map((publication) => (publication instanceof RemoteTrackPublication ? publication.track : undefined));
    const tracks = [...own, ...others].filter((track) => track !== undefined).slice(0, ASKED);
    const reports = await Promise.all(tracks.map((track) => track.getRTCStatsReport().catch(() => undefined)));
    this.tell(this.diagnosis.add(this.meter.read(reports.filter((report) => report !== undefined))));
  }
}
