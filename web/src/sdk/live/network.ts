import type { Cause } from '../call';

/** What two seconds of statistics say of our own connection; null where nothing was sent or received. */
export interface Sample {
  readonly rttMs: number | null;
  /** Shares of packets, 0 to 1. */
  readonly lostSending: number | null;
  readonly lostReceiving: number | null;
  readonly limited: 'cpu' | 'bandwidth' | null;
  /** Over TCP or a relay: nothing faster gets through. */
  readonly detour: boolean;
}

const MUCH_LOSS = 0.05;
/** One way half of it, and ITU-T G.114 finds talking hard beyond 150 ms. */
const LONG_RTT_MS = 300;

/** The gravest thing first: what is lost cannot be made up for, what is narrow only looks worse. */
export function diagnose(sample: Sample): Cause | null {
  if ((sample.lostSending ?? 0) > MUCH_LOSS) return 'sending';
  if ((sample.lostReceiving ?? 0) > MUCH_LOSS) return 'receiving';
  if ((sample.rttMs ?? 0) > LONG_RTT_MS) return sample.detour ? 'detour' : 'delay';
  if (sample.limited === 'bandwidth') return 'narrow';
  if (sample.limited === 'cpu') return 'busy';
  return null;
}

/** Names a cause once it has been there three times in a row: a second's trouble is nobody's news. */
export class Diagnosis {
  private candidate: Cause | null = null;
  private times = 0;
  private told: Cause | null = null;

  add(sample: Sample): Cause | null {
    const found = diagnose(sample);
    this.times = found === this.candidate ? this.times + 1 : 1;
    this.candidate = found;
    if (this.times >= 3) this.told = found;
    return this.told;
  }
}

type Stats = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };
/** The part of an RTCStatsReport that is read: any map of stats objects by id (W3C webrtc-stats). */
export interface Report {
  get(id: string): unknown;
  forEach(each: (stats: Stats) => void): void;
}

const num = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

const one = (report: Report, id: unknown): Partial<Stats> | undefined => (typeof id === 'string' ? (report.get(id) as Stats | undefined) : undefined);

/** Turns reports into samples; keeps the last counters per stream, for as long as the stream is reported. */
export class NetworkMeter {
  private last = new Map<string, { readonly received: number; readonly lost: number }>();

  read(reports: readonly Report[]): Sample {
    const counters = new Map<string, { received: number; lost: number }>();
    let rttMs: number | null = null;
    let lostSending: number | null = null;
    let received = 0;
    let lost = 0;
    let limited: Sample['limited'] = null;
    let detour = false;
    for (const report of reports) {
      report.forEach((stats) => {
        switch (stats.type) {
          case 'transport': {
            const pair = one(report, stats.selectedCandidatePairId);
            const rtt = num(pair?.currentRoundTripTime);
            if (rtt !== null) rttMs = Math.max(rttMs ?? 0, rtt * 1000);
            const local = one(report, pair?.localCandidateId);
            detour ||= local?.candidateType === 'relay' || local?.protocol === 'tcp';
            break;
          }
          case 'remote-inbound-rtp': {
            const fraction = num(stats.fractionLost);
            if (fraction !== null) lostSending = Math.max(lostSending ?? 0, fraction);
            break;
          }
          case 'inbound-rtp': {
            const now = { received: num(stats.packetsReceived) ?? 0, lost: num(stats.packetsLost) ?? 0 };
            counters.set(stats.id, now);
            const before = this.last.get(stats.id);
            if (before === undefined) break;
            received += Math.max(0, now.received - before.received);
            // Late packets are taken off the count again (RFC 3550 section 6.4.1).
            lost += Math.max(0, now.lost - before.lost);
            break;
          }
          case 'outbound-rtp':
            if (stats.qualityLimitationReason === 'cpu') limited = 'cpu';
            else if (stats.qualityLimitationReason === 'bandwidth' && limited === null) limited = 'bandwidth';
        }
      });
    }
    this.last = counters;
    const all = received + lost;
    return { rttMs, lostSending, lostReceiving: all === 0 ? null : lost / all, limited, detour };
  }
}
