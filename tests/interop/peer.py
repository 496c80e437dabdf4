"""A participant by aiortc, over LiveKit's signaling: an implementation of WebRTC that is not libwebrtc.

  peer.py SCHEMA URL TOKEN ID [--v1]

SCHEMA is the descriptor set that the server's messages were generated from. Publishes the picture and the tone
of test participant ID, subscribes to what the room has, and prints one JSON object per line:
connected, video, audio, data, closed. Every line on stdin is sent as reliable data.
"""

import argparse
import asyncio
import base64
import fractions
import json
import math
import struct
import sys
import time
import urllib.parse

import aiohttp
import av
from aiortc import (MediaStreamTrack, RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription,
                    VideoStreamTrack)
from aiortc.sdp import candidate_from_sdp
from google.protobuf import (any_pb2, descriptor_pb2, descriptor_pool, duration_pb2, empty_pb2, message_factory,
                             struct_pb2, timestamp_pb2)

TONES_HZ = [400, 520, 680, 880, 1140, 1480, 1920, 2500]
BASE = [(190, 60, 60), (60, 150, 70), (70, 90, 190), (180, 150, 50), (150, 70, 170), (60, 160, 160), (200, 110, 50),
        (110, 110, 110)]
PERIOD, CELLS = 60, 16
WIDTH, HEIGHT, FPS, RATE = 320, 180, 15, 48_000

# Well-known types register themselves by being imported.
assert any_pb2 and duration_pb2 and empty_pb2 and struct_pb2 and timestamp_pb2


def say(event, **facts):
    print(json.dumps({'event': event, **facts}), flush=True)


def load_messages(path):
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, 'rb') as schema:
        files.ParseFromString(schema.read())
    pool = descriptor_pool.Default()
    for file in files.file:
        if not file.name.startswith('google/'):
            pool.Add(file)
    return lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f'livekit.{name}'))


# --- The picture and the tone: the same as ../harness/pattern.ts --------------------------------------------


def check(number, frame):
    return (number ^ (frame & 15) ^ (frame >> 4) ^ 0b1010) & 15


def rects_of(number, frame):
    code = (number << 12) | (frame << 4) | check(number, frame)
    yield 0, 0, 100, 100, BASE[number % len(BASE)]
    step = frame % PERIOD
    yield 2 + step * 76 / PERIOD, 10 + 30 * (0.5 if step & 1 else 0.4), 20, 25, (235, 235, 235)
    for cell in range(CELLS):
        bit = (code >> (CELLS - 1 - cell)) & 1
        yield cell * 100 / CELLS, 70, 100 / CELLS, 30, (235, 235, 235) if bit else (16, 16, 16)


def yuv(colour):
    r, g, b = colour
    return (round(16 + 0.257 * r + 0.504 * g + 0.098 * b), round(128 - 0.148 * r - 0.291 * g + 0.439 * b),
            round(128 + 0.439 * r - 0.368 * g - 0.071 * b))


def edges(start, length, size):
    def even(hundredths):
        return min(size, 2 * math.floor(hundredths * size / 200 + 0.5))
    return even(start), even(start + length)


