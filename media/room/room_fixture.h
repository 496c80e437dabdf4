#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "media/room/room.h"

/// What the tests of this folder stand on.
namespace parley::media {

/// Keeps what the control thread asks of a shard.
class RecordingShard final : public ShardPort {
 public:
  void post(Command command) override { commands.push_back(std::move(command)); }
  template <typename T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const Command& command : commands) {
      if (const T* match = std::get_if<T>(&command)) out.push_back(*match);
    }
    return out;
  }
  std::vector<Command> commands;
};

/// Keeps what clients are sent, by connection.
class RecordingUplink final : public Uplink {
 public:
  void send(const std::string&, const std::string& connection,
            const plane::ToClient& message) override {
    if (message.has_close()) closed.push_back(connection);
    if (message.has_token_wanted()) tokens[connection].push_back(message.token_wanted());
    if (message.message_case() != plane::ToClient::kSignalResponse) return;
    livekit::SignalResponse response;
    ASSERT_TRUE(response.ParseFromString(message.signal_response()));
    if (response.has_join()) {
      ASSERT_TRUE(response.mutable_join()->MergeFromString(message.others()));
    }
    sent[connection].push_back(std::move(response));
  }
  void send(const std::string& edge, const plane::ToClients& many) override {
    for (const std::string& connection : many.connections()) {
      send(edge, connection, many.message());
    }
  }
  /// The newest message of a kind, or an empty one.
  livekit::SignalResponse last(const std::string& connection,
                               livekit::SignalResponse::MessageCase kind) {
    const auto& list = sent[connection];
    const auto at = std::find_if(list.rbegin(), list.rend(),
                                 [&](const auto& r) { return r.message_case() == kind; });
    return at == list.rend() ? livekit::SignalResponse() : *at;
  }
  std::map<std::string, std::vector<livekit::SignalResponse>> sent;
  std::map<std::string, std::vector<plane::ToClient::TokenWanted>> tokens;
  std::vector<std::string> closed;
};

/// Keeps what is handed on of connections.
class RecordingQuality final : public QualitySink {
 public:
  void report(const plane::QualityReport& report) override { reports.push_back(report); }
  std::vector<plane::QualityReport> reports;
};

inline constexpr std::string_view kOfferHead =
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3\r\n"
    "a=ice-ufrag:{}\r\na=ice-pwd:their-password-012345\r\na=fingerprint:sha-256 0A:0B\r\n"
    "a=setup:actpass\r\n";

/// A section of a browser's offer.
inline std::string section(std::string_view kind, int mid, std::string_view direction,
                           std::string_view msid = {}) {
  const bool audio = kind == "audio";
  return fmt::format("m={} 9 UDP/TLS/RTP/SAVPF {}\r\na=mid:{}\r\na={}\r\na=rtcp-mux\r\n{}{}", kind,
                     audio ? "111" : "96 97", mid, direction,
                     audio
                         ? "a=rtpmap:111 opus/48000/2\r\n"
                         : "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtpmap:97 rtx/90000\r\n"
                           "a=fmtp:97 apt=96\r\n",
                     msid.empty() ? "" : fmt::format("a=msid:- {}\r\n", msid));
}

inline livekit::SessionDescription offer_of(const std::vector<std::string>& sections,
                                            std::string_view ufrag = "them", std::uint32_t id = 1) {
  std::string text = fmt::format(fmt::runtime(kOfferHead), ufrag);
  for (const std::string& s : sections) text += s;
  livekit::SessionDescription out;
  out.set_type("offer");
  out.set_sdp(text);
  out.set_id(id);
  return out;
}

inline livekit::AddTrackRequest camera(const std::string& cid) {
  livekit::AddTrackRequest out;
  out.set_cid(cid);
  out.set_type(livekit::VIDEO);
  out.set_source(livekit::CAMERA);
  out.set_width(1280);
  out.set_height(720);
  return out;
}

/// A room whose shard and edge only remember what they were told.
class RoomTest : public testing::Test {
 protected:
  RoomTest() { make({}); }

  void make(RoomConfig config) {
    room_ = std::make_unique<Room>(RoomHome{"lobby",
                                            7,
                                            config,
                                            seating_,
                                            0,
                                            {"sha-256", {1}},
                                            true,
                                            uplink_,
                                            random_,
                                            {},
                                            server_info("ND_test", ""),
                                            rejected_,
                                            nullptr,
                                            &quality_},
                                   now_);
  }

