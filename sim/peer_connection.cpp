#include "sim/peer_connection.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "protocols/rtp/elements.h"

namespace parley::sim {
namespace {

// The numbers that Chromium gives; the server has to live with any.
constexpr std::uint8_t kOpus = 111;
constexpr std::uint8_t kRed = 63;
constexpr std::uint8_t kVp8 = 96;
constexpr std::uint8_t kVp8Rtx = 97;
constexpr std::uint8_t kH264 = 103;
constexpr std::uint8_t kH264Rtx = 104;

ClientConfig client_config(World& world, media::IceCredentials credentials, bool opens_channels) {
  ClientConfig config;
  config.credentials = std::move(credentials);
  config.certificate = &world.client;
  config.srtp = &world.srtp;
  config.opens_channels = opens_channels;
  return config;
}

void describe_audio(sdp::Media& out) {
  out.formats = {{kOpus, "opus", 48000, 2, "minptime=10;useinbandfec=1", {"transport-cc", "nack"}}};
  out.extensions = {{1, std::string(rtp::kAudioLevelUri)},
                    {2, std::string(rtp::kAbsSendTimeUri)},
                    {3, std::string(rtp::kTransportSequenceUri)},
                    {4, std::string(rtp::kMidUri)}};
}

void describe_video(sdp::Media& out) {
  const std::vector<std::string> feedback{"goog-remb", "transport-cc", "ccm fir", "nack",
                                          "nack pli"};
  out.formats = {
      {kVp8, "VP8", 90000, 1, "", feedback},
      {kVp8Rtx, "rtx", 90000, 1, "apt=96", {}},
      {kH264, "H264", 90000, 1, "packetization-mode=1;profile-level-id=42e01f", feedback},
      {kH264Rtx, "rtx", 90000, 1, "apt=103", {}}};
  out.extensions = {{2, std::string(rtp::kAbsSendTimeUri)},
                    {3, std::string(rtp::kTransportSequenceUri)},
                    {4, std::string(rtp::kMidUri)},
                    {10, std::string(rtp::kRidUri)},
                    {11, std::string(rtp::kRepairedRidUri)},
                    {13, std::string(rtp::kAbsCaptureTimeUri)},
                    {12, std::string(rtp::kDependencyDescriptorUri)}};
}

std::uint8_t extension_id(const sdp::Media& media, std::string_view uri) {
  const auto at = std::ranges::find(media.extensions, uri, &sdp::Extension::uri);
  return at == media.extensions.end() ? std::uint8_t{0} : at->id;
}

/// What a section's description means for packets: its first format, that one's RTX, and what wraps
/// it.
Numbers numbers_of(const sdp::Media& media) {
  Numbers out;
  out.mid = media.mid;
  const auto first = std::ranges::find_if(
      media.formats, [](const sdp::Format& format) { return !sdp::same_word(format.name, "red"); });
  if (first != media.formats.end()) out.payload_type = first->payload_type;
  for (const sdp::Format& format : media.formats) {
    if (sdp::fmtp_value(format.fmtp, "apt") == fmt::format("{}", out.payload_type)) {
      out.rtx_payload_type = format.payload_type;
    }
    if (sdp::same_word(format.name, "red")) out.red_payload_type = format.payload_type;
  }
  out.extensions.mid = extension_id(media, rtp::kMidUri);
  out.extensions.rid = extension_id(media, rtp::kRidUri);
  out.extensions.repaired_rid = extension_id(media, rtp::kRepairedRidUri);
  out.extensions.audio_level = extension_id(media, rtp::kAudioLevelUri);
  out.extensions.transport_sequence = extension_id(media, rtp::kTransportSequenceUri);
  return out;
}

/// The port of the first UDP candidate.
std::uint16_t port_of(const sdp::Session& description) {
  for (const sdp::Media& media : description.media) {
    for (const std::string& line : media.candidates) {
      // "1 1 udp 2130706431 192.0.2.1 7882 typ host"
      if (line.find(" udp ") == std::string::npos) continue;
      std::size_t at = 0;
      for (int i = 0; i < 5; ++i) at = line.find(' ', at) + 1;
      std::uint16_t port = 0;
      std::from_chars(line.data() + at, line.data() + line.size(), port);
      return port;
    }
  }
  return 0;
}

}  // namespace

PeerConnection::PeerConnection(World& world, Random& random, const SocketAddress& address,
                               bool opens_channels)
    : client(client_config(world, {random.token(4), random.token(24)}, opens_channels), random),
      random_(random),
      credentials_(client.credentials()),
      path_{.remote = address},
      id_(random.u64() >> 1),
      feedback_(client) {}

// ---------------------------------------------------------------------------------------------------
// Sections

PeerConnection::Section& PeerConnection::add(sdp::Kind kind) {
  Section section;
  section.kind = kind;
  section.mid = fmt::format("{}", sections_.size());
  return sections_.emplace_back(std::move(section));
}

void PeerConnection::add_receiver(sdp::Kind kind) { add(kind); }

void PeerConnection::add_camera(const std::string& track_id, std::size_t layers) {
  Section& section = add(sdp::Kind::video);
  section.track_id = track_id;
  section.layers = layers;
}

void PeerConnection::add_microphone(const std::string& track_id) {
  add(sdp::Kind::audio).track_id = track_id;
}

void PeerConnection::stop(std::string_view track_id) {
  const auto section = std::ranges::find(sections_, track_id, &Section::track_id);
  if (section == sections_.end()) return;
  section->stopped = true;
  section->camera.reset();
  section->microphone.reset();
}

std::size_t PeerConnection::receivers(sdp::Kind kind) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      sections_, [&](const Section& s) { return s.kind == kind && s.track_id.empty(); }));
}

