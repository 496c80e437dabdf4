import { describe, expect, it } from 'vitest';
import { Diagnosis, diagnose, NetworkMeter, type Sample } from './network';

const fine: Sample = { rttMs: 40, lostSending: 0, lostReceiving: 0, limited: null, detour: false };

const report = (...stats: { id: string; type: string; [key: string]: unknown }[]) => new Map(stats.map((one) => [one.id, one]));

describe('what holds a connection back', () => {
  it.each([
    [{}, null],
    [{ lostSending: 0.08 }, 'sending'],
    [{ lostReceiving: 0.08 }, 'receiving'],
    [{ lostSending: 0.08, lostReceiving: 0.2, rttMs: 900 }, 'sending'],
    [{ rttMs: 420 }, 'delay'],
    [{ rttMs: 420, detour: true }, 'detour'],
    [{ detour: true }, null],
    [{ limited: 'bandwidth' }, 'narrow'],
    [{ limited: 'cpu' }, 'busy'],
    [{ rttMs: null, lostSending: null, lostReceiving: null }, null],
  ] as const)('%j is %s', (change, cause) => {
    expect(diagnose({ ...fine, ...change })).toBe(cause);
  });

  it('is told once it stays, and taken back once it is gone for as long', () => {
    const diagnosis = new Diagnosis();
    const bad = { ...fine, lostSending: 0.2 };
    expect([bad, fine, bad, bad].map((sample) => diagnosis.add(sample))).toEqual([null, null, null, null]);
    expect(diagnosis.add(bad)).toBe('sending');
    expect([fine, fine, fine].map((sample) => diagnosis.add(sample))).toEqual(['sending', 'sending', null]);
  });
});

describe('the statistics of a connection', () => {
  const path = (protocol: string, candidateType: string) => [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    { id: 'P', type: 'candidate-pair', currentRoundTripTime: 0.12, localCandidateId: 'L' },
    { id: 'L', type: 'local-candidate', protocol, candidateType },
  ];

  it('have the round trip and the path of the pair that is in use', () => {
    expect(new NetworkMeter().read([report(...path('udp', 'host'))])).toMatchObject({ rttMs: 120, detour: false });
    expect(new NetworkMeter().read([report(...path('tcp', 'host'))]).detour).toBe(true);
    expect(new NetworkMeter().read([report(...path('udp', 'relay'))]).detour).toBe(true);
  });

  it('count what was lost since the last time, over all streams', () => {
    const meter = new NetworkMeter();
    const at = (received: number, lost: number) => report({ id: 'in', type: 'inbound-rtp', packetsReceived: received, packetsLost: lost });
    expect(meter.read([at(1000, 500)]).lostReceiving).toBeNull();
    expect(meter.read([at(1090, 510)]).lostReceiving).toBeCloseTo(0.1);
    expect(meter.read([at(1190, 505)]).lostReceiving).toBe(0);
  });

  it('take the worst of what the server says it lost of ours', () => {
    const lost = (id: string, fractionLost: number) => report({ id, type: 'remote-inbound-rtp', fractionLost });
    expect(new NetworkMeter().read([lost('a', 0.01), lost('b', 0.3)]).lostSending).toBe(0.3);
  });

  it('name the computer before the network when both hold a picture back', () => {
    const out = (id: string, qualityLimitationReason: string) => report({ id, type: 'outbound-rtp', qualityLimitationReason });
    expect(new NetworkMeter().read([out('q', 'bandwidth'), out('h', 'cpu'), out('f', 'none')]).limited).toBe('cpu');
  });
});