  plane::StartSession start(const std::string& identity, bool single_peer = true) {
    plane::StartSession out;
    out.set_connection_id("c-" + identity);
    out.set_edge_id("edge");
    out.set_room("lobby");
    out.set_identity(identity);
    out.set_single_peer_connection(single_peer);
    out.mutable_settings()->set_auto_subscribe(true);
    out.mutable_grants()->set_room_join(true);
    out.mutable_grants()->set_can_publish(true);
    out.mutable_grants()->set_can_subscribe(true);
    out.mutable_grants()->set_can_publish_data(true);
    out.mutable_client()->set_protocol(17);
    return out;
  }

  Session& join(const plane::StartSession& request) {
    const auto joined = room_->join(request, now_);
    EXPECT_TRUE(joined);
    return *joined->session;
  }
  /// Joins and connects its first transport, as a client does a moment later.
  Session& join_active(const std::string& identity, bool single_peer = true) {
    Session& session = join(start(identity, single_peer));
    connect(session);
    return session;
  }
  void connect(Session& session) {
    for (TransportId transport : session.transports()) {
      room_->on_transport_event(transport, TransportConnected{transport, Protocol::udp}, now_);
    }
  }
  void say(Session& session, const livekit::SignalRequest& request) {
    session.on_signal(request, now_);
    room_->sweep();
  }
  void offer(Session& session, const std::vector<std::string>& sections,
             std::string_view ufrag = "them") {
    livekit::SignalRequest request;
    *request.mutable_offer() = offer_of(sections, ufrag);
    say(session, request);
  }
  /// AddTrack and the offer that carries it: the track's SID.
  std::string publish_camera(Session& session) {
    livekit::SignalRequest add;
    *add.mutable_add_track() = camera("cam-" + session.participant().identity);
    say(session, add);
    offer(session, {section("video", 0, "sendonly", "cam-" + session.participant().identity),
                    section("video", 1, "recvonly")});
    return last(session, livekit::SignalResponse::kTrackPublished).track_published().track().sid();
  }
  /// A message on one of the client's data channels.
  void data(Session& from, Channel channel, ByteView bytes) {
    const TransportId transport = from.transports()[0];
    room_->on_transport_event(transport,
                              DataReceived{transport, channel, {bytes.begin(), bytes.end()}}, now_);
    room_->sweep();
  }
  void data(Session& from, Channel channel, const livekit::DataPacket& packet) {
    const std::string text = packet.SerializeAsString();
    data(from, channel, ByteVector(text.begin(), text.end()));
  }
  void open_channels(Session& session) {
    for (Channel channel : {Channel::reliable, Channel::lossy, Channel::data_track}) {
      const TransportId transport = session.transports().back();
      room_->on_transport_event(transport, ChannelOpened{transport, channel}, now_);
    }
  }
  /// What went out to this client's channels since the last time.
  std::vector<SendData> data_to(const Session& session) {
    std::vector<SendData> out;
    std::erase_if(shard_.commands, [&](const Command& command) {
      const auto* sent = std::get_if<SendData>(&command);
      if (sent == nullptr || sent->transport != session.transports().back()) return false;
      out.push_back(*sent);
      return true;
    });
    return out;
  }
  static livekit::DataPacket packet_in(const SendData& sent) {
    livekit::DataPacket out;
    EXPECT_TRUE(out.ParseFromArray(sent.payload->data(), static_cast<int>(sent.payload->size())));
    return out;
  }
  livekit::SignalResponse last(const Session& session, livekit::SignalResponse::MessageCase kind) {
    return uplink_.last("c-" + session.participant().identity, kind);
  }
  /// Lets time pass up to `until`, working off every deadline on the way.
  void run_until(Time until) {
    while (room_->next_deadline() <= until) {
      now_ = std::max(now_, room_->next_deadline());
      room_->on_deadline(now_);
      room_->sweep();
    }
    now_ = until;
  }

  Time now_{1h};
  SeededRandom random_{1};
  RecordingShard shard_;
  Seating seating_{{{&shard_, {}}}, 100};
  RecordingUplink uplink_;
  RecordingQuality quality_;
  std::uint64_t rejected_ = 0;
  std::unique_ptr<Room> room_;
};

}  // namespace parley::media
