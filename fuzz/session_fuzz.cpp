#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/bytes.h"
#include "media/room/room.h"

namespace {

using namespace parley;

/// A shard that keeps count: control names nothing that is not there, and leaves nothing behind.
struct CountingShard final : media::ShardPort {
  void post(media::Command command) override {
    if (const auto* create = std::get_if<media::CreateTransport>(&command)) {
      PARLEY_ASSERT(transports.insert(create->transport).second);
    } else if (const auto* close = std::get_if<media::CloseTransport>(&command)) {
      PARLEY_ASSERT(transports.erase(close->transport) == 1);
    } else if (const auto* add = std::get_if<media::AddStream>(&command)) {
      PARLEY_ASSERT(transports.contains(add->transport) && !add->layers.empty());
      PARLEY_ASSERT(!add->codecs.empty());
      streams.insert(add->stream);
    } else if (const auto* remove = std::get_if<media::RemoveStream>(&command)) {
      PARLEY_ASSERT(streams.erase(remove->stream) == 1);
    } else if (const auto* subscribe = std::get_if<media::Subscribe>(&command)) {
      PARLEY_ASSERT(transports.contains(subscribe->transport));
      PARLEY_ASSERT(subscriptions.insert(subscribe->subscription).second);
    } else if (const auto* unsubscribe = std::get_if<media::Unsubscribe>(&command)) {
      PARLEY_ASSERT(subscriptions.erase(unsubscribe->subscription) == 1);
    } else if (const auto* configure = std::get_if<media::ConfigureSubscription>(&command)) {
      PARLEY_ASSERT(subscriptions.contains(configure->subscription));
    }
  }
  std::set<media::TransportId> transports;
  std::set<media::StreamId> streams;
  std::set<media::SubscriptionId> subscriptions;
};

/// What clients are told: the newest offer of each, since their answers rest on it.
struct ListeningUplink final : media::Uplink {
  void send(const std::string&, const std::string& connection,
            const plane::ToClient& message) override {
    PARLEY_ASSERT(!connection.empty());
    livekit::SignalResponse response;
    PARLEY_ASSERT(response.ParseFromString(message.signal_response()));
    PARLEY_ASSERT(message.others().empty() || response.has_join());
    if (response.has_join()) {
      PARLEY_ASSERT(response.mutable_join()->MergeFromString(message.others()));
    }
    if (response.has_offer()) offers[connection] = response.offer();
    for (const auto& info : response.update().participants()) PARLEY_ASSERT(!info.sid().empty());
  }
  void send(const std::string& edge, const plane::ToClients& many) override {
    for (const std::string& connection : many.connections()) {
      send(edge, connection, many.message());
    }
  }
  std::map<std::string, livekit::SessionDescription> offers;
};

/// A meeting of up to four clients that do as the script says.
class Script {
 public:
  explicit Script(ByteView bytes) : bytes_(bytes) { open(); }

  void run() {
    while (bytes_.remaining() > 0) {
      step();
      room_->sweep();
      PARLEY_ASSERT(room_->participants() <= kClients);
    }
    room_->close(livekit::LeaveRequest::DISCONNECT, livekit::ROOM_CLOSED, now_);
    room_->sweep();
    PARLEY_ASSERT(room_->participants() == 0 && room_->tracks() == 0);
    PARLEY_ASSERT(shard_.transports.empty() && shard_.streams.empty());
    PARLEY_ASSERT(shard_.subscriptions.empty());
  }

 private:
  static constexpr std::size_t kClients = 4;

  struct Client {
    media::Session* session = nullptr;
    std::string sid;
    std::string connection;
  };

  void open() {
    room_ = std::make_unique<media::Room>(media::RoomHome{"fuzz",
                                                          1,
                                                          {},
                                                          seating_,
                                                          0,
                                                          {"sha-256", {1}},
                                                          true,
                                                          uplink_,
                                                          random_,
                                                          {},
                                                          media::server_info("ND_fuzz", ""),
                                                          rejected_},
                                          now_);
  }

  std::uint8_t byte() { return bytes_.u8(); }
  Client& client() { return clients_[byte() % kClients]; }
  /// A track that somebody publishes, or a name that nobody has.
  std::string some_track() {
    std::vector<std::string> sids{"TR_nobody"};
    for (const Client& one : clients_) {
      media::Session* const session = room_->find(one.sid);
      if (session == nullptr) continue;
      for (const auto& track : session->publisher().tracks()) sids.push_back(track->info.sid());
    }
    return sids[byte() % sids.size()];
  }
  void say(Client& from, const livekit::SignalRequest& request) {
    if (media::Session* const session = room_->find(from.sid)) session->on_signal(request, now_);
  }

  void step();
  plane::StartSession start(std::size_t who, std::uint8_t flags);
  livekit::SessionDescription offer();
  std::string section(std::uint8_t shape, std::uint8_t names);
  void answer(Client& from, std::uint8_t how);
  void transport_event(Client& of, std::uint8_t what);
  void pass(Duration time);
  void levels();
  void say_anything(Client& from);
  void change_tracks(Client& from, std::uint8_t what);