VideoSource* PeerConnection::camera() {
  for (Section& section : sections_) {
    if (section.camera) return section.camera.get();
  }
  return nullptr;
}

AudioSource* PeerConnection::microphone() {
  for (Section& section : sections_) {
    if (section.microphone) return section.microphone.get();
  }
  return nullptr;
}

RemoteTrack* PeerConnection::find(std::string_view track_sid) {
  for (const auto& track : tracks_) {
    if (track->live && track->sid == track_sid) return track.get();
  }
  return nullptr;
}

// ---------------------------------------------------------------------------------------------------
// Descriptions

void PeerConnection::describe_transport(sdp::Media& media, sdp::Setup setup) const {
  const media::Fingerprint fingerprint = client.fingerprint();
  media.ice = sdp::IceParameters{credentials_.ufrag, credentials_.password};
  media.fingerprint = sdp::Fingerprint{fingerprint.algorithm, fingerprint.digest};
  media.setup = setup;
  media.ice_trickle = true;
}

sdp::Media PeerConnection::describe(const Section& section) const {
  sdp::Media out;
  out.kind = section.kind;
  out.mid = section.mid;
  if (section.kind == sdp::Kind::application) {
    out.kind_name = "application";
    out.protocol = "UDP/DTLS/SCTP";
    out.sctp_port = 5000;
    out.max_message_size = 262144;
    return out;
  }
  const bool audio = section.kind == sdp::Kind::audio;
  out.kind_name = audio ? "audio" : "video";
  out.rtcp_mux = out.rtcp_rsize = true;
  if (audio) {
    describe_audio(out);
  } else {
    describe_video(out);
  }
  if (audio && takes_red_) out.formats.push_back({kRed, "red", 48000, 2, "111/111", {}});
  if (section.track_id.empty()) {
    // As Chromium: sound is not asked for again.
    if (audio && takes_red_) out.formats.front().feedback = {"transport-cc"};
    out.direction = sdp::Direction::recvonly;
    return out;
  }
  out.direction = section.stopped ? sdp::Direction::inactive : sdp::Direction::sendonly;
  if (section.stopped) return out;
  out.msid = "- " + section.track_id;
  for (std::size_t i = 0; section.layers > 1 && i < section.layers; ++i) {
    out.rids.push_back({std::string(1, "qhf"[i]), true});
  }
  out.simulcast = !out.rids.empty();
  return out;
}

std::string PeerConnection::create_offer() {
  const bool has_data = std::ranges::any_of(
      sections_, [](const Section& s) { return s.kind == sdp::Kind::application; });
  if (!has_data) add(sdp::Kind::application);
  sdp::Session out;
  out.id = id_;
  out.version = ++version_;
  offered_ = sections_.size();
  out.extmap_allow_mixed = out.msid_semantic = true;
  for (const Section& section : sections_) {
    sdp::Media media = describe(section);
    describe_transport(media, sdp::Setup::actpass);
    out.bundle.push_back(section.mid);
    out.media.push_back(std::move(media));
  }
  return sdp::print(out);
}

void PeerConnection::restart_ice() {
  credentials_ = {random_.token(4), random_.token(24)};
  client.restart_ice(credentials_);
}

