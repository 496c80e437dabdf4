#include "media/egress/egress_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "media/forward/payload_map.h"
#include "protocols/codec/dependency_descriptor.h"
#include "protocols/codec/vp8.h"
#include "protocols/rtp/elements.h"
#include "protocols/rtp/extensions.h"
#include "protocols/rtp/packet.h"
#include "protocols/rtp/rtx.h"

namespace parley::media {
namespace {

/// A packet is not sent again sooner than this, even if the round trip is shorter or unknown.
constexpr Duration kShortestResend = 10ms;
constexpr Duration kUnknownRoundTrip = 60ms;

std::size_t ring_capacity(const Subscribe& subscribe, Kind kind) {
  if (!subscribe.nack) return 0;
  return kind == Kind::video ? SentRing::kVideoPackets : SentRing::kAudioPackets;
}

/// A copy of the payload behind the header, with the subscriber's numbers in it.
std::size_t copy_payload(std::uint8_t* out, const MediaPacket& packet, const Rewrite& rewrite) {
  const ByteView payload = packet.payload().subspan(rewrite.payload_offset, rewrite.payload_size);
  if (payload.empty()) return 0;
  std::memcpy(out, payload.data(), payload.size());
  if (rewrite.vp8) {
    codec::rewrite_vp8(MutableBytes(out, payload.size()), packet.facts().vp8, rewrite.picture_id,
                       rewrite.tl0_pic_idx);
  }
  return payload.size();
}

/// A packet that goes out empty is of no frame.
bool has_descriptor(const MediaPacket& packet, const Rewrite& rewrite) {
  return rewrite.payload_size != 0 &&
         packet.dependency_descriptor().size() >= codec::kMinDescriptorSize;
}

codec::DescriptorRewrite descriptor_rewrite(const PacketFacts& facts, const Rewrite& rewrite) {
  codec::DescriptorRewrite out{.frame_number = rewrite.picture_id};
  if (facts.dependency) {
    out.active_targets_at = facts.dependency->active_targets_at;
    out.has_active_targets = facts.dependency->has_active_targets;
    out.target_count = facts.dependency->target_count;
    out.active_targets = rewrite.active_targets;
  }
  return out;
}

}  // namespace

EgressStream::EgressStream(const Subscribe& subscribe, Kind kind, const PacketHistory& history,
                           std::string_view cname, std::uint64_t first_index,
                           std::uint64_t first_rtx_index, std::uint64_t first_fec_index)
    : id_(subscribe.subscription),
      kind_(kind),
      ssrc_(subscribe.ssrc),
      rtx_ssrc_(subscribe.rtx_ssrc),
      mid_(subscribe.mid.substr(0, rtp::kMaxTextSize)),
      cname_(cname),
      extensions_(subscribe.extensions),
      codecs_(subscribe.codecs),
      history_(history),
      departures_(first_index),
      sent_(ring_capacity(subscribe, kind)),
      next_rtx_index_(first_rtx_index) {
  period_.subscription = id_;
  for (const CodecBinding& codec : codecs_) {
    if (padding_type_ < 0 && codec.rtx_payload_type) padding_type_ = *codec.rtx_payload_type;
  }
  if (subscribe.fec_ssrc == 0) return;
  const Protection::Ids ids{subscribe.fec_ssrc, subscribe.fec_payload_type,
                            extensions_.transport_sequence};
  protection_ = std::make_unique<Protection>(ids, first_fec_index);
}

void EgressStream::on_first_sent(const Rewrite& rewrite,
                                 std::optional<PacketHistory::Handle> stored,
                                 const SendStamp& stamp) {
  gaps_.on_sent(rewrite.index);
  if (!stored || sent_.empty()) return;
  Sent& sent = sent_.add(rewrite);
  sent.packet = *stored;
  sent.stamp = stamp;
  newest_sent_ = static_cast<std::uint16_t>(rewrite.index);
}

void EgressStream::count(std::size_t payload_bytes, Time now) {
  if (packets_ == 0) next_report_ = now;
  ++packets_;
  octets_ += static_cast<std::uint32_t>(payload_bytes);
  ++period_.packets;
  period_.bytes += payload_bytes;
}

EgressStream::Written EgressStream::write(MutableBytes out, const MediaPacket& packet,
                                          const Rewrite& rewrite, const SendStamp& stamp) const {
  Written written;
  written.header_size = write_header(out, packet, rewrite, stamp);
  written.index = rewrite.index;
  std::uint8_t* const behind = out.data() + written.header_size;
  if (!rewrite.vp8 && stamp.padding == 0) {
    // The common case: encrypted from the one copy that all subscribers share.
    written.payload = packet.payload().subspan(rewrite.payload_offset, rewrite.payload_size);
    return written;
  }
  std::size_t size = copy_payload(behind, packet, rewrite);
  if (stamp.padding != 0) {
    rtp::append_padding(out.data(), behind + size, stamp.padding);
    size += stamp.padding;
  }
  written.payload = ByteView(behind, size);
  return written;
}

std::size_t EgressStream::write_header(MutableBytes out, const MediaPacket& packet,
                                       const Rewrite& rewrite, const SendStamp& stamp) const {
  const std::size_t block =
      write_extensions(out.subspan(rtp::kFixedHeaderSize), packet, rewrite, stamp);
  rtp::write_fixed_header(out.data(),
                          {.marker = rewrite.marker,
                           .payload_type = rewrite.payload_type,
                           .sequence = rtp::WireSeq(static_cast<std::uint16_t>(rewrite.index)),
                           .timestamp = rtp::WireTimestamp(rewrite.timestamp),
                           .ssrc = ssrc_},
                          block != 0);
  return rtp::kFixedHeaderSize + block;
}

// Receivers put zeros in place of what is known only when a packet leaves, before they look for
// what is missing (libwebrtc: "mutable extensions").
void EgressStream::protect(const MediaPacket& packet, const Rewrite& rewrite,
                           const SendStamp& stamp, ByteView payload) {
  std::array<std::uint8_t, kMaxOverhead> header;
  SendStamp later = stamp;
  later.abs_send_time = 0;
  later.transport_sequence = 0;
  const std::size_t size = write_header(header, packet, rewrite, later);
  if (stamp.padding != 0) header[0] |= 0x20;  // RFC 3550 section 5.1: P.
  protection_->add(rewrite.index, packet, ByteView(header).first(size), payload, rewrite.marker);
}

EgressStream::Written EgressStream::write_rtx(MutableBytes out, const MediaPacket& packet,
                                              const Rewrite& rewrite, const SendStamp& stamp) {
  const int payload_type = rtx_payload_type(codecs_, rewrite.payload_type);
  PARLEY_ASSERT(rtx_ssrc_ != 0 && payload_type >= 0);
  const std::size_t block =
      write_extensions(out.subspan(rtp::kFixedHeaderSize), packet, rewrite, stamp);
  Written written = begin_rtx(out, block, payload_type, rewrite.marker, rewrite.timestamp);
  std::uint8_t* const behind = out.data() + written.header_size;
  rtp::write_rtx_header(behind, rtp::WireSeq(static_cast<std::uint16_t>(rewrite.index)));
  const std::size_t size = copy_payload(behind + rtp::kRtxHeaderSize, packet, rewrite);
  written.payload = ByteView(behind, rtp::kRtxHeaderSize + size);
  return written;
}

EgressStream::Written EgressStream::begin_rtx(MutableBytes out, std::size_t block, int payload_type,
                                              bool marker, std::uint32_t timestamp) {
  Written written;
  written.index = next_rtx_index_++;
  written.header_size = rtp::kFixedHeaderSize + block;
  rtp::write_fixed_header(out.data(),
                          {.marker = marker,
                           .payload_type = static_cast<std::uint8_t>(payload_type),
                           .sequence = rtp::WireSeq(static_cast<std::uint16_t>(written.index)),
                           .timestamp = rtp::WireTimestamp(timestamp),
                           .ssrc = rtx_ssrc_},
                          block != 0);
  return written;
}

EgressStream::Written EgressStream::write_padding(MutableBytes out, const SendStamp& stamp) {
  PARLEY_ASSERT(can_pad() && stamp.padding != 0);
  rtp::ExtensionWriter extensions(out.subspan(rtp::kFixedHeaderSize));
  write_stamp(extensions, stamp);
  const Sent* const last = sent_.find(newest_sent_);
  Written written = begin_rtx(out, extensions.finish(), padding_type_, false,
                              last == nullptr ? 0 : last->rewrite.timestamp);
  std::uint8_t* const behind = out.data() + written.header_size;
  rtp::append_padding(out.data(), behind, stamp.padding);
  written.payload = ByteView(behind, stamp.padding);
  return written;
}

void EgressStream::write_stamp(rtp::ExtensionWriter& writer, const SendStamp& stamp) const {
  if (extensions_.abs_send_time != 0) {
    if (auto* p = writer.reserve(extensions_.abs_send_time, rtp::kAbsSendTimeSize)) {
      rtp::write_abs_send_time(p, stamp.abs_send_time);
    }
  }
  if (extensions_.transport_sequence != 0) {
    if (auto* p = writer.reserve(extensions_.transport_sequence, rtp::kTransportSequenceSize)) {
      rtp::write_transport_sequence(p, stamp.transport_sequence);
    }
  }
  if (stamp.with_mid) writer.add(extensions_.mid, as_bytes(mid_));
}

std::size_t EgressStream::write_extensions(MutableBytes out, const MediaPacket& packet,
                                           const Rewrite& rewrite, const SendStamp& stamp) const {
  const PacketFacts& facts = packet.facts();
  rtp::ExtensionWriter writer(out);
  write_stamp(writer, stamp);
  if (facts.audio_level && extensions_.audio_level != 0) {
    if (auto* p = writer.reserve(extensions_.audio_level, rtp::kAudioLevelSize)) {
      rtp::write_audio_level(p, *facts.audio_level);
    }
  }
  if (facts.capture_time && extensions_.abs_capture_time != 0) {
    const std::size_t size = facts.capture_time->clock_offset ? rtp::kAbsCaptureTimeWithOffsetSize
                                                              : rtp::kAbsCaptureTimeSize;
    if (auto* p = writer.reserve(extensions_.abs_capture_time, size)) {
      rtp::write_abs_capture_time(p, *facts.capture_time);
    }
  }
  if (extensions_.dependency_descriptor != 0 && has_descriptor(packet, rewrite)) {
    const ByteView value = packet.dependency_descriptor();
    const codec::DescriptorRewrite numbers = descriptor_rewrite(facts, rewrite);
    if (auto* p = writer.reserve(extensions_.dependency_descriptor,
                                 codec::rewritten_size(value, numbers))) {
      codec::rewrite_descriptor(p, value, numbers);
    }
  }
  return writer.finish();
}

// Mirrors write_extensions; a difference would cost a train its evenness and nothing else.
std::size_t EgressStream::size_of(const MediaPacket& packet, const Rewrite& rewrite) const {
  const PacketFacts& facts = packet.facts();
  std::size_t elements = 0;
  std::size_t values = 0;
  bool two_byte = false;
  const auto add = [&](std::uint8_t id, std::size_t size) {
    if (id == 0) return;
    ++elements;
    values += size;
    two_byte = two_byte || id > 14 || size > 16;
  };
  add(extensions_.abs_send_time, rtp::kAbsSendTimeSize);
  add(extensions_.transport_sequence, rtp::kTransportSequenceSize);
  if (announces_mid()) add(extensions_.mid, mid_.size());
  if (facts.audio_level) add(extensions_.audio_level, rtp::kAudioLevelSize);
  if (facts.capture_time) {
    add(extensions_.abs_capture_time, facts.capture_time->clock_offset
                                          ? rtp::kAbsCaptureTimeWithOffsetSize
                                          : rtp::kAbsCaptureTimeSize);
  }
  if (has_descriptor(packet, rewrite)) {
    add(extensions_.dependency_descriptor,
        codec::rewritten_size(packet.dependency_descriptor(), descriptor_rewrite(facts, rewrite)));
  }
  const std::size_t block =
      elements == 0 ? 0 : 4 + (values + elements * (two_byte ? 2 : 1) + 3) / 4 * 4;
  return rtp::kFixedHeaderSize + block + rewrite.payload_size;
}

EgressStream::Nack EgressStream::on_nack(std::uint16_t sequence, Time now, Resend& out) {
  Sent* const sent = sent_.find(sequence);
  if (sent == nullptr || sent->resends >= kMaxResends) return Nack::gone;
  if (redundant_ && round_trip_ > kSoundWaits) return Nack::of_no_use;
  // The last copy may still be on its way.
  const Duration patience =
      round_trip_ == Duration::zero() ? kUnknownRoundTrip : std::max(round_trip_, kShortestResend);
  if (sent->resends > 0 && now - sent->resent < patience) return Nack::too_soon;
  const PacketRef* const packet = history_.find(sent->packet, now);
  if (packet == nullptr) return Nack::gone;

  if (sent->resends == 0) ++asked_for_;
  sent->resent = now;
  ++sent->resends;
  out.packet = packet;
  out.rewrite = sent->rewrite;
  out.stamp = sent->stamp;
  out.rtx = rtx_ssrc_ != 0 && rtx_payload_type(codecs_, sent->rewrite.payload_type) >= 0;
  return Nack::resend;
}

// The largest of the last few: the fewer packets the better.
bool EgressStream::find_padding(Time now, Resend& out) {
  if (rtx_ssrc_ == 0 || sent_.empty()) return false;
  constexpr int kLastFew = 8;
  const Sent* best = nullptr;
  for (int i = 0; i < kLastFew; ++i) {
    const Sent* const sent = sent_.find(static_cast<std::uint16_t>(newest_sent_ - i));
    if (sent == nullptr || history_.find(sent->packet, now) == nullptr) continue;
    if (best == nullptr || sent->rewrite.payload_size > best->rewrite.payload_size) best = sent;
  }
  if (best == nullptr || rtx_payload_type(codecs_, best->rewrite.payload_type) < 0) return false;
  out.packet = history_.find(best->packet, now);
  out.rewrite = best->rewrite;
  out.stamp = best->stamp;
  out.rtx = true;
  return true;
}

EgressStream::Reported EgressStream::on_report_block(const rtcp::ReportBlock& block, Time now) {
  confirmed_ = true;
  const std::int64_t clock_rate = codecs_.empty() ? 0 : codecs_.front().clock_rate;
  if (clock_rate != 0) jitter_ = Duration(std::int64_t{block.jitter} * 1'000'000'000 / clock_rate);
  if (has_block_ && block.cumulative_lost > cumulative_lost_) {
    period_.lost +=
        gaps_.judge(static_cast<std::uint64_t>(block.cumulative_lost - cumulative_lost_));
  }
  if (!has_block_) gaps_.forget();
  // RFC 3550 section 6.4.1: the fraction is of what was expected since the report before.
  const std::uint32_t since = block.highest_sequence - highest_reported_;
  const bool goes_on = has_block_ && since < (1u << 15);  // Not one that was overtaken.
  if (goes_on) period_.reported += since;
  highest_reported_ = block.highest_sequence;
  cumulative_lost_ = block.cumulative_lost;
  has_block_ = true;
  measure_round_trip(block, now);
  const std::uint32_t asked_for = std::exchange(asked_for_, 0);
  if (!goes_on || since == 0) return {};
  loss_.add(since, block.fraction_lost);
  // What is sent again under its own number is reported as if it had come at once.
  const std::uint32_t asked = rtx_ssrc_ != 0 ? 0 : std::min(255u, 256 * asked_for / since);
  return {since, std::max(block.fraction_lost, static_cast<std::uint8_t>(asked))};
}

void EgressStream::measure_round_trip(const rtcp::ReportBlock& block, Time now) {
  if (block.last_sr == 0) return;
  for (const SentReport& report : sent_reports_) {
    if (report.ntp != block.last_sr) continue;
    const Duration delay = rtp::from_compact(block.delay_since_last_sr);
    if (now - report.at > delay) round_trip_ = now - report.at - delay;
    return;
  }
}

rtcp::SenderInfo EgressStream::make_report(const ReportTime& time, Time now) {
  sent_reports_[reports_ % sent_reports_.size()] = {rtp::compact(time.ntp), now};
  ++reports_;
  next_report_ = now + (reports_ < kEarlyReports ? kReportInterval / 6 : kReportInterval);
  if (reports_ == 0) reports_ = kEarlyReports;  // Wrapped; it is not early again.
  return {.ntp = time.ntp,
          .rtp_timestamp = rtp::WireTimestamp(time.timestamp),
          .packets = packets_,
          .bytes = octets_};
}

std::optional<SubscriptionStats> EgressStream::take_stats() {
  SubscriptionStats out = std::exchange(period_, {.subscription = id_});
  if (out.packets == 0 && out.reported == 0) return std::nullopt;
  out.jitter = jitter_;
  out.round_trip = round_trip_;
  return out;
}

}  // namespace parley::media
