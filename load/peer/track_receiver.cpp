#include "load/peer/track_receiver.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "protocols/rtcp/feedback.h"
#include "protocols/rtp/ntp.h"
#include "protocols/rtp/rtx.h"
#include "protocols/rtp/sequence.h"

namespace parley::load {
namespace {

constexpr Duration kAskAgain = 70ms;
constexpr int kMaxAsks = 10;
constexpr std::size_t kMaxNack = 200;
constexpr Duration kAskForKeyAgain = 500ms;

}  // namespace

void TrackReceiver::on_rtp(const rtp::PacketView& packet, Time now) {
  const auto arrival = static_cast<std::int64_t>(
      static_cast<double>(now.time_since_epoch().count()) * clock_rate(codec_) / 1e9);
  const std::int64_t transit = arrival - packet.timestamp.value();
  if (transit_) {
    // Modulo 2^32, as the timestamp is.
    const auto moved = static_cast<std::int32_t>(static_cast<std::uint32_t>(transit - *transit_));
    jitter_ += (std::abs(static_cast<double>(moved)) - jitter_) / 16;
  }
  transit_ = transit;
  take(packet.sequence.value(), packet, packet.payload, now);
}

void TrackReceiver::on_rtx(const rtp::PacketView& packet, Time now) {
  const auto rtx = rtp::read_rtx(packet.payload);
  // Probes come as RTX as well: of nothing, or of what is here already.
  if (!rtx || rtx->payload.empty() || !began_) {
    ++counts_->padding;
    return;
  }
  const std::uint64_t index = rtp::unwrap(rtx->original, rtp::PacketIndex(highest_)).value();
  if (index < next_ || waiting_.contains(index)) {
    ++counts_->padding;
    return;
  }
  ++counts_->recovered;
  take(rtx->original.value(), packet, rtx->payload, now);
}

void TrackReceiver::take(std::uint16_t sequence, const rtp::PacketView& packet, ByteView payload,
                         Time now) {
  last_packet_ = now;
  if (!began_) {
    began_ = true;
    next_ = first_index_ = highest_ = rtp::first_index(rtp::WireSeq(sequence)).value();
  }
  const std::uint64_t index =
      rtp::unwrap(rtp::WireSeq(sequence), rtp::PacketIndex(highest_)).value();
  if (index < next_ || waiting_.contains(index)) {
    ++counts_->duplicates;
    return;
  }
  ++received_;
  highest_ = std::max(highest_, index);
  const Packet taken{.timestamp = packet.timestamp.value(),
                     .marker = packet.marker,
                     .filler = payload.empty(),
                     .stamp = read_stamp(payload)};
  if (taken.filler) {
    ++counts_->padding;
  } else {
    ++counts_->packets;
    counts_->bytes += packet.bytes.size();
  }
  if (index != next_) {
    if (waiting_.empty()) hole_since_ = now;
    waiting_.emplace(index, taken);
    if (waiting_.size() > kMaxWaiting) give_up(now);
    return;
  }
  consume(taken, now);
  ++next_;
  if (waiting_.empty()) return;
  for (auto it = waiting_.begin(); it != waiting_.end() && it->first == next_;
       it = waiting_.erase(it), ++next_) {
    consume(it->second, now);
  }
  hole_since_ = now;
  asked_.erase(asked_.begin(), asked_.lower_bound(next_));
}

/// On with what is behind the hole, as a decoder goes on with the next key frame.
void TrackReceiver::give_up(Time now) {
  if (waiting_.empty()) return;
  counts_->lost += waiting_.begin()->first - next_;
  next_ = waiting_.begin()->first;
  damaged_ = true;
  if (!is_audio(codec_)) wants_key_ = true;
  if (is_audio(codec_)) before_.reset();
  for (auto it = waiting_.begin(); it != waiting_.end() && it->first == next_;
       it = waiting_.erase(it), ++next_) {
    consume(it->second, now);
  }
  hole_since_ = now;
  asked_.erase(asked_.begin(), asked_.lower_bound(next_));
}

void TrackReceiver::consume(const Packet& packet, Time now) {
  if (packet.filler) return;
  ++packets_in_frame_;
  if (is_audio(codec_) || packet.marker) end_frame(packet, now);
}

void TrackReceiver::end_frame(const Packet& packet, Time now) {
  const std::uint32_t packets = std::exchange(packets_in_frame_, 0);
  // Where we came in, or where something is lost for good: counted there, not here.
  const bool damaged = std::exchange(damaged_, false);
  if (!packet.stamp || packet.stamp->run != run_) {
    ++counts_->unstamped;
    if (!first_frame_) first_frame_ = now;
    return;
  }
  const Stamp& stamp = *packet.stamp;
  if (packets != stamp.packets) {
    if (!damaged) ++counts_->incomplete;
    if (is_audio(codec_)) return;
    wants_key_ = true;
    before_.reset();
    return;
  }
  if (!is_audio(codec_)) {
    const bool follows =
        before_ && stamp.layer == before_->layer && stamp.frame == before_->frame + 1;
    if (!stamp.keyframe && !follows) {
      // Before the first key frame nothing is expected to be decodable.
      if (before_ && !wants_key_) ++counts_->undecodable;
      wants_key_ = true;
      before_.reset();
      return;
    }
    if (stamp.keyframe) wants_key_ = false;
    if (before_ && stamp.layer != before_->layer) ++counts_->layer_switches;
  }
  if (before_ && stamp.layer == before_->layer && stamp.frame == before_->frame + 1) {
    const std::uint32_t ticks = packet.timestamp - before_timestamp_;
    if (ticks_ == 0) ticks_ = ticks;
    if (ticks != ticks_) ++counts_->mistimed;
  }
  before_ = stamp;
  before_timestamp_ = packet.timestamp;
  ++counts_->frames;
  if (!first_frame_) first_frame_ = now;
  counts_->delay.add(now - stamp.sent);
}

void TrackReceiver::on_sender_report(const rtcp::SenderInfo& info, Time now) {
  sender_info_ = info;
  sender_info_at_ = now;
}

void TrackReceiver::write_feedback(rtcp::Writer& out, std::uint32_t own_ssrc,
                                   std::uint32_t media_ssrc, Time now) {
  if (!waiting_.empty() && now - hole_since_ > kPatience) give_up(now);
  if (!waiting_.empty()) {
    std::vector<rtp::WireSeq> missing;
    auto behind = waiting_.begin();
    for (std::uint64_t i = next_; i < highest_ && missing.size() < kMaxNack; ++i) {
      while (behind != waiting_.end() && behind->first < i) ++behind;
      if (behind != waiting_.end() && behind->first == i) continue;
      Asked& asked = asked_[i];
      if (asked.times == kMaxAsks || (asked.times > 0 && now - asked.at < kAskAgain)) continue;
      asked.at = now;
      ++asked.times;
      missing.emplace_back(static_cast<std::uint16_t>(i));
    }
    counts_->nacked += missing.size();
    if (!missing.empty()) rtcp::write_nack(out, own_ssrc, media_ssrc, missing);
  }
  if (wants_key_ && now - asked_for_key_ > kAskForKeyAgain) {
    asked_for_key_ = now;
    rtcp::write_pli(out, own_ssrc, media_ssrc);
  }
}

std::optional<rtcp::ReportBlock> TrackReceiver::report(std::uint32_t media_ssrc, Time now) {
  if (!began_) return std::nullopt;
  const std::uint64_t expected = highest_ - first_index_ + 1;
  const std::uint64_t in_period = expected - expected_before_;
  const std::uint64_t came = received_ - received_before_;
  expected_before_ = expected;
  received_before_ = received_;
  rtcp::ReportBlock block{.ssrc = media_ssrc};
  if (in_period > came) {
    block.fraction_lost = static_cast<std::uint8_t>((in_period - came) * 255 / in_period);
  }
  block.cumulative_lost = static_cast<std::int32_t>(static_cast<std::int64_t>(expected) -
                                                    static_cast<std::int64_t>(received_));
  block.highest_sequence = static_cast<std::uint32_t>(highest_);
  block.jitter = static_cast<std::uint32_t>(jitter_);
  if (sender_info_) {
    block.last_sr = rtp::compact(sender_info_->ntp);
    block.delay_since_last_sr = rtp::to_compact(now - sender_info_at_);
  }
  return block;
}

}  // namespace parley::load
