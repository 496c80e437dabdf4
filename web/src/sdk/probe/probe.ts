import { requestJoin, socketUrl } from '../join/api';
import type { Grant } from '../join/machine';
import { judge, type Findings, type Verdict } from './verdict';

const TRIPS = 5;
const TRIP_TIMEOUT_MS = 3000;

export interface MediaFindings {
  readonly flows: boolean;
  readonly rttMs: number | null;
  readonly detour: boolean;
}

export interface ProbeOptions {
  readonly request?: typeof requestJoin;
  readonly fetcher?: typeof fetch;
  readonly now?: () => number;
  /** Connects as a call would, in a room of its own, and leaves. Loaded with the code of the call. */
  readonly connect: (url: string, token: string, signal: AbortSignal) => Promise<MediaFindings>;
  readonly roomName?: () => string;
}

/** A room that nobody else finds; the server forgets it when the probe has left. */
const ownRoom = (): string => `probe-${crypto.getRandomValues(new Uint32Array(3)).join('')}`;

/** Asks this very server, the way a call would: signaling's round trips, then a real media connection. */
export async function probe(options: ProbeOptions, signal: AbortSignal): Promise<Verdict> {
  const { request = requestJoin, roomName = ownRoom } = options;
  const trips = await roundTrips(options, signal);
  let found: Findings = { trips, media: 'unknown', mediaRttMs: null, detour: false };
  if (trips.length > 0) {
    const answer = await request({ room: roomName(), name: 'probe' }, signal);
    // A server that gives tokens out elsewhere cannot be probed further from here: no verdict on media.
    if (answer.ok) found = { ...found, ...(await mediaPath(options, answer.grant, signal)) };
  }
  return judge(found);
}

async function roundTrips({ fetcher = fetch, now = () => performance.now() }: ProbeOptions, signal: AbortSignal): Promise<number[]> {
  const trips: number[] = [];
  for (let i = 0; i < TRIPS; i++) {
    const start = now();
    try {
      // The server's own health, which no cache and no service worker answers for it.
      const limit = AbortSignal.any([signal, AbortSignal.timeout(TRIP_TIMEOUT_MS)]);
      const response = await fetcher('/', { headers: { accept: 'text/plain' }, cache: 'no-store', signal: limit });
      if (response.ok) trips.push(now() - start);
    } catch (error) {
      if (signal.aborted) throw error;
      // Nobody answers: asking four more times takes long and tells no more.
      if (trips.length === 0) break;
    }
  }
  return trips;
}

async function mediaPath({ connect }: ProbeOptions, grant: Grant, signal: AbortSignal): Promise<Partial<Findings>> {
  const { flows, rttMs, detour } = await connect(socketUrl(grant.url, location.href), grant.token, signal);
  return { media: flows ? 'flows' : 'blocked', mediaRttMs: rttMs, detour };
}