def draw(number, frame):
    """The planes of one picture, as bytes without padding."""
    planes = [bytearray(WIDTH * HEIGHT), bytearray(WIDTH * HEIGHT // 4), bytearray(WIDTH * HEIGHT // 4)]
    for x, y, width, height, colour in rects_of(number, frame):
        left, right = edges(x, width, WIDTH)
        top, bottom = edges(y, height, HEIGHT)
        for plane, value, half in zip(planes, yuv(colour), (1, 2, 2)):
            stride, row = WIDTH // half, bytes([value]) * ((right - left) // half)
            for line in range(top // half, bottom // half):
                plane[line * stride + left // half:line * stride + right // half] = row
    return planes


def read_luma(frame):
    """Who and which frame a decoded picture shows; None if its code does not check."""
    plane = frame.planes[0]
    data, code = bytes(plane), 0
    line = int(frame.height * 0.85)
    for cell in range(CELLS):
        column = int((cell + 0.5) * frame.width / CELLS)
        total = sum(data[(line + dy) * plane.line_size + column + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1))
        code = (code << 1) | (1 if total / 9 > 125 else 0)
    number, index = code >> 12, (code >> 4) & 255
    return (number, index) if code & 15 == check(number, index) else None


class Picture(VideoStreamTrack):
    def __init__(self, number):
        super().__init__()
        self.pictures = [draw(number, frame) for frame in range(PERIOD)]
        self.count = 0
        self.start = None

    async def recv(self):
        if self.start is None:
            self.start = time.monotonic()
        await asyncio.sleep(max(0, self.start + self.count / FPS - time.monotonic()))
        frame = av.VideoFrame(WIDTH, HEIGHT, 'yuv420p')
        for plane, content in zip(frame.planes, self.pictures[self.count % PERIOD]):
            stride = len(content) // (plane.height)
            if plane.line_size == stride:
                plane.update(bytes(content))
            else:
                padding = bytes(plane.line_size - stride)
                plane.update(b''.join(bytes(content[i:i + stride]) + padding for i in range(0, len(content), stride)))
        frame.pts = self.count * 90_000 // FPS
        frame.time_base = fractions.Fraction(1, 90_000)
        self.count += 1
        return frame


class Tone(MediaStreamTrack):
    kind = 'audio'

    def __init__(self, number):
        super().__init__()
        self.step = 2 * math.pi * TONES_HZ[number % len(TONES_HZ)] / RATE
        self.count = 0
        self.start = None

    async def recv(self):
        if self.start is None:
            self.start = time.monotonic()
        await asyncio.sleep(max(0, self.start + self.count / RATE - time.monotonic()))
        samples = RATE // 50
        frame = av.AudioFrame(format='s16', layout='mono', samples=samples)
        wave = [int(12_000 * math.sin(self.step * (self.count + i))) for i in range(samples)]
        frame.planes[0].update(struct.pack(f'<{samples}h', *wave))
        frame.sample_rate = RATE
        frame.pts = self.count
        frame.time_base = fractions.Fraction(1, RATE)
        self.count += samples
        return frame


def loudest_hz(samples, rate):
    def power(hz):
        coefficient, previous, before = 2 * math.cos(2 * math.pi * hz / rate), 0.0, 0.0
        for sample in samples:
            previous, before = sample + coefficient * previous - before, previous
        return previous * previous + before * before - coefficient * previous * before
    return max(TONES_HZ, key=power)


async def look(track):
    frames = 0
    while True:
        frame = await track.recv()
        frames += 1
        if frames % 10 == 1:
            seen = read_luma(frame)
            say('video', frames=frames, width=frame.width, height=frame.height, id=seen[0] if seen else -1,
                frame=seen[1] if seen else -1)


async def listen(track):
    window, frames = [], 0
    while True:
        frame = await track.recv()
        channels = len(frame.layout.channels)
        samples = struct.unpack(f'<{frame.samples * channels}h', bytes(frame.planes[0])[:frame.samples * channels * 2])
        window = (window + list(samples[::channels]))[-4800:]
        frames += 1
        if frames % 25 == 0:
            energy = math.sqrt(sum(s * s for s in window) / len(window)) / 32_768
            say('audio', frames=frames, energy=energy, hz=loudest_hz(window, frame.sample_rate))


class Peer:
    def __init__(self, message, socket, number, v1):
        self.message, self.socket, self.number, self.v1 = message, socket, number, v1
        # One transport from the beginning, made by a section: aiortc loses a kind's second section when it
        # bundles later, and everything when its data channel came first.
        self.publisher = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.subscriber = self.publisher if v1 else RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connections = {0: self.publisher, 1: self.subscriber}
        self.pending = {0: [], 1: []}
        self.channels = {}
        self.offers = 0
        self.offer_wanted = False
        self.tasks = []
        self.subscriber.on('track', self.on_track)
        self.subscriber.on('datachannel', self.on_channel)
        for name, connection in (('publisher', self.publisher), ('subscriber', self.subscriber)):
            self.report_state(name, connection)

    def report_state(self, name, connection):
        @connection.on('connectionstatechange')
        def changed():
            if connection.connectionState == 'connected':
                say('connected', connection=name)
            elif connection.connectionState in ('failed', 'closed'):
                say('closed', connection=name, state=connection.connectionState)

    def on_track(self, track):
        self.tasks.append(asyncio.ensure_future(look(track) if track.kind == 'video' else listen(track)))

    def on_channel(self, channel):
        @channel.on('message')
        def received(payload):
            packet = self.message('DataPacket')()
            packet.ParseFromString(payload)
            if packet.WhichOneof('value') == 'user':
                say('data', channel=channel.label, sender=packet.participant_identity,
                    text=packet.user.payload.decode(), sequence=packet.sequence)

    def open_channels(self):
        self.channels['_reliable'] = self.publisher.createDataChannel('_reliable', ordered=True)
        self.channels['_lossy'] = self.publisher.createDataChannel('_lossy', ordered=False, maxRetransmits=0)
        if self.v1:
            for channel in self.channels.values():
                self.on_channel(channel)

    async def request(self, **fields):
        await self.socket.send_bytes(self.message('SignalRequest')(**fields).SerializeToString())

    async def publish(self):
        picture, tone = Picture(self.number), Tone(self.number)
        for track, kind, source in ((picture, 1, 1), (tone, 0, 2)):
            self.publisher.addTrack(track)
            await self.request(add_track=self.message('AddTrackRequest')(
                cid=track.id, name=track.kind, type=kind, source=source,
                width=WIDTH if kind else 0, height=HEIGHT if kind else 0))
        if self.v1:
            self.publisher.addTransceiver('audio', direction='recvonly')
            self.publisher.addTransceiver('video', direction='recvonly')
        self.open_channels()
        await self.offer()

    async def offer(self):
        # One at a time: what changes meanwhile goes into the next one.
        if self.publisher.signalingState != 'stable':
            self.offer_wanted = True
            return
        self.offer_wanted = False
        self.offers += 1
        await self.publisher.setLocalDescription(await self.publisher.createOffer())
        await self.request(offer=self.message('SessionDescription')(
            type='offer', sdp=self.publisher.localDescription.sdp, id=self.offers))

    async def add_candidate(self, target, text):
        connection = self.connections[target]
        if connection.remoteDescription is None:
            self.pending[target].append(text)
            return
        fields = json.loads(text)
        if not fields.get('candidate'):
            return
        candidate = candidate_from_sdp(fields['candidate'].removeprefix('candidate:'))
        if candidate.protocol.lower() != 'udp':
            return
        candidate.sdpMid, candidate.sdpMLineIndex = fields.get('sdpMid'), fields.get('sdpMLineIndex')
        await connection.addIceCandidate(candidate)

    async def add_bundled(self, sdp):
        """aiortc takes the candidates of a transport's last section; in a bundle the first has them (RFC 9143)."""
        for line in sdp.splitlines():
            if line.startswith('a=candidate:'):
                await self.add_candidate(0, json.dumps({'candidate': line[2:], 'sdpMLineIndex': 0}))

    async def add_pending(self, target):
        for text in self.pending[target]:
            await self.add_candidate(target, text)
        self.pending[target].clear()

    async def on_response(self, response):
        kind = response.WhichOneof('message')
        value = getattr(response, kind) if kind else None
        if kind == 'answer':
            first = self.publisher.remoteDescription is None
            await self.publisher.setRemoteDescription(RTCSessionDescription(sdp=value.sdp, type='answer'))
            if first:
                await self.add_bundled(value.sdp)
            await self.add_pending(0)
            if self.offer_wanted:
                await self.offer()
        elif kind == 'offer':
            await self.subscriber.setRemoteDescription(RTCSessionDescription(sdp=value.sdp, type='offer'))
            await self.add_pending(1)
            await self.subscriber.setLocalDescription(await self.subscriber.createAnswer())
            await self.request(answer=self.message('SessionDescription')(
                type='answer', sdp=self.subscriber.localDescription.sdp, id=value.id))
        elif kind == 'trickle':
            await self.add_candidate(value.target, value.candidateInit)
        elif kind == 'media_sections_requirement':
            for _ in range(value.num_audios):
                self.publisher.addTransceiver('audio', direction='recvonly')
            for _ in range(value.num_videos):
                self.publisher.addTransceiver('video', direction='recvonly')
            await self.offer()
        elif kind == 'leave':
            say('closed', reason=value.reason)
            return False
        return True

    def send(self, text):
        self.sequence = getattr(self, 'sequence', 0) + 1
        packet = self.message('DataPacket')(
            kind=0, sequence=self.sequence, user=self.message('UserPacket')(payload=text.encode(), topic='aiortc'))
        self.channels['_reliable'].send(packet.SerializeToString())


async def read_stdin(peer):
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        peer.send(line.decode().rstrip('\n'))


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('schema')
    parser.add_argument('url')
    parser.add_argument('token')
    parser.add_argument('id', type=int)
    parser.add_argument('--v1', action='store_true')
    options = parser.parse_args()
    message = load_messages(options.schema)

    query = {'access_token': options.token, 'auto_subscribe': '1', 'sdk': 'python', 'protocol': '17', 'version': '1.0.0'}
    path = '/rtc'
    if options.v1:
        request = message('JoinRequest')(
            client_info=message('ClientInfo')(sdk=10, protocol=17, version='1.0.0'),
            connection_settings=message('ConnectionSettings')(auto_subscribe=True))
        wrapped = message('WrappedJoinRequest')(join_request=request.SerializeToString())
        query = {'access_token': options.token,
                 'join_request': base64.urlsafe_b64encode(wrapped.SerializeToString()).decode()}
        path = '/rtc/v1'

    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f'{options.url}{path}?{urllib.parse.urlencode(query)}', max_msg_size=0) as socket:
            peer = Peer(message, socket, options.id, options.v1)
            commands = None
            async for frame in socket:
                if frame.type != aiohttp.WSMsgType.BINARY:
                    continue
                response = message('SignalResponse')()
                response.ParseFromString(frame.data)
                if response.WhichOneof('message') == 'join':
                    say('joined', sid=response.join.participant.sid)
                    await peer.publish()
                    commands = asyncio.ensure_future(read_stdin(peer))
                elif not await peer.on_response(response):
                    break
            if commands:
                commands.cancel()
            say('closed', reason='socket')


if __name__ == '__main__':
    asyncio.run(main())