  ByteReader bytes_;
  Time now_{1h};
  SeededRandom random_{1};
  CountingShard shard_;
  media::Seating seating_{{{&shard_, {}}}, kClients};
  ListeningUplink uplink_;
  std::uint64_t rejected_ = 0;
  std::unique_ptr<media::Room> room_;
  std::array<Client, kClients> clients_;
  std::uint32_t connections_ = 0;
};

plane::StartSession Script::start(std::size_t who, std::uint8_t flags) {
  plane::StartSession out;
  clients_[who].connection = fmt::format("c{}", ++connections_);
  out.set_connection_id(clients_[who].connection);
  out.set_identity(fmt::format("i{}", who));
  out.set_single_peer_connection((flags & 1) != 0);
  out.mutable_settings()->set_auto_subscribe((flags & 2) != 0);
  out.mutable_settings()->set_adaptive_stream((flags & 4) != 0);
  out.mutable_grants()->set_can_publish((flags & 8) == 0);
  out.mutable_grants()->set_can_subscribe((flags & 16) == 0);
  out.mutable_grants()->set_can_publish_data(true);
  out.mutable_grants()->set_hidden((flags & 32) != 0);
  out.mutable_grants()->set_can_update_own_metadata(true);
  if ((flags & 64) != 0) *out.mutable_publisher_offer() = offer();
  return out;
}

/// A browser's offer, more or less.
std::string Script::section(std::uint8_t shape, std::uint8_t names) {
  static constexpr std::array<std::string_view, 4> kDirections{"sendonly", "recvonly", "inactive",
                                                               "sendrecv"};
  if ((shape & 7) == 7) {
    return fmt::format("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:{}\r\n",
                       names & 7);
  }
  const bool audio = (shape & 1) != 0;
  std::string out = fmt::format(
      "m={} {} UDP/TLS/RTP/SAVPF {}\r\na=mid:{}\r\na={}\r\n{}", audio ? "audio" : "video",
      (shape & 32) != 0 ? 0 : 9, audio ? "111" : "96 97", names & 7, kDirections[shape >> 3 & 3],
      audio ? "a=rtpmap:111 opus/48000/2\r\n"
            : "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n");
  if ((shape & 64) != 0) out += fmt::format("a=msid:- t{}\r\n", names >> 3 & 3);
  if ((shape & 128) != 0) out += "a=rid:q send\r\na=rid:h send\r\na=simulcast:send q;h\r\n";
  return out;
}

livekit::SessionDescription Script::offer() {
  const std::uint8_t head = byte();
  std::string text = fmt::format(
      "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:u{}\r\n"
      "a=ice-pwd:their-password-012345\r\na=fingerprint:sha-256 0A:0B\r\na=setup:actpass\r\n",
      head & 3);
  for (int i = 0; i < (head >> 2 & 7); ++i) {
    const std::uint8_t shape = byte();
    text += section(shape, byte());
  }
  // Within ASCII: strings that are not UTF-8 do not get past the parsing of a request.
  if (head >> 5 == 7) text[byte() % text.size()] = static_cast<char>(byte() & 0x7f);
  livekit::SessionDescription out;
  out.set_type("offer");
  out.set_sdp(std::move(text));
  out.set_id(head);
  return out;
}

void Script::answer(Client& from, std::uint8_t how) {
  livekit::SignalRequest request;
  livekit::SessionDescription& out = *request.mutable_answer();
  out = uplink_.offers[from.connection];
  auto text = sdp::parse(out.sdp());
  if (text) {
    for (sdp::Media& media : text->media) {
      media.direction = sdp::mirrored(media.direction);
      if ((how & 4) != 0) media.formats.clear();
      if ((how & 8) != 0) media.port = 0;
    }
    if ((how & 16) != 0 && !text->media.empty()) text->media.pop_back();
    out.set_sdp(sdp::print(*text));
  }
  if ((how & 3) == 3) out.set_id(how);
  say(from, request);
}

void Script::transport_event(Client& of, std::uint8_t what) {
  media::Session* const session = room_->find(of.sid);
  if (session == nullptr) return;
  const auto transports = session->transports();
  const media::TransportId transport = transports[(what >> 2) % transports.size()];
  const auto channel = static_cast<media::Channel>((what >> 3) % 3);
  switch (what & 3) {
    case 0:
      return room_->on_transport_event(transport,
                                       media::TransportConnected{transport, Protocol::udp}, now_);
    case 1:
      return room_->on_transport_event(
          transport,
          media::TransportLost{transport,
                               static_cast<media::TransportLost::Reason>((what >> 3) % 3)},
          now_);
    case 2:
      return room_->on_transport_event(transport, media::ChannelOpened{transport, channel}, now_);
    default: {
      livekit::DataPacket packet;
      packet.mutable_user()->set_payload("x");
      packet.set_sequence(byte());
      if ((what & 64) != 0) packet.add_destination_identities(fmt::format("i{}", what >> 6));
      const std::string text = packet.SerializeAsString();
      room_->on_transport_event(
          transport, media::DataReceived{transport, channel, {text.begin(), text.end()}}, now_);
    }
  }
}

void Script::pass(Duration time) {
  const Time until = now_ + time;
  // Whoever asks to be woken is satisfied by it: time goes on.
  for (int i = 0; room_->next_deadline() <= until; ++i) {
    PARLEY_ASSERT(i < 10'000);
    const Time due = room_->next_deadline();
    if (room_->participants() == 0 && due <= now_) break;  // It waits to be closed by its node.
    now_ = std::max(now_, due);
    room_->on_deadline(now_);
    room_->sweep();
  }
  now_ = until;
}

void Script::levels() {
  std::vector<media::AudioLevel> levels;
  std::vector<media::StreamStats> streams;
  std::vector<media::SubscriptionStats> subscriptions;
  const std::uint8_t how = byte();
  for (media::StreamId stream : shard_.streams) {
    levels.push_back({stream, 400ms, (how & 1) != 0 ? 400ms : 0ms, how});
    streams.push_back({stream, how, how / 2u, 1000, 1ms, 20ms, {{1, how, how / 2u, 1000, how}}});
  }
  for (media::SubscriptionId subscription : shard_.subscriptions) {
    subscriptions.push_back({subscription, how, how, how / 3u, 1000, 1ms, 20ms});
  }
  room_->on_audio_levels(levels, now_);
  room_->on_stats(0, streams, subscriptions, now_);
}

void Script::say_anything(Client& from) {
  const std::size_t size = std::min<std::size_t>(byte(), bytes_.remaining());
  const ByteView raw = bytes_.bytes(size);
  livekit::SignalRequest request;
  if (request.ParseFromArray(raw.data(), static_cast<int>(raw.size()))) say(from, request);
}

void Script::change_tracks(Client& from, std::uint8_t what) {
  livekit::SignalRequest request;
  switch (what & 7) {
    case 0:
    case 1: {
      livekit::AddTrackRequest& add = *request.mutable_add_track();
      add.set_cid(fmt::format("t{}", what >> 3 & 3));
      add.set_type((what & 1) != 0 ? livekit::VIDEO : livekit::AUDIO);
      add.set_source(static_cast<livekit::TrackSource>(what >> 5 & 3));
      for (int i = 0; i < (what >> 6); ++i) {
        add.add_layers()->set_quality(static_cast<livekit::VideoQuality>(i));
      }
      break;
    }
    case 2:
      request.mutable_mute()->set_sid(some_track());
      request.mutable_mute()->set_muted((what & 8) != 0);
      break;
    case 3:
      request.mutable_subscription()->add_track_sids(some_track());
      request.mutable_subscription()->set_subscribe((what & 8) != 0);
      break;
    case 4:
      request.mutable_track_setting()->add_track_sids(some_track());
      request.mutable_track_setting()->set_disabled((what & 8) != 0);
      request.mutable_track_setting()->set_width(what);
      request.mutable_track_setting()->set_height(what);
      break;
    case 5:
      request.mutable_sync_state()->add_publish_tracks()->mutable_track()->set_sid(some_track());
      request.mutable_sync_state()->add_track_sids_disabled(some_track());
      break;
    case 6:
      request.mutable_update_video_track()->set_track_sid(some_track());
      request.mutable_update_video_track()->set_width(what);
      break;
    default:
      (*request.mutable_update_metadata()->mutable_attributes())[fmt::format("a{}", what)] = "v";
  }
  say(from, request);
}

void Script::step() {
  const std::uint8_t action = byte();
  switch (action % 12) {
    case 0: {
      const std::size_t who = byte() % kClients;
      const auto joined = room_->join(start(who, byte()), now_);
      if (joined) clients_[who].sid = joined->session->participant().sid;
      return;
    }
    case 1: {
      const std::size_t who = byte() % kClients;
      if (clients_[who].sid.empty()) return;
      plane::StartSession back = start(who, byte() & 63);
      back.set_participant_sid(clients_[who].sid);
      back.set_reconnect(true);
      (void)room_->resume(back, now_);
      return;
    }
    case 2: {
      Client& gone = client();
      media::Session* const session = room_->find(gone.sid);
      if (session != nullptr) session->on_closed(gone.connection, now_);
      return;
    }
    case 3: {
      Client& from = client();
      livekit::SignalRequest request;
      *request.mutable_offer() = offer();
      return say(from, request);
    }
    case 4: {
      Client& from = client();
      return answer(from, byte());
    }
    case 5:
    case 6: {
      Client& from = client();
      return change_tracks(from, byte());
    }
    case 7: {
      Client& of = client();
      return transport_event(of, byte());
    }
    case 8:
      return pass(byte() * 100ms);
    case 9:
      return levels();
    case 10:
      return say_anything(client());
    default: {
      Client& from = client();
      livekit::SignalRequest request;
      const std::uint8_t what = byte();
      if ((what & 1) != 0) {
        request.mutable_leave();
      } else {
        request.mutable_simulate()->set_speaker_update(what >> 1 & 7);
      }
      return say(from, request);
    }
  }
}

}  // namespace

// A room of four clients who say anything in any order, while their transports come and go and time
// passes: nothing breaks, and nothing is left in the shard when it is over.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  Script(ByteView(data, size)).run();
  return 0;
}
