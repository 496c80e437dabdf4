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

constexpr Duration kUnknownRoundTrip = 100ms;

/// A probe whose packets are smaller than this on the wire is made of padding alone.
constexpr std::size_t kWorthSendingAgain = 400;

constexpr std::size_t kSenderReportSize = 28;
/// SDES: header, SSRC, item header, and up to four bytes of end and padding.
constexpr std::size_t kCnameOverhead = 4 + 4 + 2 + 4;

/// Padding of a packet that is nothing else and is to be so large on the wire.
std::uint8_t blank_padding(std::size_t wanted) {
  constexpr std::size_t kAround = 80;  // IP, UDP, header with its extensions, tag.
  const std::size_t padding = wanted - std::min(wanted, kAround);
  return static_cast<std::uint8_t>(
      std::clamp<std::size_t>(padding, 16, EgressStream::kMostPadding));
}

/// Rates are those of the path, which carries what is below RTP, too.
constexpr std::size_t on_the_wire(std::size_t size) { return size + PathEstimate::kBelowRtp; }

}  // namespace

Egress::Beginning Egress::beginning(std::uint32_t ssrc, std::uint32_t rtx_ssrc,
                                    std::uint32_t fec_ssrc) {
  return {tail_of(ssrc), rtx_ssrc == 0 ? 0 : tail_of(rtx_ssrc).next_index,
          fec_ssrc == 0 ? 0 : tail_of(fec_ssrc).next_index};
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
  streams_.push_back(std::make_unique<EgressStream>(
      subscribe, kind, history, cname, beginning.rtp.next_index, beginning.rtx, beginning.fec));
  queue_.reserve(64);
  EgressStream& added = *streams_.back();
  added.expect_round_trip(known_round_trip());
  const bool tells = kind == Kind::video && added.uses_transport_sequence();
  if (send_side_ && tells && estimate_ == nullptr) {
    estimate_ = std::make_unique<PathEstimate>(std::move(log_));
  }
  return added;
}

void Egress::remove(SubscriptionId subscription, const Forwarder::Tail& tail) {
  const auto it = std::ranges::find_if(
      streams_, [&](const auto& stream) { return stream->id() == subscription; });
  if (it == streams_.end()) return;
  EgressStream& stream = **it;
  if (stream.round_trip() > Duration::zero()) last_round_trip_ = stream.round_trip();
  drop_waiting(stream, tail.next_index);
  const auto retire = [&](std::uint32_t ssrc, const Forwarder::Tail& end) {
    std::erase_if(retired_, [&](const Retired& retired) { return retired.ssrc == ssrc; });
    if (retired_.size() == kMaxRetired) retired_.erase(retired_.begin());
    retired_.push_back({ssrc, end});
  };
  Forwarder::Tail left = tail;
  left.next_index = stream.departures().expected(tail.next_index);
  retire(stream.ssrc(), left);
  const auto retire_beside = [&](std::uint32_t ssrc, std::uint64_t next_index) {
    Forwarder::Tail end;
    end.next_index = next_index;
    retire(ssrc, end);
  };
  if (stream.rtx_ssrc() != 0) retire_beside(stream.rtx_ssrc(), stream.next_rtx_index());
  if (const Protection* const repairs = stream.protection()) {
    retire_beside(repairs->ssrc(), repairs->next_index());
  }
  streams_.erase(it);
}