bool PeerConnection::set_remote(const sdp::Session& description, Time now) {
  const sdp::Media* described = nullptr;
  for (const sdp::Media& media : description.media) {
    if (media.ice && media.fingerprint && described == nullptr) described = &media;
  }
  if (described == nullptr) {
    problems.emplace_back("a description without a transport");
    return false;
  }
  if (const std::uint16_t port = port_of(description)) server_port_ = port;
  if (server_port_ == 0) problems.emplace_back("a description without a candidate");
  if (described->ice->ufrag == server_ufrag_ && !client.awaits_remote()) return true;
  server_ufrag_ = described->ice->ufrag;
  client.add_path(path_, now);
  client.set_remote({described->ice->ufrag, described->ice->password},
                    {described->fingerprint->algorithm, described->fingerprint->digest}, now);
  return true;
}

bool PeerConnection::set_answer(std::string_view text,
                                const std::map<std::string, std::string>& mid_to_track, Time now) {
  const auto answer = sdp::parse(text);
  if (!answer) {
    problems.emplace_back("an answer that cannot be parsed");
    return false;
  }
  // RFC 3264 section 6: one section for each offered, in their order.
  if (answer->media.size() != offered_) {
    problems.push_back(
        fmt::format("{} sections in the answer to {}", answer->media.size(), offered_));
    return false;
  }
  if (!set_remote(*answer, now)) return false;
  for (std::size_t i = 0; i < offered_; ++i) {
    Section& section = sections_[i];
    const sdp::Media& remote = answer->media[i];
    if (remote.mid != section.mid || remote.kind != section.kind) {
      problems.push_back(fmt::format("section {} is answered by {}", section.mid, remote.mid));
      return false;
    }
    if (section.kind == sdp::Kind::application) continue;
    if (section.track_id.empty()) {
      receive_track(section, remote, mid_to_track);
    } else if (!section.stopped && sdp::receives(remote.direction) && remote.port != 0) {
      start_sending(section, remote);
    }
  }
  return true;
}

std::string PeerConnection::answer(std::string_view text,
                                   const std::map<std::string, std::string>& mid_to_track,
                                   Time now) {
  const auto offer = sdp::parse(text);
  if (!offer) {
    problems.emplace_back("an offer that cannot be parsed");
    return {};
  }
  // RFC 8445 section 9: the server's new credentials are a restart, answered with new ones.
  const auto& first = offer->media.front();
  if (!server_ufrag_.empty() && first.ice && first.ice->ufrag != server_ufrag_) restart_ice();
  if (!set_remote(*offer, now)) return {};
  sdp::Session out;
  out.id = id_;
  out.version = ++version_;
  out.msid_semantic = true;
  for (std::size_t i = 0; i < offer->media.size(); ++i) {
    const sdp::Media& remote = offer->media[i];
    if (i == sections_.size()) add(remote.kind).mid = remote.mid;
    Section& section = sections_[i];
    if (remote.mid != section.mid || remote.kind != section.kind) {
      problems.push_back(fmt::format("section {} has become {}", section.mid, remote.mid));
      return {};
    }
    sdp::Media media = remote;  // What it lists, with its numbers.
    std::erase_if(media.formats, [&](const auto& format) {
      return (!takes_red_ && sdp::same_word(format.name, "red")) ||
             sdp::same_word(format.name, "flexfec-03");
    });
    if (takes_red_ && media.kind == sdp::Kind::audio) {
      for (sdp::Format& format : media.formats) std::erase(format.feedback, "nack");
    }
    media.candidates.clear();
    media.sources.clear();
    media.source_groups.clear();
    media.msid.clear();
    media.direction = sdp::mirrored(remote.direction);
    describe_transport(media, sdp::Setup::active);
    out.bundle.push_back(media.mid);
    out.media.push_back(std::move(media));
    if (section.kind != sdp::Kind::application) receive_track(section, remote, mid_to_track);
  }
  return sdp::print(out);
}

void PeerConnection::start_sending(Section& section, const sdp::Media& remote) {
  const Numbers numbers = numbers_of(remote);
  if (section.kind == sdp::Kind::video && !section.camera) {
    if (remote.formats.empty() || !sdp::same_word(remote.formats.front().name, "VP8")) {
      return problems.emplace_back("a camera that is not to send VP8"), void();
    }
    if (section.layers > 1 && remote.rids.size() != section.layers) {
      problems.push_back(
          fmt::format("{} layers are wanted of {}", remote.rids.size(), section.layers));
    }
    section.camera = std::make_unique<VideoSource>(client, section.layers, random_.u64(), numbers);
  } else if (section.kind == sdp::Kind::audio && !section.microphone) {
    section.microphone = std::make_unique<AudioSource>(client, random_.u64(), numbers);
  }
}

void PeerConnection::end_track(Section& section) {
  if (section.remote != nullptr) section.remote->live = false;
  section.remote = nullptr;
}

