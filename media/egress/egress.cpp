#include "media/egress/egress.h"

#include <algorithm>

#include "base/assert.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtcp/source.h"
#include "protocols/rtcp/transport_feedback.h"
#include "protocols/rtp/elements.h"

namespace parley::media {
namespace {

/// Of SSRCs that are used no more; beyond that the oldest is forgotten. Control picks SSRCs at
/// random, so that one of so long ago does not come again.
constexpr std::size_t kMaxRetired = 16384;

constexpr std::size_t kSenderReportSize = 28;
/// SDES: header, SSRC, item header, and up to four bytes of end and padding.
constexpr std::size_t kCnameOverhead = 4 + 4 + 2 + 4;

}  // namespace

Egress::Beginning Egress::beginning(std::uint32_t ssrc, std::uint32_t rtx_ssrc) {
  return {tail_of(ssrc), rtx_ssrc == 0 ? 0 : tail_of(rtx_ssrc).next_index};
}

Forwarder::Tail Egress::tail_of(std::uint32_t ssrc) {
  const auto it = std::ranges::find(retired_, ssrc, &Retired::ssrc);
  if (it != retired_.end()) return it->tail;
  // In the lower half, so that the receiver cannot mistake early loss for a rollover (RFC 3711
  // section 3.3.1), and not zero.
  Forwarder::Tail fresh;
  fresh.next_index = 1 + random_.below(0x7fff);
  return fresh;
}

EgressStream& Egress::add(const Subscribe& subscribe, Kind kind, const PacketHistory& history,
                          std::string_view cname, const Beginning& beginning) {
  streams_.push_back(
      std::make_unique<EgressStream>(subscribe, kind, history, cname, beginning.rtx));
  queue_.reserve(64);
  return *streams_.back();
}

void Egress::remove(SubscriptionId subscription, const Forwarder::Tail& tail) {
  const auto it = std::ranges::find_if(
      streams_, [&](const auto& stream) { return stream->id() == subscription; });
  if (it == streams_.end()) return;
  EgressStream& stream = **it;
  std::erase_if(queue_, [&](const Queued& queued) { return queued.stream == &stream; });
  std::erase_if(waiting_, [&](const Queued& queued) {
    if (queued.stream == &stream) waiting_bytes_ -= queued.size;
    return queued.stream == &stream;
  });
  const auto retire = [&](std::uint32_t ssrc, const Forwarder::Tail& end) {
    std::erase_if(retired_, [&](const Retired& retired) { return retired.ssrc == ssrc; });
    if (retired_.size() == kMaxRetired) retired_.erase(retired_.begin());
    retired_.push_back({ssrc, end});
  };
  retire(stream.ssrc(), tail);
  if (stream.rtx_ssrc() != 0) {
    Forwarder::Tail resent;
    resent.next_index = stream.next_rtx_index();
    retire(stream.rtx_ssrc(), resent);
  }
  streams_.erase(it);
}

void Egress::enqueue(EgressStream& stream, const PacketRef& packet, const Rewrite& rewrite,
                     std::optional<PacketHistory::Handle> stored) {
  if (queue_.size() >= kMaxQueue) return;
  queue_.push_back({.stream = &stream, .packet = packet, .rewrite = rewrite, .stored = stored});
  queue_.back().size = static_cast<std::uint16_t>(stream.size_of(*packet, rewrite));
}

std::size_t Egress::most_padding(const Queued& queued) {
  if (queued.as != Queued::As::first) return 0;
  if (queued.stream->kind() == Kind::audio) return kMaxAudioPadding;
  return queued.size >= kWorthPadding ? kMaxPadding : 0;
}

// Pads runs of packets that are nearly of one size (RFC 3550 section 5.1), so that they leave in
// one train. The last of a run may be shorter as it is.
void Egress::even_out() {
  for (std::size_t begin = 0; begin < queue_.size();) {
    const std::size_t allowed = most_padding(queue_[begin]);
    std::size_t low = queue_[begin].size;
    std::size_t high = low;
    std::size_t end = begin + 1;
    for (; end < queue_.size() && most_padding(queue_[end]) == allowed; ++end) {
      const std::size_t size = queue_[end].size;
      if (std::max(high, size) - std::min(low, size) > allowed) break;
      low = std::min(low, size);
      high = std::max(high, size);
    }
    if (allowed != 0 && low != high) {
      // What follows may still be the train's end.
      const bool goes_on =
          end < queue_.size() && queue_[end].as == Queued::As::first && queue_[end].size <= high;
      for (std::size_t i = begin; i + (goes_on ? 0 : 1) < end; ++i) {
        queue_[i].stamp.padding = static_cast<std::uint8_t>(high - queue_[i].size);
      }
    }
    begin = end;
  }
}

// Sound and what is sent again leave at once; new pictures when the pacer lets them.
void Egress::pace(EgressHost& host, Time now) {
  std::size_t at_once = 0;
  for (Queued& queued : queue_) {
    if (queued.as == Queued::As::first && queued.stream->kind() == Kind::video) {
      waiting_bytes_ += queued.size;
      waiting_.push_back(std::move(queued));
    } else {
      pacer_.on_sent(queued.size);
      if (&queue_[at_once] != &queued) queue_[at_once] = std::move(queued);
      ++at_once;
    }
  }
  queue_.resize(at_once);
  if (pacer_.time_for(waiting_bytes_) > kMaxWait || waiting_.size() > kMaxQueue) {
    return let_go(host, now);
  }
  std::size_t leaving = 0;
  for (; leaving < waiting_.size() && pacer_.permits(now); ++leaving) {
    pacer_.on_sent(waiting_[leaving].size);
    waiting_bytes_ -= waiting_[leaving].size;
    queue_.push_back(std::move(waiting_[leaving]));
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(leaving));
}

void Egress::let_go(EgressHost& host, Time now) {
  ++counters_.overruns;
  const EgressStream* told = nullptr;
  for (const Queued& queued : waiting_) {
    if (queued.stream == told) continue;
    told = queued.stream;
    host.on_overrun(told->id(), now);
  }
  waiting_.clear();
  waiting_bytes_ = 0;
}

void Egress::flush(const Path& path, srtp::Sender& srtp, RtpWriter& writer, EgressHost& host,
                   Time now) {
  if (pacer_.paces() || !waiting_.empty()) pace(host, now);
  if (path.protocol == Protocol::udp) even_out();
  for (Queued& queued : queue_) write(queued, path, srtp, writer, now);
}

void Egress::write(Queued& queued, const Path& path, srtp::Sender& srtp, RtpWriter& writer,
                   Time now) {
  EgressStream& stream = *queued.stream;
  const MediaPacket& packet = *queued.packet;
  const MutableBytes out = writer.reserve(queued.rewrite.payload_size + EgressStream::kMaxOverhead);

  SendStamp stamp = queued.stamp;
  if (queued.as != Queued::As::again) {  // Otherwise all of it is as it was.
    stamp.abs_send_time = rtp::to_abs_send_time(now);
    stamp.transport_sequence = log_.next_sequence();
    stamp.with_mid = stream.announces_mid();
  }
  const EgressStream::Written written = queued.as == Queued::As::rtx
                                            ? stream.write_rtx(out, packet, queued.rewrite, stamp)
                                            : stream.write(out, packet, queued.rewrite, stamp);
  const std::size_t size =
      writer.packet(path, srtp, written.header_size, written.payload, written.index);

  if (queued.as == Queued::As::first) {
    stream.on_first_sent(queued.rewrite, queued.stored, stamp);
    stream.count(queued.rewrite.payload_size, now);
    next_report_ = std::min(next_report_, stream.next_report());
  } else {
    ++counters_.resent;
  }
  if (stream.uses_transport_sequence() && queued.as != Queued::As::again) log_.add(size, now);
  bandwidth_.on_sent(size, now);
  ++counters_.packets;
}

EgressStream* Egress::find(std::uint32_t ssrc) {
  for (const auto& stream : streams_) {
    if (stream->ssrc() == ssrc) return stream.get();
  }
  return nullptr;
}

void Egress::on_rtcp(ByteView compound, Time now, EgressHost& host) {
  const auto on_blocks = [&](const rtcp::ReportBlocks& blocks) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const rtcp::ReportBlock block = blocks[i];
      EgressStream* const stream = find(block.ssrc);
      if (stream == nullptr) continue;
      stream->on_report_block(block, now);
      if (stream->kind() == Kind::video && !stream->uses_transport_sequence()) {
        bandwidth_.on_fraction_lost(block.fraction_lost);
      }
    }
  };
  const auto wants_keyframe = [&](std::uint32_t ssrc) {
    if (const EgressStream* stream = find(ssrc)) host.on_keyframe_wanted(stream->id(), now);
  };

  for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
    switch (packet.type) {
      case rtcp::Type::sender_report:
        if (const auto report = rtcp::parse_sender_report(packet)) on_blocks(report->blocks);
        break;
      case rtcp::Type::receiver_report:
        if (const auto report = rtcp::parse_receiver_report(packet)) on_blocks(report->blocks);
        break;
      case rtcp::Type::transport_feedback:
        if (packet.count == rtcp::kNackFormat) {
          if (const auto nack = rtcp::parse_nack(packet)) on_nack(*nack, now);
        } else if (packet.count == rtcp::kTransportFeedbackFormat) {
          const auto feedback = rtcp::parse_transport_feedback(packet);
          if (feedback) bandwidth_.on_feedback(*feedback, log_);
        }
        break;
      case rtcp::Type::payload_feedback:
        if (packet.count == rtcp::kPliFormat) {
          if (const auto pli = rtcp::parse_pli(packet)) wants_keyframe(pli->media_ssrc);
        } else if (packet.count == rtcp::kFirFormat) {
          if (const auto fir = rtcp::parse_fir(packet)) {
            for (std::size_t i = 0; i < fir->size(); ++i) wants_keyframe((*fir)[i].ssrc);
          }
        } else if (packet.count == rtcp::kApplicationFormat) {
          if (const auto remb = rtcp::parse_remb(packet)) {
            bandwidth_.on_remb(remb->bits_per_second);
          }
        }
        break;
      default:
        break;
    }
  }
}

