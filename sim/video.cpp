#include "sim/video.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "protocols/codec/vp8.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtcp/transport_feedback.h"
#include "protocols/rtp/elements.h"
#include "protocols/rtp/extensions.h"
#include "protocols/rtp/ntp.h"
#include "protocols/rtp/rtx.h"
#include "protocols/rtp/sequence.h"

namespace parley::sim {
namespace {

constexpr std::size_t kDescriptor = 6;
constexpr std::size_t kVp8Header = 10;
constexpr std::size_t kSlice = 8;
constexpr std::size_t kMinimum = kDescriptor + kVp8Header + kSlice;

/// The world's time in simulations: the same clock for everyone.
rtp::NtpTime ntp(Time now) {
  return rtp::to_ntp(WallTime(std::chrono::days(20'000)) + now.time_since_epoch());
}

/// RFC 7741 section 4.2: all fields, 15-bit picture id. Then as much of a VP8 payload header as
/// parsers look at, then the slice.
void write_payload(ByteVector& out, std::size_t size, std::uint16_t picture_id, std::uint8_t tl0,
                   const Slice& slice) {
  const std::size_t at = out.size();
  out.resize(at + std::max(size, kMinimum));
  std::uint8_t* p = out.data() + at;
  p[0] = static_cast<std::uint8_t>(0x80 | (slice.part == 0 ? 0x10 : 0));
  p[1] = 0x80 | 0x40 | 0x20;  // I, L, T
  store_be16(p + 2, static_cast<std::uint16_t>(0x8000 | picture_id));
  p[4] = tl0;
  p[5] = 0;
  p += kDescriptor;
  p[0] = slice.keyframe && slice.part == 0 ? 0 : 1;
  if (slice.keyframe && slice.part == 0) {
    p[3] = 0x9d;
    p[4] = 0x01;
    p[5] = 0x2a;
    p[6] = 0x80;
    p[7] = 0x02;
    p[8] = 0x68;
    p[9] = 0x01;
  }
  p += kVp8Header;
  p[0] = slice.layer;
  p[1] = slice.part;
  p[2] = slice.parts;
  p[3] = slice.keyframe ? 1 : 0;
  store_be32(p + 4, slice.frame);
}

Slice read_slice(ByteView payload) {
  const std::uint8_t* p = payload.data() + kDescriptor + kVp8Header;
  return {
      .layer = p[0], .frame = load_be32(p + 4), .part = p[1], .parts = p[2], .keyframe = p[3] != 0};
}

media::CodecBinding vp8(std::uint8_t payload_type, std::uint8_t rtx) {
  media::CodecBinding out;
  out.codec = media::Codec::vp8;
  out.payload_type = payload_type;
  out.rtx_payload_type = rtx;
  out.clock_rate = 90000;
  return out;
}

}  // namespace

VideoSource::VideoSource(Client& client, std::size_t layers, std::uint64_t seed)
    : VideoSource(client, layers, seed,
                  {.payload_type = kPayloadType,
                   .rtx_payload_type = kRtxPayloadType,
                   .extensions = {.transport_sequence = kTransportSequenceId},
                   .mid = {}}) {}

VideoSource::VideoSource(Client& client, std::size_t layers, std::uint64_t seed, Numbers numbers)
    : client_(client), numbers_(std::move(numbers)) {
  SeededRandom random(seed);
  for (std::size_t i = 0; i < layers; ++i) {
    Layer layer;
    layer.ssrc = random.u32();
    layer.rtx_ssrc = random.u32();
    layer.sequence = static_cast<std::uint16_t>(random.u32());
    layer.rtx_sequence = static_cast<std::uint16_t>(random.u32());
    layer.first_timestamp = random.u32();
    layer.picture_id = static_cast<std::uint16_t>(random.u32() & 0x7fff);
    layer.tl0 = static_cast<std::uint8_t>(random.u32());
    // About 150, 500 and 1700 kbit/s.
    layer.packets_per_frame = i == 0 ? 1 : i == 1 ? 2 : 6;
    layer.packet_size = i == 0 ? 600 : i == 1 ? 1000 : 1150;
    if (layers > 1) layer.rid = std::string(1, "qhf"[i]);
    layers_.push_back(layer);
  }
}

media::AddStream VideoSource::add_stream(media::StreamId stream,
                                         media::TransportId transport) const {
  media::AddStream out;
  out.stream = stream;
  out.transport = transport;
  out.kind = media::Kind::video;
  out.mid = "0";
  out.codecs = {vp8(kPayloadType, kRtxPayloadType)};
  out.extensions.transport_sequence = kTransportSequenceId;
  for (const Layer& layer : layers_) out.layers.push_back({"", layer.ssrc, layer.rtx_ssrc});
  for (std::size_t i = 0; i < layers_.size(); ++i) out.layers[i].rid = layers_[i].rid;
  out.nack = true;
  return out;
}

std::uint32_t VideoSource::timestamp(const Layer& layer, Time now) const {
  return layer.first_timestamp +
         static_cast<std::uint32_t>((now - began_).count() / 1000 * 90'000 / 1'000'000);
}

void VideoSource::advance(Time now) {
  if (next_frame_ == kNever) {
    began_ = next_frame_ = now;
    next_report_ = now + 200ms;
  }
  // What a camera saw while there was no network is not sent later.
  if (now - next_frame_ > 200ms) next_frame_ = now;
  while (next_frame_ <= now) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (layers_[i].enabled) send_frame(i, next_frame_);
    }
    ++frame_;
    next_frame_ += kFrame;
  }
  if (next_report_ > now) return;
  next_report_ = now + 1s;
  for (Layer& layer : layers_) {
    if (layer.packets > 0) send_report(layer, now);
  }
}

void VideoSource::send_frame(std::size_t index, Time now) {
  Layer& layer = layers_[index];
  const bool keyframe = std::exchange(layer.key_wanted, false);
  const std::size_t parts = layer.packets_per_frame * (keyframe ? 4 : 1);
  layer.picture_id = static_cast<std::uint16_t>((layer.picture_id + 1) & 0x7fff);
  ++layer.tl0;
  for (std::size_t part = 0; part < parts; ++part) {
    ByteVector packet = rtp_header(client_, numbers_,
                                   {.marker = part + 1 == parts,
                                    .payload_type = numbers_.payload_type,
                                    .sequence = rtp::WireSeq(layer.sequence),
                                    .timestamp = rtp::WireTimestamp(timestamp(layer, now)),
                                    .ssrc = layer.ssrc},
                                   layer.known ? Naming::none : Naming::rid, layer.rid);
    const std::size_t header = packet.size();
    write_payload(packet, layer.packet_size, layer.picture_id, layer.tl0,
                  {.layer = static_cast<std::uint8_t>(index),
                   .frame = frame_,
                   .part = static_cast<std::uint8_t>(part),
                   .parts = static_cast<std::uint8_t>(parts),
                   .keyframe = keyframe});
    ++layer.packets;
    layer.bytes += static_cast<std::uint32_t>(packet.size() - header);
    client_.send_rtp(ByteView(packet).first(header), ByteView(packet).subspan(header));
    layer.sent[layer.sequence] = std::move(packet);
    ++layer.sequence;
    if (layer.sent.size() > 1000) layer.sent.erase(layer.sent.begin());
  }
}

void VideoSource::send_report(Layer& layer, Time now) {
  ByteVector buffer(200);
  rtcp::Writer out(buffer);
  rtcp::write_sender_report(out, layer.ssrc,
                            {.ntp = ntp(now),
                             .rtp_timestamp = rtp::WireTimestamp(timestamp(layer, now)),
                             .packets = layer.packets,
                             .bytes = layer.bytes});
  client_.send_rtcp(out.bytes());
}

void VideoSource::on_rtcp(ByteView compound) {
  for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
    if (packet.type == rtcp::Type::receiver_report) {
      const auto report = rtcp::parse_receiver_report(packet);
      for (std::size_t i = 0; report && i < report->blocks.size(); ++i) {
        for (Layer& layer : layers_) layer.known |= layer.ssrc == report->blocks[i].ssrc;
      }
    }
    if (packet.type == rtcp::Type::payload_feedback && packet.count == rtcp::kPliFormat) {
      const auto pli = rtcp::parse_pli(packet);
      for (Layer& layer : layers_) {
        if (!pli || pli->media_ssrc != layer.ssrc) continue;
        layer.key_wanted = true;
        ++key_requests_;
      }
    }
    if (packet.type != rtcp::Type::transport_feedback || packet.count != rtcp::kNackFormat) {
      continue;
    }
    const auto nack = rtcp::parse_nack(packet);
    if (!nack) continue;
    for (Layer& layer : layers_) {
      if (nack->media_ssrc != layer.ssrc) continue;
      rtp::WireSeq sequence;
      for (auto cursor = nack->sequences(); cursor.next(sequence);) {
        resend(layer, sequence);
      }
    }
  }
}

void VideoSource::resend(Layer& layer, rtp::WireSeq sequence) {
  const auto it = layer.sent.find(sequence.value());
  if (it == layer.sent.end()) return;
  const auto original = rtp::parse(it->second);
  ByteVector rtx = rtp_header(client_, numbers_,
                              {.marker = original->marker,
                               .payload_type = numbers_.rtx_payload_type,
                               .sequence = rtp::WireSeq(layer.rtx_sequence++),
                               .timestamp = original->timestamp,
                               .ssrc = layer.rtx_ssrc},
                              Naming::repaired_rid, layer.rid);
  const std::size_t header = rtx.size();
  rtx.resize(header + rtp::kRtxHeaderSize);
  rtp::write_rtx_header(rtx.data() + header, sequence);
  rtx.insert(rtx.end(), original->payload.begin(), original->payload.end());
  client_.send_rtp(ByteView(rtx).first(header), ByteView(rtx).subspan(header));
  ++resent_;
}

VideoSink::VideoSink(Client& client, std::uint32_t ssrc)
    : VideoSink(client, ssrc, ssrc + 1,
                {.payload_type = kPayloadType,
                 .rtx_payload_type = kRtxPayloadType,
                 .extensions = {.transport_sequence = kTransportSequenceId},
                 .mid = {}}) {}

VideoSink::VideoSink(Client& client, std::uint32_t ssrc, std::uint32_t rtx_ssrc, Numbers numbers)
    : client_(client), ssrc_(ssrc), rtx_ssrc_(rtx_ssrc), numbers_(std::move(numbers)) {}

media::Subscribe VideoSink::subscribe(media::SubscriptionId id, media::StreamId stream,
                                      media::TransportId transport) const {
  media::Subscribe out;
  out.subscription = id;
  out.stream = stream;
  out.transport = transport;
  out.mid = "1";
  out.ssrc = ssrc_;
  out.rtx_ssrc = rtx_ssrc_;
  out.codecs = {vp8(kPayloadType, kRtxPayloadType)};
  out.extensions.transport_sequence = kTransportSequenceId;
  out.extensions.mid = 1;
  out.nack = true;
  out.fec_ssrc = fec_ssrc_;
  out.fec_payload_type = fec_ssrc_ == 0 ? 0 : kFecPayloadType;
  return out;
}

void VideoSink::take_repairs(std::uint32_t fec_ssrc) {
  fec_ssrc_ = fec_ssrc;
  decoder_.emplace(ssrc_);
}

// As libwebrtc does: zeros for what may change on the way, before it is looked for what is missing.
void VideoSink::repair(const rtp::PacketView& view, Time now) {
  std::vector<ByteVector> made;
  if (view.ssrc == fec_ssrc_) {
    ++repairs_;
    made = decoder_->on_repair(view.payload);
  } else {
    ByteVector packet = to_vector(view.bytes);
    if (const auto value = view.extensions.find(numbers_.extensions.transport_sequence)) {
      std::fill_n(packet.begin() + (value->data() - view.bytes.data()), value->size(), 0);
    }
    made = decoder_->on_packet(packet);
  }
  for (const ByteVector& packet : made) {
    const auto lost = rtp::parse(packet);
    if (!lost || lost->ssrc != ssrc_) {
      fault("made from repair packets, and unreadable");
      continue;
    }
    ++repaired_;
    take(lost->sequence.value(), *lost, lost->payload, now);
  }
}

void VideoSink::on_rtp(ByteView plain, Time now) {
  const auto view = rtp::parse(plain);
  if (!view || view->ssrc == 0) return;
  if (view->ssrc != ssrc_ && view->ssrc != rtx_ssrc_ && view->ssrc != fec_ssrc_) return;
  bytes_ += plain.size();
  if (const auto value = view->extensions.find(numbers_.extensions.transport_sequence)) {
    arrivals_.emplace_back(*rtp::read_transport_sequence(*value), now);
  }
  if (next_feedback_ == kNever) next_feedback_ = now + 10ms;
  if (view->ssrc == ssrc_) {
    if (view->payload_type != numbers_.payload_type) fault("wrong payload type");
    take(view->sequence.value(), *view, view->payload, now);
    if (decoder_) repair(*view, now);
  } else if (view->ssrc == fec_ssrc_) {
    repair(*view, now);
  } else if (const auto rtx = rtp::read_rtx(view->payload)) {
    ++recovered_;
    take(rtx->original.value(), *view, rtx->payload, now);
  }
}

void VideoSink::take(std::uint16_t sequence, const rtp::PacketView& view, ByteView payload,
                     Time now) {
  ++received_;
  const std::uint64_t index =
      highest_ == 0 ? rtp::first_index(rtp::WireSeq(sequence)).value()
                    : rtp::unwrap(rtp::WireSeq(sequence), rtp::PacketIndex(highest_)).value();
  const bool is_first = highest_ == 0;
  if (is_first) first_ = next_ = index;
  highest_ = std::max(highest_, index);
  asked_.erase(index);
  if (index < next_ || waiting_.contains(index)) return;

  Packet packet;
  packet.timestamp = view.timestamp.value();
  packet.marker = view.marker;
  packet.received = now;
  if (payload.empty()) {
    packet.filler = true;
  } else {
    const auto vp8 = codec::parse_vp8(payload);
    if (!vp8 || payload.size() < kMinimum) return fault("unreadable payload");
    packet.slice = read_slice(payload);
    if (is_first) next_ -= packet.slice.part;  // The beginning was lost: it is asked for.
    packet.picture_id = vp8->picture_id;
    packet.tl0 = vp8->tl0_pic_idx;
  }
  waiting_.emplace(index, packet);
  assemble(now);
  if (!jumps_ || waiting_.empty()) return;
  if (const auto key = whole_key_frame()) go_on_from(*key, now);
}

// In the order of numbers, without holes: what a decoder sees that repairs everything.
void VideoSink::assemble(Time now) {
  for (auto it = waiting_.find(next_); it != waiting_.end() && it->first == next_;
       it = waiting_.erase(it), ++next_) {
    const Packet& packet = it->second;
    if (packet.filler) continue;
    if (!open_.empty() && (packet.slice.frame != open_.front().slice.frame ||
                           packet.slice.layer != open_.front().slice.layer)) {
      // A change of layer ends what was under way; the picture is not shown.
      if (packet.slice.layer == open_.front().slice.layer) fault("a frame without an end");
      if (!packet.slice.keyframe) fault("another layer without a key frame");
      resumed_ = true;
      open_.clear();
    }
    if (packet.slice.part != open_.size()) fault("slices out of order");
    open_.push_back(packet);
    if (!packet.marker) continue;
    if (open_.size() != packet.slice.parts) fault("marker before the end");
    const Packet& first = open_.front();
    const Frame frame{first.slice, first.timestamp, first.picture_id, first.tl0, now};
    open_.clear();
    if (frames_.empty()) {
      if (!frame.slice.keyframe) fault("begins without a key frame");
    } else if (!std::exchange(resumed_, false)) {
      const Frame& before = frames_.back();
      const auto ahead = static_cast<std::int32_t>(frame.timestamp - before.timestamp);
      if (ahead <= 0) fault(fmt::format("time goes back by {}", -ahead));
      if (!frame.slice.keyframe && (frame.slice.layer != before.slice.layer ||
                                    frame.slice.frame != before.slice.frame + 1)) {
        fault(fmt::format("frame {} of layer {} refers to one that was not sent", frame.slice.frame,
                          frame.slice.layer));
      }
      // What was let go of unsent has had its ids; nothing refers over a key frame, so that they
      // may be missed before one, and nowhere else.
      const auto pictures =
          static_cast<std::uint16_t>((frame.picture_id - before.picture_id) & 0x7fff);
      const auto bases = static_cast<std::uint8_t>(frame.tl0 - before.tl0);
      const std::uint16_t most = frame.slice.keyframe ? 60 : 1;
      if (pictures < 1 || pictures > most) fault("picture ids have a seam");
      if (bases < 1 || bases > most) fault("tl0 has a seam");
    }
    frames_.push_back(frame);
  }
}

void VideoSink::go_on_from(std::uint64_t index, Time now) {
  next_ = index;
  waiting_.erase(waiting_.begin(), waiting_.find(index));
  open_.clear();
  resumed_ = true;
  ++given_up_;
  assemble(now);
}

/// The last key frame that is whole, behind a hole.
std::optional<std::uint64_t> VideoSink::whole_key_frame() const {
  std::optional<std::uint64_t> out;
  std::uint64_t begin = 0;
  std::size_t parts = 0;
  for (const auto& [index, packet] : waiting_) {
    const bool starts = !packet.filler && packet.slice.keyframe && packet.slice.part == 0;
    if (starts) {
      begin = index;
      parts = 1;
    } else if (parts > 0 && index == begin + parts && packet.slice.part == parts) {
      ++parts;
    } else {
      parts = 0;
    }
    if (parts > 0 && packet.marker && parts == packet.slice.parts) out = begin;
  }
  return out;
}

void VideoSink::on_rtcp(ByteView compound, Time now) {
  for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
    if (packet.type != rtcp::Type::sender_report) continue;
    const auto report = rtcp::parse_sender_report(packet);
    if (!report || report->ssrc != ssrc_) continue;
    reports_.push_back({report->info.ntp.value(), report->info.rtp_timestamp.value(), now});
  }
}

void VideoSink::advance(Time now) {
  if (now < next_feedback_) return;
  next_feedback_ = now + 10ms;
  ByteVector buffer(rtcp::kMaxCompoundSize);
  rtcp::Writer out(buffer);

  std::vector<rtp::WireSeq> missing;
  for (std::uint64_t i = next_; i < highest_ && missing.size() < 200; ++i) {
    if (waiting_.contains(i)) continue;
    Time& asked = asked_[i];
    if (asked != Time{} && now - asked < 70ms) continue;
    asked = now;
    missing.emplace_back(static_cast<std::uint16_t>(i));
  }
  nacked_ += missing.size();
  if (!missing.empty()) rtcp::write_nack(out, 1, ssrc_, missing);

  // A hole that does not close: give up on it and begin anew, as a browser does.
  const bool stuck = !waiting_.empty();
  if (!stuck) has_stuck_ = false;
  if (stuck && !std::exchange(has_stuck_, true)) stuck_since_ = now;
  if (stuck && now - stuck_since_ > 1s) {
    stuck_since_ = now;
    wants_key_ = true;
    rtcp::write_pli(out, 1, ssrc_);
  }
  if (wants_key_) {
    const auto key = std::ranges::find_if(waiting_, [](const auto& entry) {
      return entry.second.slice.keyframe && entry.second.slice.part == 0;
    });
    if (key != waiting_.end()) {
      wants_key_ = false;
      go_on_from(key->first, now);
    }
  }

  if (!arrivals_.empty() && arrivals_.size() > 5) {
    std::ranges::sort(arrivals_, {}, [&](const auto& entry) {
      return static_cast<std::int16_t>(entry.first - arrivals_.front().first);
    });
    const std::uint16_t base = arrivals_.front().first;
    std::vector<Time> times;
    for (const auto& [sequence, at] : arrivals_) {
      const auto ahead = static_cast<std::uint16_t>(sequence - base);
      if (ahead > 2000) continue;
      if (times.size() <= ahead) times.resize(ahead + 1u, kNever);
      times[ahead] = at;
    }
    rtcp::write_transport_feedback(out, 1, ssrc_, feedback_count_++, base, times);
    arrivals_.clear();
  }

  if (now >= next_report_) {
    next_report_ = now + 1s;
    const std::uint64_t expected = highest_ - first_ + 1;
    const std::uint64_t in_period = expected - expected_before_;
    const std::uint64_t came = received_ - recovered_ - repaired_ - received_before_;
    expected_before_ = expected;
    received_before_ = received_ - recovered_ - repaired_;
    const std::uint64_t in_all = received_ - recovered_ - repaired_;
    rtcp::ReportBlock block{
        .ssrc = ssrc_,
        .cumulative_lost = static_cast<std::int32_t>(expected - std::min(expected, in_all)),
        .highest_sequence = static_cast<std::uint32_t>(highest_)};
    if (in_period > came) {
      block.fraction_lost = static_cast<std::uint8_t>((in_period - came) * 255 / in_period);
    }
    if (!reports_.empty()) {
      block.last_sr = rtp::compact(rtp::NtpTime(reports_.back().ntp));
      block.delay_since_last_sr = rtp::to_compact(now - reports_.back().received);
    }
    rtcp::write_receiver_report(out, 1, std::span(&block, 1));
  }
  if (!out.empty()) client_.send_rtcp(out.bytes());
}

}  // namespace parley::sim
