// Session descriptions for clients that talk, but send no packets.
import { SessionDescription } from '@livekit/protocol';

export type Direction = 'sendonly' | 'recvonly' | 'inactive';

export interface Section {
  readonly kind: 'audio' | 'video';
  readonly direction: Direction;
  /** The id of the track that is sent, which AddTrack names. */
  readonly cid?: string;
}

const CODECS = {
  audio: ['a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1'],
  video: ['a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack', 'a=rtcp-fb:96 nack pli', 'a=rtcp-fb:96 ccm fir'],
};

export function offerOf(sections: readonly Section[], id = 1): SessionDescription {
  const transport = [
    'a=ice-ufrag:conf',
    'a=ice-pwd:0123456789abcdefghijklmn',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => (i * 7 + 16).toString(16).toUpperCase()).join(':')}`,
    'a=setup:actpass',
  ];
  const mids = ['0', ...sections.map((_, i) => String(i + 1))];
  const lines = [
    'v=0',
    `o=- 4611731400430051336 ${id} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mids.join(' ')}`,
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...transport,
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
  ];
  sections.forEach(({ kind, direction, cid }, i) => {
    lines.push(
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${kind === 'audio' ? 111 : 96}`,
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
      ...transport,
      `a=mid:${i + 1}`,
      `a=${direction}`,
      ...(direction === 'sendonly' ? [`a=msid:stream ${cid}`] : []),
      'a=rtcp-mux',
      ...CODECS[kind],
      ...(direction === 'sendonly' ? [`a=ssrc:${1000 + i} cname:conf`, `a=ssrc:${1000 + i} msid:stream ${cid}`] : []),
    );
  });
  return new SessionDescription({ type: 'offer', sdp: [...lines, ''].join('\r\n'), id });
}