void Egress::drop_waiting(EgressStream& stream, std::uint64_t next_index) {
  std::erase_if(queue_, [&](const Queued& queued) { return queued.stream == &stream; });
  urgent_.forget(stream);
  pictures_.forget(stream);
  stream.departures().cut(next_index);
  stream.on_key_frame(stream.departures().expected(next_index));  // Which it goes on with.
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

void Egress::Held::add(Queued queued) {
  bytes += queued.size;
  packets.push_back(std::move(queued));
}

void Egress::Held::forget(const EgressStream& stream, Which which) {
  std::erase_if(packets, [&](const Queued& queued) {
    const bool is_one = queued.stream == &stream && (which == Which::all || !queued.numbered);
    if (is_one) bytes -= queued.size;
    return is_one;
  });
}

void Egress::Held::release(Pacer& pacer, std::vector<Queued>& out, Time now) {
  std::size_t leaving = 0;
  for (; leaving < packets.size() && pacer.permits(now); ++leaving) {
    pacer.on_sent(on_the_wire(packets[leaving].size));
    bytes -= packets[leaving].size;
    out.push_back(std::move(packets[leaving]));
  }
  packets.erase(packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(leaving));
}

void Egress::hold(Queued queued) {
  if (queued.as != Queued::As::first) return urgent_.add(std::move(queued));
  if (queued.packet->facts().keyframe_start) {
    // The receiver goes on from here: what it would have to wait for is of no use any more.
    EgressStream& stream = *queued.stream;
    urgent_.forget(stream, Held::Which::resends);
    if (pacer_.time_for(pictures_.bytes) > kMostBeforeKey) {
      drop_pictures(stream, queued.rewrite.index, queued.packet->facts().layer);
    }
    stream.on_key_frame(stream.departures().expected(queued.rewrite.index));
  }
  pictures_.add(std::move(queued));
}

// Sound leaves at once; then what was asked for again, as others wait for it; then new pictures,
// when the pacer lets them.
void Egress::pace(EgressHost& host, Time now) {
  std::size_t at_once = 0;
  for (Queued& queued : queue_) {
    if (queued.stream->kind() == Kind::video) {
      hold(std::move(queued));
    } else {
      pacer_.on_sent(on_the_wire(queued.size));
      if (&queue_[at_once] != &queued) queue_[at_once] = std::move(queued);
      ++at_once;
    }
  }
  queue_.resize(at_once);
  urgent_.release(pacer_, queue_, now);
  if (pacer_.time_for(pictures_.bytes) > kMaxWait || pictures_.packets.size() > kMaxQueue) {
    return let_go(host, now);
  }
  if (urgent_.empty()) pictures_.release(pacer_, queue_, now);
}

void Egress::let_go(EgressHost& host, Time now) {
  ++counters_.overruns;
  while (!pictures_.empty()) {
    EgressStream& stream = *pictures_.packets.front().stream;
    std::uint64_t newest = 0;
    for (const Queued& queued : pictures_.packets) {
      if (queued.stream == &stream) newest = std::max(newest, queued.rewrite.index);
    }
    drop_pictures(stream, newest + 1, 0);
    host.on_overrun(stream.id(), now);
  }
}

void Egress::drop_pictures(EgressStream& stream, std::uint64_t next_index,
                           std::uint8_t next_layer) {
  finish_picture(stream, next_layer);
  pictures_.forget(stream);
  stream.departures().cut(next_index);
}

// Of a picture of which a part has left, the rest leaves, too, if all of it is here; unless a
// smaller one is next and it would take long.
void Egress::finish_picture(EgressStream& stream, std::uint8_t next_layer) {
  const auto under_way = stream.departures().under_way();
  if (!under_way) return;
  const auto belongs = [&](const Queued& queued) {
    return queued.stream == &stream && queued.rewrite.timestamp == *under_way;
  };
  std::size_t bytes = 0;
  bool whole = false;
  bool smaller_next = false;
  for (const Queued& queued : pictures_.packets) {
    if (!belongs(queued)) continue;
    bytes += queued.size;
    whole = queued.rewrite.marker;
    smaller_next = next_layer < queued.packet->facts().layer;
  }
  if (!whole || pacer_.time_for(bytes) > (smaller_next ? kMostToFinish : kMaxWait)) return;
  for (Queued& queued : pictures_.packets) {
    if (!belongs(queued)) continue;
    const auto number = stream.departures().depart(queued.rewrite);
    if (!number) continue;
    Queued rest = queued;
    rest.rewrite.index = *number;
    rest.numbered = true;
    urgent_.add(std::move(rest));
  }
}

void Egress::flush(const Path& path, srtp::Sender& srtp, RtpWriter& writer, EgressHost& host,
                   Time now) {
  if (pacer_.paces() || pacer_holds()) pace(host, now);
  if (path.protocol == Protocol::udp) even_out();
  for (Queued& queued : queue_) write(queued, path, srtp, writer, now);
  if (estimate_ != nullptr) pad(path, srtp, writer, now);
}

// What a probe lacks of its rate.
void Egress::pad(const Path& path, srtp::Sender& srtp, RtpWriter& writer, Time now) {
  while (estimate_->probe().next(now) <= now) {
    auto padding = make_padding(now);
    if (!padding) return estimate_->probe().give_up();
    write(*padding, path, srtp, writer, now);
  }
}

// Of what was sent lately, if anything was: that may even be of use. But a slow path would be busy
// for long with packets that large.
std::optional<Egress::Queued> Egress::make_padding(Time now) const {
  const std::size_t wanted = estimate_->probe().packet_size();
  EgressStream* silent = nullptr;
  for (const auto& stream : streams_) {
    if (stream->kind() != Kind::video || !stream->uses_transport_sequence()) continue;
    EgressStream::Resend late;
    if (wanted >= kWorthSendingAgain && stream->find_padding(now, late)) {
      return Queued{.stream = stream.get(),
                    .packet = *late.packet,
                    .rewrite = late.rewrite,
                    .stored = std::nullopt,
                    .as = Queued::As::padding,
                    .stamp = {},
                    .size = late.rewrite.payload_size};
    }
    if (silent == nullptr && stream->can_pad()) silent = stream.get();
  }
  if (silent == nullptr) return std::nullopt;
  return Queued{.stream = silent,
                .packet = {},
                .rewrite = {},
                .stored = std::nullopt,
                .as = Queued::As::blank,
                .stamp = {.padding = blank_padding(wanted)},
                .size = EgressStream::kMostPadding};
}

EgressStream::Written Egress::write(MutableBytes out, const Queued& queued,
                                    const SendStamp& stamp) {
  EgressStream& stream = *queued.stream;
  switch (queued.as) {
    case Queued::As::first:
    case Queued::As::again:
      return stream.write(out, *queued.packet, queued.rewrite, stamp);
    case Queued::As::rtx:
    case Queued::As::padding:
      return stream.write_rtx(out, *queued.packet, queued.rewrite, stamp);
    case Queued::As::blank:
      break;
  }
  return stream.write_padding(out, stamp);
}

void Egress::write(Queued& queued, const Path& path, srtp::Sender& srtp, RtpWriter& writer,
                   Time now) {
  EgressStream& stream = *queued.stream;
  if (queued.as == Queued::As::first && !queued.numbered) {
    const auto number = stream.departures().depart(queued.rewrite);
    if (!number) return;
    queued.rewrite.index = *number;
  }
  const MutableBytes out = writer.reserve(queued.rewrite.payload_size + EgressStream::kMaxOverhead);

  SendStamp stamp = queued.stamp;
  if (queued.as != Queued::As::again) {  // Otherwise all of it is as it was.
    stamp.abs_send_time = rtp::to_abs_send_time(now);
    stamp.transport_sequence = estimate_ ? estimate_->next_sequence() : log_.next_sequence();
    stamp.with_mid = stream.announces_mid();
  }
  const EgressStream::Written written = write(out, queued, stamp);
  const bool protects = queued.as == Queued::As::first && stream.is_protected();
  if (protects) stream.protect(*queued.packet, queued.rewrite, stamp, written.payload);
  const std::size_t size =
      writer.packet(path, srtp, written.header_size, written.payload, written.index);

  if (queued.as == Queued::As::first) {
    stream.on_first_sent(queued.rewrite, queued.stored, stamp);
    stream.count(queued.rewrite.payload_size, now);
    next_report_ = std::min(next_report_, stream.next_report());
  } else {
    const bool pads = queued.as == Queued::As::padding || queued.as == Queued::As::blank;
    ++(pads ? counters_.padding : counters_.resent);
  }
  count_sent(size, stream.uses_transport_sequence() && queued.as != Queued::As::again, now);
  ++counters_.packets;
  if (protects) write_repairs(stream, path, srtp, writer, now);
}

// Those that are due by the packet before.
void Egress::write_repairs(EgressStream& stream, const Path& path, srtp::Sender& srtp,
                           RtpWriter& writer, Time now) {
  for (;;) {
    const MutableBytes out = writer.reserve(Protection::kMaxSize);
    const Protection::Written written = stream.protection()->write(
        out, stream.ssrc(), estimate_ ? estimate_->next_sequence() : log_.next_sequence());
    if (written.header_size == 0) return;
    const std::size_t size =
        writer.packet(path, srtp, written.header_size, written.payload, written.index);
    pacer_.on_sent(size);
    count_sent(size, stream.uses_transport_sequence(), now);
    ++counters_.repairs;
  }
}

void Egress::count_sent(std::size_t size, bool numbered, Time now) {
  if (estimate_ != nullptr) return estimate_->on_sent(size, numbered, now);
  if (numbered) log_.add(size, now);
  bandwidth_.on_sent(size, now);
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
      const EgressStream::Reported reported = stream->on_report_block(block, now);
      if (reported.packets > 0) {
        host.on_loss_reported(stream->id(), reported.packets, reported.fraction_lost, now);
      }
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
          if (feedback && estimate_ != nullptr) {
            estimate_->on_feedback(*feedback, round_trip(), now);
          } else if (feedback) {
            bandwidth_.on_feedback(*feedback, log_);
          }
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
  const std::size_t first = queue_.size();
  std::size_t resends = 0;
  std::size_t asked_bytes = 0;
  rtp::WireSeq sequence;
  for (auto cursor = nack.sequences(); cursor.next(sequence);) {
    const bool of_no_use = pacer_.paces() && stream->is_superseded(sequence.value());
    if (of_no_use || pacer_.time_for(urgent_.bytes + asked_bytes) > kMaxResendWait) {
      ++counters_.nacked_in_vain;
      continue;
    }
    EgressStream::Resend resend;
    const auto outcome = stream->on_nack(sequence.value(), now, resend);
    if (outcome == EgressStream::Nack::gone) ++counters_.nacked_too_late;
    if (outcome == EgressStream::Nack::of_no_use) ++counters_.nacked_in_vain;
    if (outcome != EgressStream::Nack::resend) continue;
    if (++resends > kMaxResendsPerNack || queue_.size() >= kMaxQueue) break;
    asked_bytes += resend.rewrite.payload_size;
    queue_.push_back({.stream = stream,
                      .packet = *resend.packet,
                      .rewrite = resend.rewrite,
                      .stored = std::nullopt,
                      .as = resend.rtx ? Queued::As::rtx : Queued::As::again,
                      .stamp = resend.stamp,
                      .size = resend.rewrite.payload_size});
  }
  const bool has_room = pacer_.time_for(urgent_.bytes + 2 * asked_bytes) <= kMaxResendWait / 2;
  if (stream->loss() >= kLosesMuch && has_room) repeat_resends(first);
}

void Egress::repeat_resends(std::size_t first) {
  const std::size_t last = queue_.size();
  for (std::size_t i = first; i < last && queue_.size() < kMaxQueue; ++i) {
    if (queue_[i].as != Queued::As::rtx) continue;
    Queued copy = queue_[i];
    queue_.push_back(std::move(copy));
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

void Egress::update_bandwidth(std::uint64_t wanted_bits_per_second, Time now) {
  if (estimate_ == nullptr) return bandwidth_.update(wanted_bits_per_second, now);
  estimate_->on_tick(wanted_bits_per_second, now);
}

std::optional<std::uint64_t> Egress::budget(Time now) const {
  const auto measured = estimate_ != nullptr ? estimate_->limit(now) : bandwidth_.limit();
  if (imposed_limit_ == 0) return measured;
  return measured ? std::min(*measured, imposed_limit_) : imposed_limit_;
}

// Of the stream that has heard of it; they all go the same way.
Duration Egress::known_round_trip() const {
  for (const auto& stream : streams_) {
    if (stream->round_trip() > Duration::zero()) return stream->round_trip();
  }
  return last_round_trip_;
}

Duration Egress::round_trip() const {
  const Duration known = known_round_trip();
  return known > Duration::zero() ? known : kUnknownRoundTrip;
}

}  // namespace parley::media
