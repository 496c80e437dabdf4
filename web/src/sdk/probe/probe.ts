import * as api from '../api/operations';
import { socketUrl } from '../join/api';
import { Client } from '../meeting/client';
import { judge, type Findings, type Verdict } from './verdict';

const TRIPS = 5;
const TRIP_TIMEOUT_MS = 3000;

export interface MediaFindings {
  readonly flows: boolean;
  readonly rttMs: number | null;
  readonly detour: boolean;
}

export interface ProbeOptions {
  /** A token for a room of its own, which the server forgets when the probe has left; null where it gives none. */
  readonly request?: (signal: AbortSignal) => Promise<ProbeGrant | null>;
  readonly fetcher?: typeof fetch;
  readonly now?: () => number;
  /** Connects as a call would, in a room of its own, and leaves. Loaded with the code of the call. */
  readonly connect: (url: string, token: string, signal: AbortSignal) => Promise<MediaFindings>;
}

export interface ProbeGrant {
  readonly token: string;
  readonly url: string;
}

async function requestProbe(signal: AbortSignal): Promise<ProbeGrant | null> {
  const answer = await new Client().ask(api.probe, { signal, patienceMs: 0 });
  return answer.ok ? answer.body : null;
}

/** Asks this very server, the way a call would: signaling's round trips, then a real media connection. */
export async function probe(options: ProbeOptions, signal: AbortSignal): Promise<Verdict> {
  const { request = requestProbe } = options;
  const trips = await roundTrips(options, signal);
  let found: Findings = { trips, media: 'unknown', mediaRttMs: null, detour: false };
  if (trips.length > 0) {
    const grant = await request(signal);
    // A server that gives no tokens for it cannot be probed further from here: no verdict on media.
    if (grant !== null) found = { ...found, ...(await mediaPath(options, grant, signal)) };
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

async function mediaPath({ connect }: ProbeOptions, grant: ProbeGrant, signal: AbortSignal): Promise<Partial<Findings>> {
  const { flows, rttMs, detour } = await connect(socketUrl(grant.url, location.href), grant.token, signal);
  return { media: flows ? 'flows' : 'blocked', mediaRttMs: rttMs, detour };
}
