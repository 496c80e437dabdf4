// mediasoup as its users run it: a process of Node with a worker. Plain RTP in, WebRTC out. Says which viewer is
// offered what over a Unix socket, a line of JSON for each question and answer.
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import mediasoup from 'mediasoup';

const [socketPath, mediaPort] = process.argv.slice(2);
const LOOPBACK = '127.0.0.1';

const worker = await mediasoup.createWorker({ logLevel: 'warn' });
worker.on('died', () => process.exit(1));
const router = await worker.createRouter({ mediaCodecs: [{ kind: 'video', mimeType: 'video/VP8', clockRate: 90000 }] });
const publisher = await router.createPlainTransport({ listenIp: LOOPBACK, port: Number(mediaPort), comedia: true });
const producer = await publisher.produce({
  kind: 'video',
  rtpParameters: {
    codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90000 }],
    encodings: [{ ssrc: 0x1000 }],
  },
});

const transports = new Map();

function describe({ iceParameters, iceCandidates, dtlsParameters }, { mid, codecs, headerExtensions, encodings, rtcp }) {
  const [{ ssrc, rtx }] = encodings;
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256').value;
  return [
    'v=0',
    `o=- 1 1 IN IP4 ${LOOPBACK}`,
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mid}`,
    `m=video 9 UDP/TLS/RTP/SAVPF ${codecs.map(({ payloadType }) => payloadType).join(' ')}`,
    `c=IN IP4 ${LOOPBACK}`,
    `a=mid:${mid}`,
    'a=sendonly',
    'a=rtcp-mux',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:actpass',
    ...iceCandidates.map(({ foundation, priority, ip, port }) => `a=candidate:${foundation} 1 udp ${priority} ${ip} ${port} typ host`),
    ...codecs.flatMap(({ payloadType, mimeType, clockRate, parameters, rtcpFeedback }) => [
      `a=rtpmap:${payloadType} ${mimeType.split('/')[1]}/${clockRate}`,
      ...Object.entries(parameters).map(([name, value]) => `a=fmtp:${payloadType} ${name}=${value}`),
      ...rtcpFeedback.map(({ type, parameter }) => `a=rtcp-fb:${payloadType} ${type} ${parameter ?? ''}`.trimEnd()),
    ]),
    ...headerExtensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    `a=ssrc-group:FID ${ssrc} ${rtx.ssrc}`,
    `a=ssrc:${ssrc} cname:${rtcp.cname}`,
    `a=ssrc:${rtx.ssrc} cname:${rtcp.cname}`,
    '',
  ].join('\r\n');
}

async function offer() {
  const transport = await router.createWebRtcTransport({ listenIps: [LOOPBACK], initialAvailableOutgoingBitrate: 1e8 });
  const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
  transports.set(transport.id, transport);
  return { id: transport.id, sdp: describe(transport, consumer.rtpParameters) };
}

async function answer({ id, sdp }) {
  const [, value] = /^a=fingerprint:sha-256 (\S+)/m.exec(sdp);
  await transports.get(id).connect({ dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] } });
  return {};
}

createServer((socket) => {
  createInterface({ input: socket }).on('line', async (line) => {
    const request = JSON.parse(line);
    const result = await (request.sdp ? answer(request) : offer());
    socket.write(`${JSON.stringify(result)}\n`);
  });
}).listen(socketPath);
