"""A WHIP publisher by GStreamer's webrtcbin: another ICE, DTLS and RTP again.

  gst_whip.py URL TOKEN HZ

Publishes a moving test picture (VP8, 320x180) and a tone. Prints began, then ends with DELETE on the first line
on stdin. Runs with the system's Python, where GStreamer's bindings are.
"""

import json
import sys
import urllib.parse
import urllib.request

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstSdp', '1.0')
gi.require_version('GstWebRTC', '1.0')
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

PIPELINE = """
  webrtcbin name=out bundle-policy=max-bundle
  videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=15/1 !
    vp8enc deadline=1 cpu-used=8 keyframe-max-dist=60 ! rtpvp8pay picture-id-mode=15-bit pt=96 !
    application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000 ! queue ! out.
  audiotestsrc is-live=true freq={hz} ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=2 !
    opusenc ! rtpopuspay pt=111 !
    application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000 ! queue ! out.
"""


def say(event, **facts):
    print(json.dumps({'event': event, **facts}), flush=True)


class Publisher:
    def __init__(self, url, token, hz):
        self.url, self.token, self.session = url, token, None
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(PIPELINE.format(hz=hz))
        self.peer = self.pipeline.get_by_name('out')
        self.peer.connect('on-negotiation-needed', self.on_negotiation_needed)
        self.peer.connect('notify::ice-gathering-state', self.on_gathering)
        self.pipeline.set_state(Gst.State.PLAYING)

    def on_negotiation_needed(self, peer):
        for index in range(2):
            peer.emit('get-transceiver', index).set_property(
                'direction', GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        peer.emit('create-offer', None, Gst.Promise.new_with_change_func(self.on_offer, None))

    def on_offer(self, promise, _):
        reply = promise.get_reply()  # Owns the offer: it has to outlive what is done with it.
        self.peer.emit('set-local-description', reply.get_value('offer'), None)

    def on_gathering(self, peer, _):
        if peer.get_property('ice-gathering-state') == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            GLib.idle_add(self.begin)

    def request(self, method, url, body=None):
        headers = {'Authorization': f'Bearer {self.token}', 'Content-Type': 'application/sdp'}
        return urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method))

    def begin(self):
        if self.session:
            return
        offer = self.peer.get_property('local-description').sdp.as_text()
        with self.request('POST', self.url, offer.encode()) as response:
            self.session = urllib.parse.urljoin(self.url, response.headers['Location'])
            text = response.read()
        _, message = GstSdp.SDPMessage.new()
        GstSdp.sdp_message_parse_buffer(text, message)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.peer.emit('set-remote-description', answer, None)
        say('began', session=self.session)

    def end(self, *_):
        with self.request('DELETE', self.session) as response:
            say('ended', status=response.status)
        self.pipeline.set_state(Gst.State.NULL)
        self.loop.quit()
        return False


if __name__ == '__main__':
    Gst.init(None)
    publisher = Publisher(sys.argv[1], sys.argv[2], sys.argv[3])
    GLib.io_add_watch(sys.stdin, GLib.IO_IN, publisher.end)
    publisher.loop.run()