void Egress::on_nack(const rtcp::Nack& nack, Time now) {
  EgressStream* const stream = find(nack.media_ssrc);
  if (stream == nullptr) return;
  std::size_t resends = 0;
  rtp::WireSeq sequence;
  for (auto cursor = nack.sequences(); cursor.next(sequence);) {
    EgressStream::Resend resend;
    const auto outcome = stream->on_nack(sequence.value(), now, resend);
    if (outcome == EgressStream::Nack::gone) ++counters_.nacked_too_late;
    if (outcome != EgressStream::Nack::resend) continue;
    if (++resends > kMaxResendsPerNack || queue_.size() >= kMaxQueue) return;
    queue_.push_back({.stream = stream,
                      .packet = *resend.packet,
                      .rewrite = resend.rewrite,
                      .stored = std::nullopt,
                      .as = resend.rtx ? Queued::As::rtx : Queued::As::again,
                      .stamp = resend.stamp,
                      .size = resend.rewrite.payload_size});
  }
}

bool Egress::collect_reports(Time now, rtcp::Writer& out, EgressHost& host) {
  if (next_report_ > now) return false;
  next_report_ = kNever;
  for (const auto& stream : streams_) {
    if (stream->next_report() > now) {
      next_report_ = std::min(next_report_, stream->next_report());
      continue;
    }
    // A report and its CNAME go together.
    if (out.room() < kSenderReportSize + kCnameOverhead + stream->cname().size()) {
      next_report_ = now;
      return true;
    }
    const auto time = host.report_time(stream->id(), now);
    if (!time) {
      stream->postpone_report(now);
    } else {
      rtcp::write_sender_report(out, stream->ssrc(), stream->make_report(*time, now));
      rtcp::write_cname(out, stream->ssrc(), stream->cname());
    }
    next_report_ = std::min(next_report_, stream->next_report());
  }
  return false;
}

std::optional<std::uint64_t> Egress::budget() const {
  const auto measured = bandwidth_.limit();
  if (imposed_limit_ == 0) return measured;
  return measured ? std::min(*measured, imposed_limit_) : imposed_limit_;
}

}  // namespace parley::media
