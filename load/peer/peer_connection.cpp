#include "load/peer/peer_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ranges>

#include "protocols/rtcp/reports.h"
#include "protocols/rtcp/transport_feedback.h"
#include "protocols/rtp/elements.h"

namespace parley::load {
namespace {

// The numbers that Chromium gives.
constexpr std::uint8_t kOpus = 111;
constexpr std::uint8_t kVp8 = 96;
constexpr std::uint8_t kVp8Rtx = 97;
constexpr std::uint8_t kH264 = 103;
constexpr std::uint8_t kH264Rtx = 104;
constexpr std::uint8_t kAv1 = 45;
constexpr std::uint8_t kAv1Rtx = 46;

/// As browsers do: transport-wide feedback at least so often while media comes; and at once, or
/// nearly, when something is missing.
constexpr Duration kFeedback = 50ms;
constexpr Duration kUrgentFeedback = 10ms;
constexpr Duration kReports = 1s;

struct CodecLines {
  std::uint8_t payload_type;
  std::uint8_t rtx;
  const char* name;
  const char* fmtp;
};

CodecLines lines_of(Codec codec) {
  switch (codec) {
    case Codec::vp8:
      return {kVp8, kVp8Rtx, "VP8", ""};
    case Codec::h264:
      return {kH264, kH264Rtx, "H264",
              "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"};
    case Codec::av1:
      return {kAv1, kAv1Rtx, "AV1", "level-idx=5;profile=0;tier=0"};
    case Codec::opus:
      return {kOpus, 0, "opus", "minptime=10;useinbandfec=1"};
  }
  return {};
}

void add_format(sdp::Media& media, Codec codec) {
  const CodecLines lines = lines_of(codec);
  if (is_audio(codec)) {
    media.formats.push_back(
        {lines.payload_type, lines.name, 48'000, 2, lines.fmtp, {"transport-cc", "nack"}});
    return;
  }
  media.formats.push_back({lines.payload_type,
                           lines.name,
                           90'000,
                           1,
                           lines.fmtp,
                           {"goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"}});
  media.formats.push_back(
      {lines.rtx, "rtx", 90'000, 1, fmt::format("apt={}", lines.payload_type), {}});
}

void add_extensions(sdp::Media& media) {
  const auto add = [&](std::uint8_t id, std::string_view uri) {
    media.extensions.push_back({id, std::string(uri)});
  };
  if (media.kind == sdp::Kind::audio) add(1, rtp::kAudioLevelUri);
  add(2, rtp::kAbsSendTimeUri);
  add(3, rtp::kTransportSequenceUri);
  add(4, rtp::kMidUri);
  if (media.kind == sdp::Kind::audio) return;
  add(10, rtp::kRidUri);
  add(11, rtp::kRepairedRidUri);
  add(12, rtp::kDependencyDescriptorUri);
}

std::uint8_t extension_id(const sdp::Media& media, std::string_view uri) {
  const auto at = std::ranges::find(media.extensions, uri, &sdp::Extension::uri);
  return at == media.extensions.end() ? std::uint8_t{0} : at->id;
}

/// What a section's description means for packets: the first format of `name` (any, if empty).
Numbers numbers_of(const sdp::Media& media, std::string_view name) {
  Numbers out;
  out.mid = media.mid;
  for (const sdp::Format& format : media.formats) {
    const bool wanted =
        name.empty() ? !sdp::same_word(format.name, "rtx") : sdp::same_word(format.name, name);
    if (out.payload_type == 0 && wanted) out.payload_type = format.payload_type;
  }
  for (const sdp::Format& format : media.formats) {
    if (sdp::fmtp_value(format.fmtp, "apt") == fmt::format("{}", out.payload_type)) {
      out.rtx_payload_type = format.payload_type;
    }
  }
  out.mid_id = extension_id(media, rtp::kMidUri);
  out.rid_id = extension_id(media, rtp::kRidUri);
  out.repaired_rid_id = extension_id(media, rtp::kRepairedRidUri);
  out.transport_sequence_id = extension_id(media, rtp::kTransportSequenceUri);
  out.abs_send_time_id = extension_id(media, rtp::kAbsSendTimeUri);
  out.audio_level_id = extension_id(media, rtp::kAudioLevelUri);
  out.dependency_id = extension_id(media, rtp::kDependencyDescriptorUri);
  return out;
}

/// Of a UDP host or reflexive candidate; nothing of TCP, names, or what cannot be read.
std::optional<SocketAddress> udp_address(std::string_view line) {
  constexpr std::string_view kWord = "candidate:";
  if (line.starts_with(kWord)) line.remove_prefix(kWord.size());
  std::array<std::string_view, 6> words;
  std::size_t count = 0;
  for (const auto word : std::views::split(line, ' ')) {
    if (count < words.size()) words[count++] = std::string_view(word.begin(), word.end());
  }
  if (count < words.size() || !sdp::same_word(words[2], "udp")) return std::nullopt;
  const auto ip = IpAddress::parse(words[4]);
  std::uint16_t port = 0;
  std::from_chars(words[5].data(), words[5].data() + words[5].size(), port);
  if (!ip || port == 0) return std::nullopt;
  return SocketAddress{*ip, port};
}

Codec codec_of(const sdp::Media& media) {
  for (const sdp::Format& format : media.formats) {
    for (const Codec codec : {Codec::vp8, Codec::h264, Codec::av1, Codec::opus}) {
      if (sdp::same_word(format.name, lines_of(codec).name)) return codec;
    }
  }
  return media.kind == sdp::Kind::audio ? Codec::opus : Codec::vp8;
}

}  // namespace

PeerConnection::PeerConnection(const Shared& shared, SocketId socket, Counts& counts,
                               std::vector<SocketAddress> local)
    : shared_(shared),
      counts_(counts),
      transport_(shared, socket),
      local_(std::move(local)),
      cname_(shared.random->token(16)),
      id_(shared.random->u64() >> 1),
      own_ssrc_(shared.random->u32()) {}

void PeerConnection::problem(std::string text) {
  constexpr std::size_t kEnough = 20;
  if (problems_.size() < kEnough) problems_.push_back(std::move(text));
}

// ---------------------------------------------------------------------------------------------------
// Sections

PeerConnection::Section& PeerConnection::add(sdp::Kind kind, std::string mid) {
  Section section;
  section.kind = kind;
  section.mid = std::move(mid);
  channels_ = channels_ || kind == sdp::Kind::application;
  return sections_.emplace_back(std::move(section));
}

void PeerConnection::add_receivers(sdp::Kind kind, std::size_t count) {
  for (; count > 0; --count) add(kind, fmt::format("{}", sections_.size()));
}

TrackSender& PeerConnection::add_sender(const Material& material, const std::string& track_id) {
  Section& section = add(is_audio(material.codec) ? sdp::Kind::audio : sdp::Kind::video,
                         fmt::format("{}", sections_.size()));
  section.track_id = track_id;
  section.sender = std::make_unique<TrackSender>(shared_, transport_, material, cname_);
  return *section.sender;
}

TrackSender* PeerConnection::sender(std::string_view track_id) {
  const auto at = std::ranges::find(sections_, track_id, &Section::track_id);
  return at == sections_.end() ? nullptr : at->sender.get();
}

// ---------------------------------------------------------------------------------------------------
// Descriptions

void PeerConnection::describe_transport(sdp::Media& media, sdp::Setup setup) const {
  media.ice = sdp::IceParameters{transport_.local().ufrag, transport_.local().password};
  media.fingerprint = sdp::Fingerprint{"sha-256", transport_.certificate().fingerprint()};
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
  add_extensions(out);
  if (!section.sender) {
    out.direction = sdp::Direction::recvonly;
    if (audio) {
      add_format(out, Codec::opus);
    } else {
      for (const Codec codec : {Codec::vp8, Codec::h264, Codec::av1}) add_format(out, codec);
    }
    return out;
  }
  out.direction = sdp::Direction::sendonly;
  add_format(out, section.sender->material().codec);
  out.msid = "- " + section.track_id;
  const auto ssrcs = section.sender->ssrcs();
  for (std::size_t i = 0; ssrcs.size() > 1 && i < ssrcs.size(); ++i) {
    out.rids.push_back({std::string(1, "qhf"[i]), true});
  }
  out.simulcast = !out.rids.empty();
  if (out.simulcast) return out;
  out.sources.push_back({ssrcs[0].media, cname_, out.msid});
  if (audio) return out;
  out.sources.push_back({ssrcs[0].rtx, cname_, out.msid});
  out.source_groups.push_back({"FID", {ssrcs[0].media, ssrcs[0].rtx}});
  return out;
}

std::string PeerConnection::create_offer() {
  if (!channels_) add(sdp::Kind::application, fmt::format("{}", sections_.size()));
  transport_.open_channels();
  sdp::Session out;
  out.id = id_;
  out.version = ++version_;
  out.extmap_allow_mixed = out.msid_semantic = true;
  offered_ = sections_.size();
  for (const Section& section : sections_) {
    sdp::Media media = describe(section);
    describe_transport(media, sdp::Setup::actpass);
    out.bundle.push_back(section.mid);
    out.media.push_back(std::move(media));
  }
  return sdp::print(out);
}

bool PeerConnection::set_remote(const sdp::Session& description, bool we_offered, Time now) {
  const auto described = std::ranges::find_if(description.media, [](const sdp::Media& media) {
    return media.ice.has_value() && media.fingerprint.has_value();
  });
  if (described == description.media.end()) {
    problem("a description without a transport");
    return false;
  }
  for (const sdp::Media& media : description.media) {
    for (const std::string& line : media.candidates) add_candidate(line, now);
  }
  transport_.set_remote({.ice = {described->ice->ufrag, described->ice->password},
                         .fingerprint_algorithm = described->fingerprint->algorithm,
                         .fingerprint = described->fingerprint->digest,
                         .dtls_active = described->setup == sdp::Setup::active},
                        we_offered || description.ice_lite, now);
  return true;
}

bool PeerConnection::set_answer(std::string_view text, Time now) {
  const auto answer = sdp::parse(text);
  if (!answer) {
    problem(fmt::format("an answer that cannot be parsed, at line {}", answer.error().line));
    return false;
  }
  // RFC 3264 section 6: one section for each offered, in their order.
  if (answer->media.size() != offered_) {
    problem(fmt::format("{} sections in the answer to {}", answer->media.size(), offered_));
    return false;
  }
  if (!set_remote(*answer, true, now)) return false;
  for (std::size_t i = 0; i < offered_; ++i) {
    Section& section = sections_[i];
    const sdp::Media& remote = answer->media[i];
    if (section.kind == sdp::Kind::application) continue;
    if (!section.sender) {
      receive_track(section, remote);
      continue;
    }
    if (section.sender->started()) continue;
    const Codec codec = section.sender->material().codec;
    const Numbers numbers = numbers_of(remote, lines_of(codec).name);
    if (remote.rejected() || !sdp::receives(remote.direction) || numbers.payload_type == 0) {
      problem(fmt::format("{} is not taken on section {}", lines_of(codec).name, section.mid));
      continue;
    }
    section.sender->start(numbers, now);
  }
  return true;
}

std::string PeerConnection::answer(std::string_view text, Time now) {
  const auto offer = sdp::parse(text);
  if (!offer) {
    problem(fmt::format("an offer that cannot be parsed, at line {}", offer.error().line));
    return {};
  }
  if (!set_remote(*offer, false, now)) return {};
  sdp::Session out;
  out.id = id_;
  out.version = ++version_;
  out.msid_semantic = true;
  for (std::size_t i = 0; i < offer->media.size(); ++i) {
    const sdp::Media& remote = offer->media[i];
    if (i == sections_.size()) add(remote.kind, remote.mid);
    Section& section = sections_[i];
    sdp::Media media = remote;  // What it lists, with its numbers.
    // What only browsers make use of is not asked for.
    std::erase_if(media.formats, [](const sdp::Format& format) {
      return sdp::same_word(format.name, "red") || sdp::same_word(format.name, "flexfec-03");
    });
    media.candidates.clear();
    media.end_of_candidates = false;
    media.sources.clear();
    media.source_groups.clear();
    media.msid.clear();
    media.direction = sdp::mirrored(remote.direction);
    describe_transport(
        media, remote.setup == sdp::Setup::active ? sdp::Setup::passive : sdp::Setup::active);
    if (i == 0 && !offer->ice_lite) {
      for (const SocketAddress& address : local_) {
        media.candidates.push_back(
            fmt::format("1 1 udp 2130706431 {} {} typ host", address.ip.to_string(), address.port));
      }
    }
    out.bundle.push_back(media.mid);
    out.media.push_back(std::move(media));
    if (section.kind != sdp::Kind::application) receive_track(section, remote);
  }
  return sdp::print(out);
}

void PeerConnection::add_candidate(std::string_view line, Time now) {
  if (const auto address = udp_address(line)) transport_.add_candidate(*address, now);
}

void PeerConnection::receive_track(Section& section, const sdp::Media& remote) {
  mid_id_ = std::max(mid_id_, extension_id(remote, rtp::kMidUri));
  const bool sends = !remote.rejected() && sdp::sends(remote.direction);
  if (section.receiver && (!sends || section.remote_track != remote.msid)) {
    // What it was is over; what is still on its way is nobody's.
    std::erase_if(streams_, [&](const auto& one) { return one.second.section == &section; });
    section.receiver.reset();
  }
  if (!sends || section.receiver) return;
  section.remote_track = remote.msid;
  section.numbers = numbers_of(remote, "");
  if (section.numbers.transport_sequence_id != 0) {
    transport_sequence_id_ = section.numbers.transport_sequence_id;
  }
  section.receiver = std::make_unique<TrackReceiver>(codec_of(remote), shared_.run, counts_);
  section.ssrc = section.rtx_ssrc = 0;
  if (!remote.sources.empty()) {
    section.ssrc = remote.sources.front().ssrc;
    streams_[section.ssrc] = {&section, false};
  }
  for (const sdp::SourceGroup& group : remote.source_groups) {
    if (group.semantics != "FID" || group.ssrcs.size() != 2) continue;
    section.rtx_ssrc = group.ssrcs[1];
    streams_[section.rtx_ssrc] = {&section, true};
  }
}

// ---------------------------------------------------------------------------------------------------
// The network

void PeerConnection::receive(const SocketAddress& from, MutableBytes datagram, Time now) {
  const Transport::Received received = transport_.receive(from, datagram, now);
  if (received.kind == Transport::Received::Kind::rtp) on_rtp(received.plain, now);
  if (received.kind == Transport::Received::Kind::rtcp) on_rtcp(received.plain, now);
}

/// By its SSRC; by its mid where no description has named the SSRC (RFC 9143 section 9.2).
PeerConnection::Stream* PeerConnection::find_stream(const rtp::PacketView& packet) {
  if (const auto at = streams_.find(packet.ssrc); at != streams_.end()) return &at->second;
  const auto value = packet.extensions.find(mid_id_);
  const auto mid = value ? rtp::read_text(*value) : std::nullopt;
  if (!mid) return nullptr;
  const auto section = std::ranges::find(sections_, *mid, &Section::mid);
  if (section == sections_.end() || !section->receiver) return nullptr;
  const bool rtx = packet.payload_type == section->numbers.rtx_payload_type &&
                   section->numbers.rtx_payload_type != 0;
  (rtx ? section->rtx_ssrc : section->ssrc) = packet.ssrc;
  return &(streams_[packet.ssrc] = {&*section, rtx});
}

void PeerConnection::on_rtp(MutableBytes plain, Time now) {
  const auto packet = rtp::parse(plain);
  if (!packet) return;
  if (next_feedback_ == kNever) next_feedback_ = now + kFeedback;
  if (const auto value = packet->extensions.find(transport_sequence_id_)) {
    if (const auto sequence = rtp::read_transport_sequence(*value)) {
      arrivals_.emplace_back(*sequence, now);
      feedback_ssrc_ = packet->ssrc;
    }
  }
  const Stream* const stream = find_stream(*packet);
  if (stream == nullptr) return;
  TrackReceiver& receiver = *stream->section->receiver;
  if (stream->rtx) {
    receiver.on_rtx(*packet, now);
  } else {
    receiver.on_rtp(*packet, now);
  }
  if (receiver.in_need()) next_feedback_ = std::min(next_feedback_, now + kUrgentFeedback);
}

void PeerConnection::on_rtcp(ByteView compound, Time now) {
  for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
    if (packet.type == rtcp::Type::sender_report) {
      const auto report = rtcp::parse_sender_report(packet);
      const auto at = report ? streams_.find(report->ssrc) : streams_.end();
      if (at != streams_.end()) {
        at->second.section->receiver->on_sender_report(report->info, now);
      }
      continue;
    }
    for (Section& section : sections_) {
      if (section.sender) section.sender->on_rtcp(packet);
    }
  }
}

void PeerConnection::advance(Time now) {
  if (transport_.next_deadline() <= now) transport_.on_deadline(now);
  if (!connected()) return;
  for (Section& section : sections_) {
    if (section.sender) section.sender->advance(now);
  }
  if (next_feedback_ <= now) send_feedback(now);
}

Time PeerConnection::next_event() const {
  Time next = transport_.next_deadline();
  if (!connected()) return next;
  next = std::min(next, next_feedback_);
  for (const Section& section : sections_) {
    if (section.sender) next = std::min(next, section.sender->next_event());
  }
  return next;
}

void PeerConnection::send_feedback(Time now) {
  next_feedback_ = kNever;
  write_transport_feedback();
  const bool report_is_due = next_report_ <= now;
  if (report_is_due) next_report_ = now + kReports;
  std::vector<rtcp::ReportBlock> blocks;
  for (Section& section : sections_) {
    if (!section.receiver || section.ssrc == 0) continue;
    std::array<std::uint8_t, rtcp::kMaxCompoundSize> buffer;
    rtcp::Writer out(buffer);
    section.receiver->write_feedback(out, own_ssrc_, section.ssrc, now);
    if (!out.empty()) transport_.send_rtcp(out.bytes());
    if (section.receiver->in_need()) {
      next_feedback_ = std::min(next_feedback_, now + kUrgentFeedback);
    }
    if (!report_is_due) continue;
    if (const auto block = section.receiver->report(section.ssrc, now)) blocks.push_back(*block);
  }
  constexpr std::size_t kBlocksPerReport = 31;
  for (std::size_t at = 0; at < blocks.size(); at += kBlocksPerReport) {
    std::array<std::uint8_t, rtcp::kMaxCompoundSize> buffer;
    rtcp::Writer out(buffer);
    const std::size_t count = std::min(kBlocksPerReport, blocks.size() - at);
    rtcp::write_receiver_report(out, own_ssrc_, std::span(blocks).subspan(at, count));
    transport_.send_rtcp(out.bytes());
  }
}

/// What arrived since the last one, and when; numbers between that did not are said to be lost.
void PeerConnection::write_transport_feedback() {
  if (arrivals_.empty()) return;
  if (!feedback_began_) feedback_base_ = arrivals_.front().first;
  feedback_began_ = true;
  constexpr std::uint16_t kLate = 0x8000;  // Behind the base: it was said to be lost already.
  std::vector<Time> times;
  for (const auto& [sequence, at] : arrivals_) {
    const auto ahead = static_cast<std::uint16_t>(sequence - feedback_base_);
    if (ahead >= kLate) continue;
    if (times.size() <= ahead) times.resize(ahead + 1u, kNever);
    times[ahead] = at;
  }
  arrivals_.clear();
  for (std::span<const Time> rest = times; !rest.empty();) {
    std::array<std::uint8_t, rtcp::kMaxCompoundSize> buffer;
    rtcp::Writer out(buffer);
    const std::size_t told = rtcp::write_transport_feedback(
        out, own_ssrc_, feedback_ssrc_, feedback_count_++, feedback_base_, rest);
    if (told == 0) {  // Nothing but losses.
      feedback_base_ = static_cast<std::uint16_t>(feedback_base_ + rest.size());
      break;
    }
    feedback_base_ = static_cast<std::uint16_t>(feedback_base_ + told);
    rest = rest.subspan(told);
    transport_.send_rtcp(out.bytes());
  }
}

std::size_t PeerConnection::tracks() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      sections_, [](const Section& section) { return section.receiver != nullptr; }));
}

std::size_t PeerConnection::tracks_with_media() const {
  return static_cast<std::size_t>(std::ranges::count_if(sections_, [](const Section& section) {
    return section.receiver && section.receiver->first_frame();
  }));
}

std::optional<Time> PeerConnection::first_frame(sdp::Kind kind) const {
  std::optional<Time> first;
  for (const Section& section : sections_) {
    if (section.kind != kind || !section.receiver) continue;
    const auto at = section.receiver->first_frame();
    if (at && (!first || *at < *first)) first = at;
  }
  return first;
}

std::size_t PeerConnection::silent_tracks(Time now, Duration silence) const {
  return static_cast<std::size_t>(std::ranges::count_if(sections_, [&](const Section& section) {
    if (!section.receiver) return false;
    const auto last = section.receiver->last_packet();
    return last && now - *last > silence;
  }));
}

TrackSender::Counts PeerConnection::sent() const {
  TrackSender::Counts out;
  for (const Section& section : sections_) {
    if (!section.sender) continue;
    const TrackSender::Counts& one = section.sender->counts();
    out.packets += one.packets;
    out.frames += one.frames;
    out.resent += one.resent;
    out.key_requests += one.key_requests;
  }
  return out;
}

}  // namespace parley::load