void PeerConnection::receive_track(Section& section, const sdp::Media& remote,
                                   const std::map<std::string, std::string>& mid_to_track) {
  if (remote.port == 0 || !sdp::sends(remote.direction)) return end_track(section);
  const std::size_t space = remote.msid.find(' ');
  const std::string stream = remote.msid.substr(0, space);
  const std::string sid = space == std::string::npos ? "" : remote.msid.substr(space + 1);
  const auto said = mid_to_track.find(section.mid);
  if (remote.sources.empty() || sid.empty()) {
    return problems.push_back(fmt::format("nothing says what comes on {}", section.mid));
  }
  if (said == mid_to_track.end() || said->second != sid) {
    problems.push_back(fmt::format("mid_to_track_id says another track on {}", section.mid));
  }
  if (section.remote != nullptr && section.remote->sid == sid) return;
  if (section.remote != nullptr) {
    // W3C webrtc section 4.4.1.5: a track is announced when its direction turns on.
    problems.push_back(fmt::format("section {} changes its track without a pause", section.mid));
    end_track(section);
  }
  if (find(sid) != nullptr) problems.push_back(fmt::format("{} on two sections", sid));

  auto track = std::make_unique<RemoteTrack>();
  track->sid = sid;
  track->mid = section.mid;
  track->participant_sid = stream.substr(0, stream.find('|'));
  Numbers numbers = numbers_of(remote);
  // Transport-wide feedback is for all streams together.
  transport_sequence_id_ = std::exchange(numbers.extensions.transport_sequence, std::uint8_t{0});
  const std::uint32_t ssrc = remote.sources.front().ssrc;
  if (section.kind == sdp::Kind::video) {
    std::uint32_t rtx = 0;
    for (const sdp::SourceGroup& group : remote.source_groups) {
      if (group.semantics == "FID" && group.ssrcs.size() == 2) rtx = group.ssrcs[1];
    }
    if (rtx == 0) problems.push_back(fmt::format("no retransmissions on {}", section.mid));
    track->video = std::make_unique<VideoSink>(client, ssrc, rtx, std::move(numbers));
  } else {
    track->audio = std::make_unique<AudioSink>(client, ssrc, std::move(numbers));
  }
  section.remote = track.get();
  tracks_.push_back(std::move(track));
}

// ---------------------------------------------------------------------------------------------------
// The network

void PeerConnection::move(const SocketAddress& to, Time now) {
  const ice::Path old = std::exchange(path_, {.remote = to});
  if (!server_ufrag_.empty()) client.add_path(path_, now);
  client.remove_path(old, now);
}

void PeerConnection::receive(const ice::Path& path, MutableBytes datagram, Time now) {
  client.receive(path, datagram, now);
  while (const auto packet = client.poll_rtp()) {
    feedback_.on_rtp(*packet, transport_sequence_id_, now);
    for (const auto& track : tracks_) {
      if (!track->live) continue;
      if (track->video) track->video->on_rtp(*packet, now);
      if (track->audio) track->audio->on_rtp(*packet, now);
    }
  }
  while (const auto compound = client.poll_rtcp()) {
    for (Section& section : sections_) {
      if (section.camera && connected()) section.camera->on_rtcp(*compound);
      if (section.microphone && connected()) section.microphone->on_rtcp(*compound);
      if (section.remote && section.remote->video) section.remote->video->on_rtcp(*compound, now);
      if (section.remote && section.remote->audio) section.remote->audio->on_rtcp(*compound, now);
    }
  }
}

void PeerConnection::advance(Time now) {
  if (client.next_deadline() <= now) client.on_deadline(now);
  if (!connected()) return;
  feedback_.advance(now);
  for (Section& section : sections_) {
    if (section.camera) section.camera->advance(now);
    if (section.microphone) section.microphone->advance(now);
    if (section.remote && section.remote->video) section.remote->video->advance(now);
    if (section.remote && section.remote->audio) section.remote->audio->advance(now);
  }
}

Time PeerConnection::next_event() const {
  Time next = client.next_deadline();
  if (!connected()) return next;
  next = std::min(next, feedback_.next_event());
  for (const Section& section : sections_) {
    if (section.camera) next = std::min(next, section.camera->next_event());
    if (section.microphone) next = std::min(next, section.microphone->next_event());
    if (section.remote && section.remote->video) {
      next = std::min(next, section.remote->video->next_event());
    }
    if (section.remote && section.remote->audio) {
      next = std::min(next, section.remote->audio->next_event());
    }
  }
  return next;
}

}  // namespace parley::sim
