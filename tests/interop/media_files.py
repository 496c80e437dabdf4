"""Encodes a test participant's picture and tone, and reads recordings of them, for clients that have no codecs.

  media_files.py make FOLDER ID
  media_files.py read FOLDER

The files are FOLDER/picture.ivf (VP8) and FOLDER/sound.ogg (Opus, a page every 20 ms). read prints one JSON object:
how many frames could be decoded, how many of them showed whom, and the loudest tone.
"""

import array
import asyncio
import collections
import os
import sys

import av
from peer import FPS, HEIGHT, PERIOD, RATE, WIDTH, Picture, Tone, loudest_hz, read_luma, say

SOUND_SECONDS = 5


def encode(out, encoder, frames):
    for frame in frames:
        out.mux(encoder.encode(frame))
    out.mux(encoder.encode())


def taken(track, count):
    """The first frames of a track that thinks it is live."""
    async def take():
        track.start = -1e9  # All of them are overdue.
        return [await track.recv() for _ in range(count)]
    return asyncio.run(take())


def make(folder, number):
    with av.open(os.path.join(folder, 'picture.ivf'), 'w') as out:
        # A key frame each second: who plays a file answers no request for one.
        encoder = out.add_stream('libvpx', rate=FPS, options={
            'g': str(FPS), 'deadline': 'realtime', 'cpu-used': '4', 'lag-in-frames': '0', 'auto-alt-ref': '0'})
        encoder.width, encoder.height, encoder.pix_fmt, encoder.bit_rate = WIDTH, HEIGHT, 'yuv420p', 400_000
        encode(out, encoder, taken(Picture(number), PERIOD))
    with av.open(os.path.join(folder, 'sound.ogg'), 'w', options={'page_duration': '20000'}) as out:
        encode(out, out.add_stream('libopus', rate=RATE, layout='mono'), taken(Tone(number), SOUND_SECONDS * 50))


def read(folder):
    shown, frames = collections.Counter(), 0
    with av.open(os.path.join(folder, 'picture.ivf')) as recording:
        for frame in recording.decode(video=0):
            frames += 1
            seen = read_luma(frame)
            shown[seen[0] if seen else -1] += 1
    with av.open(os.path.join(folder, 'sound.ogg')) as recording:
        resampler = av.AudioResampler(format='s16', layout='mono', rate=RATE)
        sound = b''.join(bytes(piece.planes[0])[:piece.samples * 2]
                         for frame in recording.decode(audio=0) for piece in resampler.resample(frame))
    samples = array.array('h', sound)
    # The middle second: at the ends the sound may come and go.
    middle = max(0, len(samples) // 2 - RATE // 2)
    say('read', frames=frames, shown=dict(shown), seconds=len(samples) / RATE,
        hz=loudest_hz(samples[middle:middle + RATE], RATE))


if __name__ == '__main__':
    if sys.argv[1] == 'make':
        make(sys.argv[2], int(sys.argv[3]))
    else:
        read(sys.argv[2])
