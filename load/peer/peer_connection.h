#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "load/measure/counts.h"
#include "load/peer/track_receiver.h"
#include "load/peer/track_sender.h"
#include "load/peer/transport.h"
#include "protocols/sdp/sdp.h"

namespace parley::load {

/// What a browser calls RTCPeerConnection: media sections and their descriptions on one side, a
/// Transport with senders and receivers on the other. Sans-IO.
///
///  owner    one or two per Client
///  thread   its worker's
class PeerConnection {
 public:
  /// All outlive this. `local`: where our socket can be reached, for servers that call (empty: they
  /// are lite, or we offer).
  PeerConnection(const Shared& shared, SocketId socket, Counts& counts,
                 std::vector<SocketAddress> local);

  // --- Sections
  void add_receivers(sdp::Kind kind, std::size_t count);
  TrackSender& add_sender(const Material& material, const std::string& track_id);
  TrackSender* sender(std::string_view track_id);

  // --- Descriptions. What cannot be used is a problem, and ends in false or an empty answer.
  std::string create_offer();
  bool set_answer(std::string_view text, Time now);
  std::string answer(std::string_view offer, Time now);
  /// As a `trickle` message brings it: "candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host".
  void add_candidate(std::string_view line, Time now);

  // --- The network
  void receive(const SocketAddress& from, MutableBytes datagram, Time now);
  /// Everything that is due.
  void advance(Time now);
  Time next_event() const;
  void close(Time now) { transport_.close(now); }

  bool connected() const { return transport_.connected(); }
  bool failed() const { return transport_.failed(); }
  /// Of the tracks that arrive: since when the first whole frame of each was there.
  std::size_t tracks() const;
  std::size_t tracks_with_media() const;
  std::optional<Time> first_frame(sdp::Kind kind) const;
  /// Tracks that bring media no more, by the silence after their last packet.
  std::size_t silent_tracks(Time now, Duration silence) const;
  const std::vector<std::string>& problems() const { return problems_; }
  std::uint64_t undecryptable() const { return transport_.undecryptable(); }
  TrackSender::Counts sent() const;

 private:
  struct Section {
    sdp::Kind kind = sdp::Kind::audio;
    std::string mid;
    std::string track_id;  ///< Of what is sent on it.
    std::unique_ptr<TrackSender> sender;
    // What is received on it.
    std::string remote_track;
    std::unique_ptr<TrackReceiver> receiver;
    std::uint32_t ssrc = 0;
    std::uint32_t rtx_ssrc = 0;
    Numbers numbers;
  };
  /// Which section a stream belongs to, and how.
  struct Stream {
    Section* section = nullptr;
    bool rtx = false;
  };

  Section& add(sdp::Kind kind, std::string mid);
  sdp::Media describe(const Section& section) const;
  void describe_transport(sdp::Media& media, sdp::Setup setup) const;
  bool set_remote(const sdp::Session& description, bool we_offered, Time now);
  void receive_track(Section& section, const sdp::Media& remote);
  void on_rtp(MutableBytes plain, Time now);
  void on_rtcp(ByteView compound, Time now);
  Stream* find_stream(const rtp::PacketView& packet);
  void send_feedback(Time now);
  void write_transport_feedback();
  void problem(std::string text);

  const Shared& shared_;
  Counts& counts_;
  Transport transport_;
  std::vector<SocketAddress> local_;
  std::string cname_;
  std::uint64_t id_;
  std::uint64_t version_ = 0;
  std::deque<Section> sections_;  ///< In the order of the descriptions; they never move.
  bool channels_ = false;         ///< There is an application section.
  std::size_t offered_ = 0;
  std::unordered_map<std::uint32_t, Stream> streams_;
  std::uint8_t mid_id_ = 0;
  std::uint8_t transport_sequence_id_ = 0;
  std::vector<std::string> problems_;

  // Transport-wide feedback: what came since the last.
  std::vector<std::pair<std::uint16_t, Time>> arrivals_;
  std::uint16_t feedback_base_ = 0;
  bool feedback_began_ = false;
  std::uint8_t feedback_count_ = 0;
  std::uint32_t feedback_ssrc_ = 0;
  std::uint32_t own_ssrc_;
  Time next_feedback_ = kNever;
  Time next_report_{};
};

}  // namespace parley::load
