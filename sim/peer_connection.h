#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/sdp/sdp.h"
#include "sim/audio.h"
#include "sim/client.h"
#include "sim/feedback.h"
#include "sim/session.h"
#include "sim/video.h"

namespace parley::sim {

/// A track as its receiver sees it, from the description that turned its section on until the one
/// that turned it off. One of `video` and `audio` is there.
struct RemoteTrack {
  std::string participant_sid;  ///< From the msid: what precedes '|'.
  std::string sid;
  std::string mid;
  bool live = true;
  std::unique_ptr<VideoSink> video;
  std::unique_ptr<AudioSink> audio;
};

/// What a browser calls RTCPeerConnection: sections and their descriptions on one side, a `Client`
/// with its sources and sinks on the other.
class PeerConnection {
 public:
  /// `opens_channels`: LiveKit's three data channels, as whoever offers does.
  PeerConnection(World& world, Random& random, const SocketAddress& address, bool opens_channels);

  // --- Sections
  void add_receiver(sdp::Kind kind);
  /// Takes sound with redundancy, and may send it so; before the first description.
  void take_red() { takes_red_ = true; }
  void add_camera(const std::string& track_id, std::size_t layers);
  void add_microphone(const std::string& track_id);
  /// The sender's track is gone: its section is offered inactive.
  void stop(std::string_view track_id);

  // --- Descriptions
  std::string create_offer();
  /// False if it cannot be used; `problems` says why. `mid_to_track` is what came with it.
  bool set_answer(std::string_view text, const std::map<std::string, std::string>& mid_to_track,
                  Time now);
  /// The answer to an offer of the server's; empty if that cannot be used.
  std::string answer(std::string_view offer, const std::map<std::string, std::string>& mid_to_track,
                     Time now);
  /// New credentials with the next offer.
  void restart_ice();

  // --- The network
  void move(const SocketAddress& to, Time now);
  void receive(const ice::Path& path, MutableBytes datagram, Time now);
  /// Everything that is due.
  void advance(Time now);
  Time next_event() const;

  bool connected() const { return client.connected(); }
  const std::string& local_ufrag() const { return credentials_.ufrag; }
  const std::string& server_ufrag() const { return server_ufrag_; }
  /// The port that the server's candidate names; 0 before.
  std::uint16_t server_port() const { return server_port_; }

  VideoSource* camera();
  AudioSource* microphone();
  /// The newest live one; nullptr if there is none.
  RemoteTrack* find(std::string_view track_sid);
  const std::vector<std::unique_ptr<RemoteTrack>>& tracks() const { return tracks_; }
  std::size_t receivers(sdp::Kind kind) const;

  Client client;
  std::vector<std::string> problems;  ///< Descriptions that a browser would refuse or misread.

 private:
  /// One media section, in the order of the descriptions.
  struct Section {
    sdp::Kind kind = sdp::Kind::audio;
    std::string mid;
    bool stopped = false;
    std::string track_id;  ///< Of what is sent on it; empty: it receives.
    std::size_t layers = 1;
    std::unique_ptr<VideoSource> camera;
    std::unique_ptr<AudioSource> microphone;
    RemoteTrack* remote = nullptr;
  };

  Section& add(sdp::Kind kind);
  sdp::Media describe(const Section& section) const;
  void describe_transport(sdp::Media& media, sdp::Setup setup) const;
  bool set_remote(const sdp::Session& description, Time now);
  void start_sending(Section& section, const sdp::Media& remote);
  void receive_track(Section& section, const sdp::Media& remote,
                     const std::map<std::string, std::string>& mid_to_track);
  void end_track(Section& section);

  Random& random_;
  bool takes_red_ = false;
  media::IceCredentials credentials_;
  ice::Path path_;
  std::uint64_t id_;
  std::uint64_t version_ = 0;
  std::string server_ufrag_;
  std::uint16_t server_port_ = 0;
  std::uint8_t transport_sequence_id_ = 0;
  std::vector<Section> sections_;
  std::size_t offered_ = 0;  ///< How many of them the newest offer has.
  std::vector<std::unique_ptr<RemoteTrack>> tracks_;
  Feedback feedback_;
};

}  // namespace parley::sim
