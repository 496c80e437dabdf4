// Keeps every RTCPeerConnection that the SDK makes, so that a test can look below it, and can take away the
// network: with `tcpOnly`, the browser never learns of a UDP candidate. Or a codec: what it never reads of, it lacks.

export const connections: RTCPeerConnection[] = [];
let tcpOnly = false;

export function allowOnlyTcp(): void {
  tcpOnly = true;
}

export type Relay = 'udp' | 'tcp' | 'tls';
let relay: Relay | null = null;

export function allowOnlyRelay(how: Relay): void {
  relay = how;
}

let lacking: readonly string[] = [];

/** By name; in offers of the server's (`/rtc`). */
export function lackCodecs(names: readonly string[]): void {
  lacking = names;
}

function withoutCodecs(sdp: string): string {
  if (lacking.length === 0) return sdp;
  const lines = sdp.split('\r\n');
  const payloadTypes = lines
    .map((line) => /^a=rtpmap:(\d+) ([^/]+)/.exec(line))
    .filter((found) => found !== null && lacking.includes(found[2]!))
    .map((found) => found![1]!);
  return lines
    .filter((line) => !payloadTypes.some((type) => new RegExp(`^a=(rtpmap|fmtp|rtcp-fb):${type} `).test(line)))
    .map((line) => (line.startsWith('m=') ? line.split(' ').filter((word, i) => i < 3 || !payloadTypes.includes(word)).join(' ') : line))
    .join('\r\n');
}

const reaches = (url: string, how: Relay) =>
  how === 'tls' ? url.startsWith('turns:') : url.startsWith('turn:') && url.endsWith(`transport=${how}`);

/** Of the relays that the server named, those that are reached in the wanted way; and nothing but relays. */
function throughRelay(configuration?: RTCConfiguration): RTCConfiguration | undefined {
  if (relay === null) return configuration;
  const how = relay;
  const iceServers = (configuration?.iceServers ?? [])
    .map((server) => ({ ...server, urls: [server.urls].flat().filter((url) => reaches(url, how)) }))
    .filter(({ urls }) => urls.length > 0);
  return { ...configuration, iceServers, iceTransportPolicy: 'relay' };
}

const isTcp = (candidate: string) => / tcp /i.test(candidate);

const withoutUdp = (sdp: string) =>
  sdp
    .split('\r\n')
    .filter((line) => !line.startsWith('a=candidate:') || isTcp(line))
    .join('\r\n');

const Native = window.RTCPeerConnection;

class Recorded extends Native {
  constructor(configuration?: RTCConfiguration) {
    super(throughRelay(configuration));
    connections.push(this);
  }

  override setConfiguration(configuration?: RTCConfiguration): void {
    super.setConfiguration(throughRelay(configuration));
  }

  override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    if (!description.sdp) return super.setRemoteDescription(description);
    const sdp = withoutCodecs(tcpOnly ? withoutUdp(description.sdp) : description.sdp);
    return super.setRemoteDescription({ type: description.type, sdp });
  }

  override addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
    if (tcpOnly && candidate?.candidate && !isTcp(candidate.candidate)) return Promise.resolve();
    return super.addIceCandidate(candidate ?? undefined);
  }
}

window.RTCPeerConnection = Recorded;

export interface ConnectionFacts {
  readonly state: RTCPeerConnectionState;
  /** Both certificates: a DTLS association lives as long as this stays the same. */
  readonly association: string;
  /** Of the pair in use. */
  readonly protocol: string;
  /** Of the pair in use: "host over udp", "relay over tls". */
  readonly localCandidate: string;
  readonly srtpCipher: string;
  readonly dtlsVersion: string;
  readonly remoteCandidates: string[];
}

const fingerprintOf = (description: RTCSessionDescription | null) =>
  /a=fingerprint:(\S+ \S+)/.exec(description?.sdp ?? '')?.[1] ?? '';

export async function connectionFacts(): Promise<ConnectionFacts[]> {
  const open = connections.filter((pc) => pc.signalingState !== 'closed');
  return Promise.all(
    open.map(async (pc) => {
      const stats = await pc.getStats();
      const facts = { protocol: '', localCandidate: '', srtpCipher: '', dtlsVersion: '' };
      const remoteCandidates: string[] = [];
      stats.forEach((entry) => {
        if (entry.type === 'transport') {
          facts.srtpCipher = entry.srtpCipher ?? '';
          facts.dtlsVersion = entry.tlsVersion ?? '';
          const pair = stats.get(entry.selectedCandidatePairId);
          if (pair) facts.protocol = stats.get(pair.remoteCandidateId)?.protocol ?? '';
          const local = pair && stats.get(pair.localCandidateId);
          if (local) facts.localCandidate = `${local.candidateType} over ${local.relayProtocol ?? local.protocol}`;
        }
        if (entry.type === 'remote-candidate') {
          remoteCandidates.push(`${entry.protocol} ${entry.address}:${entry.port} ${entry.candidateType}`);
        }
      });
      return {
        state: pc.connectionState,
        association: `${fingerprintOf(pc.localDescription)} ${fingerprintOf(pc.remoteDescription)}`,
        ...facts,
        remoteCandidates,
      };
    }),
  );
}
