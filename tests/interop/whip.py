"""A publisher or a player by aiortc, over HTTP alone.

  whip.py (whip|whep) URL TOKEN ID

whip publishes the picture and the tone of test participant ID; whep watches. Prints one JSON object per line:
began, connected, video, audio, ended. A line on stdin ends it with DELETE.
"""

import argparse
import asyncio
import sys
import urllib.parse

import aiohttp
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp
from peer import Picture, Tone, listen, look, say


async def add_candidates(connection, sdp):
    """aiortc takes the candidates of a transport's last section; in a bundle the first has them (RFC 9143)."""
    for line in sdp.splitlines():
        if line.startswith('a=candidate:'):
            candidate = candidate_from_sdp(line.removeprefix('a=candidate:'))
            if candidate.protocol.lower() == 'udp':
                candidate.sdpMLineIndex = 0
                await connection.addIceCandidate(candidate)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('protocol', choices=('whip', 'whep'))
    parser.add_argument('url')
    parser.add_argument('token')
    parser.add_argument('id', type=int)
    options = parser.parse_args()

    connection = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    tasks = []
    if options.protocol == 'whip':
        connection.addTrack(Tone(options.id))
        connection.addTrack(Picture(options.id))
    else:
        connection.addTransceiver('audio', direction='recvonly')
        connection.addTransceiver('video', direction='recvonly')

    @connection.on('track')
    def on_track(track):
        tasks.append(asyncio.ensure_future(look(track) if track.kind == 'video' else listen(track)))

    @connection.on('connectionstatechange')
    def changed():
        if connection.connectionState == 'connected':
            say('connected')

    await connection.setLocalDescription(await connection.createOffer())
    headers = {'Authorization': f'Bearer {options.token}'}
    async with aiohttp.ClientSession(headers=headers) as http:
        offer = connection.localDescription.sdp
        async with http.post(options.url, data=offer, headers={'Content-Type': 'application/sdp'}) as response:
            answer = await response.text()
            if response.status != 201:
                say('refused', status=response.status, text=answer)
                return
            session = urllib.parse.urljoin(options.url, response.headers['Location'])
        say('began', session=session)
        await connection.setRemoteDescription(RTCSessionDescription(sdp=answer, type='answer'))
        await add_candidates(connection, answer)

        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        await reader.readline()
        async with http.delete(session) as response:
            say('ended', status=response.status)
    await connection.close()


if __name__ == '__main__':
    asyncio.run(main())
