// A publisher or a player by pion, over HTTP alone: WebRTC written in Go, from its ICE and DTLS up.
//
//	pion (whip|whep) URL TOKEN FOLDER
//
// whip publishes FOLDER/picture.ivf (VP8, 15 frames in a second) and FOLDER/sound.ogg (Opus, a page every 20 ms) over
// and over; whep writes what it watches into files of these names. Prints one JSON object per line: began, connected,
// frames, ended. A line on stdin ends it with DELETE.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc"
	"github.com/pion/webrtc/pkg/media"
	"github.com/pion/webrtc/pkg/media/ivfreader"
	"github.com/pion/webrtc/pkg/media/ivfwriter"
	"github.com/pion/webrtc/pkg/media/oggreader"
	"github.com/pion/webrtc/pkg/media/oggwriter"
)

const (
	frameInterval = time.Second / 15
	pageInterval  = 20 * time.Millisecond
)

var saying sync.Mutex

func say(event string, facts map[string]any) {
	told := map[string]any{"event": event}
	for name, fact := range facts {
		told[name] = fact
	}
	line, err := json.Marshal(told)
	check(err)
	saying.Lock()
	defer saying.Unlock()
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// --- Sending ------------------------------------------------------------------------------------------------

// Calls next at an even pace for as long as the process lives.
func every(interval time.Duration, next func() []byte, track *webrtc.TrackLocalStaticSample) {
	for range time.Tick(interval) {
		check(track.WriteSample(media.Sample{Data: next(), Duration: interval}))
	}
}

// The frames of the file one after the other, and then from the start again.
func frames(path string) func() []byte {
	var reader *ivfreader.IVFReader
	return func() []byte {
		for {
			if reader == nil {
				file, err := os.Open(path)
				check(err)
				reader, _, err = ivfreader.NewWith(file)
				check(err)
			}
			frame, _, err := reader.ParseNextFrame()
			if err == nil {
				return frame
			}
			if !errors.Is(err, io.EOF) {
				check(err)
			}
			reader = nil
		}
	}
}

func pages(path string) func() []byte {
	var reader *oggreader.OggReader
	return func() []byte {
		for {
			if reader == nil {
				file, err := os.Open(path)
				check(err)
				reader, _, err = oggreader.NewWith(file)
				check(err)
			}
			page, header, err := reader.ParseNextPage()
			if err == nil && header.GranulePosition == 0 {
				continue // The comments.
			}
			if err == nil {
				return page
			}
			if !errors.Is(err, io.EOF) {
				check(err)
			}
			reader = nil
		}
	}
}

func publish(connection *webrtc.PeerConnection, folder string) (start func()) {
	add := func(mime, name string) *webrtc.TrackLocalStaticSample {
		track, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: mime}, name, "pion")
		check(err)
		_, err = connection.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{
			Direction: webrtc.RTPTransceiverDirectionSendonly,
		})
		check(err)
		return track
	}
	sound, picture := add(webrtc.MimeTypeOpus, "sound"), add(webrtc.MimeTypeVP8, "picture")
	return func() {
		go every(pageInterval, pages(filepath.Join(folder, "sound.ogg")), sound)
		go every(frameInterval, frames(filepath.Join(folder, "picture.ivf")), picture)
	}
}

// --- Receiving ----------------------------------------------------------------------------------------------

// What is being written, to be ended before the process does.
var recordings struct {
	sync.Mutex
	ended bool
	open  []media.Writer
}

func record(track *webrtc.TrackRemote, writer media.Writer) {
	recordings.Lock()
	recordings.open = append(recordings.open, writer)
	recordings.Unlock()
	for seen := 0; ; {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		recordings.Lock()
		if !recordings.ended {
			check(writer.WriteRTP(packet))
		}
		recordings.Unlock()
		if packet.Marker {
			if seen++; seen%15 == 0 {
				say("frames", map[string]any{"kind": track.Kind().String(), "frames": seen, "mime": track.Codec().MimeType})
			}
		}
	}
}

func watch(connection *webrtc.PeerConnection, folder string) {
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		_, err := connection.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{
			Direction: webrtc.RTPTransceiverDirectionRecvonly,
		})
		check(err)
	}
	connection.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		if track.Kind() == webrtc.RTPCodecTypeAudio {
			writer, err := oggwriter.New(filepath.Join(folder, "sound.ogg"), 48000, 2)
			check(err)
			record(track, writer)
			return
		}
		writer, err := ivfwriter.New(filepath.Join(folder, "picture.ivf"))
		check(err)
		go func() { // The writer waits for a key frame; pion asks for none by itself.
			for range time.Tick(2 * time.Second) {
				_ = connection.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(track.SSRC())}})
			}
		}()
		record(track, writer)
	})
}

// --- Over HTTP ----------------------------------------------------------------------------------------------

func ask(method, at, token, body string) *http.Response {
	request, err := http.NewRequest(method, at, strings.NewReader(body))
	check(err)
	request.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		request.Header.Set("Content-Type", "application/sdp")
	}
	response, err := http.DefaultClient.Do(request)
	check(err)
	return response
}

func main() {
	if len(os.Args) != 5 {
		check(errors.New("usage: pion (whip|whep) URL TOKEN FOLDER"))
	}
	protocol, at, token, folder := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	connection, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	check(err)
	start := func() {}
	if protocol == "whip" {
		start = publish(connection, folder)
	} else {
		watch(connection, folder)
	}
	var once sync.Once
	connection.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			say("connected", nil)
			once.Do(start)
		}
	})

	offer, err := connection.CreateOffer(nil)
	check(err)
	gathered := webrtc.GatheringCompletePromise(connection)
	check(connection.SetLocalDescription(offer))
	<-gathered
	response := ask("POST", at, token, connection.LocalDescription().SDP)
	answer, err := io.ReadAll(response.Body)
	check(err)
	if response.StatusCode != http.StatusCreated {
		say("refused", map[string]any{"status": response.StatusCode, "text": string(answer)})
		return
	}
	base, err := url.Parse(at)
	check(err)
	session, err := base.Parse(response.Header.Get("Location"))
	check(err)
	check(connection.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)}))
	say("began", map[string]any{"session": session.String()})

	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	recordings.Lock()
	recordings.ended = true
	for _, writer := range recordings.open {
		check(writer.Close())
	}
	recordings.Unlock()
	say("ended", map[string]any{"status": ask("DELETE", session.String(), token, "").StatusCode})
	check(connection.Close())
}
