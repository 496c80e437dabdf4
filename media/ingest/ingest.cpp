#include "media/ingest/ingest.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtcp/source.h"
#include "protocols/rtcp/xr.h"

namespace parley::media {
namespace {

constexpr Duration kReportInterval = std::chrono::seconds(1);

std::string_view text_of(ByteView element) { return rtp::read_text(element).value_or(""); }

}  // namespace

bool Ingest::add_stream(const AddStream& command) {
  if (IngestStream* const known = find_stream(command.stream)) {
    known->update(command);
  } else {
    if (streams_.size() == kMaxStreams) return false;
    streams_.push_back(std::make_unique<IngestStream>(command));
  }
  elements_.add(command.extensions);
  rebuild_sources();
  return true;
}

void Ingest::remove_stream(StreamId stream) {
  std::erase_if(streams_, [stream](const auto& entry) { return entry->id() == stream; });
  if (streams_.empty()) elements_.clear();
  rebuild_sources();
}

void Ingest::rebuild_sources() {
  sources_.clear();
  for (std::size_t s = 0; s < streams_.size(); ++s) {
    const auto& layers = streams_[s]->layers();
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const Source source{static_cast<std::uint16_t>(s), static_cast<std::uint8_t>(l), false};
      if (layers[l].ssrc != 0) sources_.insert(layers[l].ssrc, source);
      if (layers[l].rtx_ssrc != 0)
        sources_.insert(layers[l].rtx_ssrc, {source.stream, source.layer, true});
    }
  }
}

std::expected<PacketRef, IngestDrop> Ingest::accept(ByteView plain_rtp, Time now,
                                                    PacketPool& pool) {
  auto packet = take(plain_rtp, now, pool);
  if (!packet) ++drops_[static_cast<std::size_t>(packet.error())];
  return packet;
}

std::expected<PacketRef, IngestDrop> Ingest::take(ByteView plain_rtp, Time now, PacketPool& pool) {
  const auto packet = rtp::parse(plain_rtp);
  if (!packet) return std::unexpected(IngestDrop::malformed);
  const Elements elements = elements_.read(packet->extensions);

  // The sender's estimator wants to hear of every packet that came, whatever becomes of it.
  if (const auto number = rtp::read_transport_sequence(elements.transport_sequence)) {
    arrivals_.on_packet(*number, now);
    last_ssrc_ = packet->ssrc;
  }

  std::optional<Source> source;
  if (const Source* const known = sources_.find(packet->ssrc)) {
    source = *known;
  } else {
    source = learn(*packet, elements);
  }
  if (!source) return std::unexpected(IngestDrop::unknown_source);
  if (next_report_ == kNever) next_report_ = now + kReportInterval;
  return streams_[source->stream]->accept(*packet, elements, source->layer, source->rtx, now, pool,
                                          events_);
}

/// RFC 9143 section 9.2: by MID; within the section by RID (RFC 8852); else by a payload type that
/// only one section has.
std::optional<Source> Ingest::learn(const rtp::PacketView& packet, const Elements& elements) {
  const std::string_view mid = text_of(elements.mid);
  const std::string_view rid = text_of(elements.rid);
  const std::string_view repaired = text_of(elements.repaired_rid);
  const std::uint8_t type = packet.payload_type;

  std::optional<Source> found;
  for (std::size_t s = 0; s < streams_.size(); ++s) {
    const IngestStream& stream = *streams_[s];
    if (!mid.empty() && stream.mid() != mid) continue;
    const bool rtx = stream.has_rtx_payload_type(type);
    if (!rtx && !stream.has_payload_type(type)) continue;

    std::optional<std::size_t> layer;
    const std::string_view name = rtx && !repaired.empty() ? repaired : rid;
    if (stream.layers().size() == 1 && stream.layers()[0].spec.rid.empty()) {
      layer = 0;
    } else if (!name.empty()) {
      layer = stream.layer_of_rid(name);
    } else if (stream.layers().size() == 1) {
      layer = 0;
    }
    if (!layer) continue;
    // Without a MID, a source that the section has already is not given up for a stranger.
    const IngestLayer& candidate = stream.layers()[*layer];
    if (mid.empty() && (rtx ? candidate.rtx_ssrc : candidate.ssrc) != 0) continue;
    if (found) return std::nullopt;  // Two sections could claim it.
    found = Source{static_cast<std::uint16_t>(s), static_cast<std::uint8_t>(*layer), rtx};
  }
  if (!found) return std::nullopt;
  return bind(packet.ssrc, found->stream, found->layer, found->rtx);
}

Source Ingest::bind(std::uint32_t ssrc, std::size_t stream, std::size_t layer_index, bool rtx) {
  IngestLayer& layer = streams_[stream]->layers()[layer_index];
  std::uint32_t& slot = rtx ? layer.rtx_ssrc : layer.ssrc;
  if (slot != 0) {
    sources_.erase(slot);
    if (!rtx) {
      // What the old source's retransmissions refer to is gone with it.
      if (layer.rtx_ssrc != 0) sources_.erase(std::exchange(layer.rtx_ssrc, 0));
      layer.window.expect_jump();
    }
  }
  slot = ssrc;
  const Source source{static_cast<std::uint16_t>(stream), static_cast<std::uint8_t>(layer_index),
                      rtx};
  sources_.insert(ssrc, source);
  return source;
}

void Ingest::on_rtcp(ByteView compound, Time now) {
  for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
    if (packet.type == rtcp::Type::sender_report) {
      const auto report = rtcp::parse_sender_report(packet);
      if (!report) continue;
      IngestLayer* const layer = find_layer_by_ssrc(report->ssrc);
      if (layer == nullptr || !layer->has_ticks) continue;
      layer->reception.on_sender_report(report->info.ntp, now);
      layer->sender_clock = SenderClock{
          report->info.ntp, rtp::unwrap(report->info.rtp_timestamp, layer->newest_ticks),
          layer->clock_rate, now};
    } else if (packet.type == rtcp::Type::extended_report) {
      const auto report = rtcp::parse_extended_report(packet);
      if (!report) continue;
      for (std::size_t i = 0; i < report->dlrr_count(); ++i) {
        const rtcp::DlrrItem item = report->dlrr_item(i);
        if (item.ssrc == config_.local_ssrc && item.last_rr != 0) on_dlrr(item, now);
      }
    } else if (packet.type == rtcp::Type::bye) {
      const auto bye = rtcp::parse_bye(packet);
      if (!bye) continue;
      for (std::size_t i = 0; i < bye->size(); ++i) {
        // Browsers also say BYE for a layer that they pause and take up again with the same SSRC.
        if (IngestLayer* const layer = find_layer_by_ssrc((*bye)[i])) layer->stopped = true;
      }
    }
  }
}

void Ingest::on_dlrr(const rtcp::DlrrItem& item, Time now) {
  const std::uint32_t now_compact = rtp::compact(rtp::to_ntp(config_.clock.wall(now)));
  const Duration sample = rtp::round_trip(now_compact, item.last_rr, item.delay);
  if (sample == Duration::zero()) return;
  // RFC 6298's smoothing: one late answer does not stretch every retry.
  round_trip_ = round_trip_ == Duration::zero() ? sample : (7 * round_trip_ + sample) / 8;
  for (const auto& stream : streams_) {
    for (IngestLayer& layer : stream->layers()) {
      layer.nacks.on_round_trip(round_trip_);
      layer.keyframes.on_round_trip(round_trip_);
    }
  }
}

void Ingest::request_keyframe(StreamId stream, std::uint8_t layer, Time now) {
  IngestStream* const found = find_stream(stream);
  if (found == nullptr || found->kind() != Kind::video || layer >= found->layers().size()) return;
  found->layers()[layer].keyframes.request(now);
}

bool Ingest::collect_feedback(Time now, rtcp::Writer& out) {
  PARLEY_ASSERT(!out.empty() || out.room() >= rtcp::kMaxCompoundSize);
  if (write_reports(now, out)) return true;
  if (write_nacks(now, out)) return true;
  if (write_keyframe_requests(now, out)) return true;
  return arrivals_.write(out, now, config_.local_ssrc, last_ssrc_);
}

/// Receiver reports for every layer that sent something since the last ones, and our reference
/// time.
bool Ingest::write_reports(Time now, rtcp::Writer& out) {
  if (now < next_report_) return false;
  constexpr std::size_t kMaxBlocks = 24;
  constexpr std::size_t kRoom = 8 + 24 * kMaxBlocks + 300 + 20;  // Report, name, reference time.
  if (out.room() < kRoom) return true;

  std::array<rtcp::ReportBlock, kMaxBlocks> blocks;
  std::size_t count = 0;
  for (const auto& stream : streams_) {
    for (IngestLayer& layer : stream->layers()) {
      if (!layer.reported || !layer.reception.started()) continue;
      if (count == kMaxBlocks) {
        // The rest go into a compound of their own.
        rtcp::write_receiver_report(out, config_.local_ssrc, std::span(blocks).first(count));
        return true;
      }
      layer.reported = false;
      blocks[count++] = layer.reception.report(layer.ssrc, now);
    }
  }
  if (count == 0) {
    next_report_ = kNever;  // Until something comes again.
    return false;
  }
  next_report_ = now + kReportInterval;
  rtcp::write_receiver_report(out, config_.local_ssrc, std::span(blocks).first(count));
  rtcp::write_cname(out, config_.local_ssrc, config_.cname);
  rtcp::write_reference_time(out, config_.local_ssrc, rtp::to_ntp(config_.clock.wall(now)));
  return false;
}

bool Ingest::write_nacks(Time now, rtcp::Writer& out) {
  constexpr std::size_t kHead = 12;
  for (const auto& stream : streams_) {
    if (!stream->nack()) continue;
    for (IngestLayer& layer : stream->layers()) {
      while (layer.nacks.next_deadline() <= now) {
        // In the worst case each number takes an item of its own.
        std::array<rtp::PacketIndex, 64> wanted;
        if (out.room() < kHead + 4) return true;
        const std::size_t room = std::min(wanted.size(), (out.room() - kHead) / 4);
        const std::size_t count = layer.nacks.due(now, std::span(wanted).first(room));
        if (count == 0) break;
        std::array<rtp::WireSeq, 64> sequences;
        std::ranges::transform(std::span(wanted).first(count), sequences.begin(),
                               [](rtp::PacketIndex index) { return rtp::wrap(index); });
        rtcp::write_nack(out, config_.local_ssrc, layer.ssrc, std::span(sequences).first(count));
      }
    }
  }
  return false;
}

bool Ingest::write_keyframe_requests(Time now, rtcp::Writer& out) {
  constexpr std::size_t kPliSize = 12;
  for (const auto& stream : streams_) {
    for (IngestLayer& layer : stream->layers()) {
      if (layer.ssrc == 0 || layer.keyframes.next_deadline() > now) continue;
      if (out.room() < kPliSize) return true;
      if (!layer.keyframes.due(now)) continue;
      rtcp::write_pli(out, config_.local_ssrc, layer.ssrc);
      ++keyframe_requests_;
    }
  }
  return false;
}

Time Ingest::next_deadline() const {
  Time next = std::min(next_report_, arrivals_.next_deadline());
  for (const auto& stream : streams_) {
    for (const IngestLayer& layer : stream->layers()) {
      if (stream->nack()) next = std::min(next, layer.nacks.next_deadline());
      // Whom to ask is known once the layer has sent something or SDP has named its SSRC.
      if (layer.ssrc != 0) next = std::min(next, layer.keyframes.next_deadline());
    }
  }
  return next;
}

void Ingest::collect_audio_levels(std::vector<AudioLevel>& out) {
  for (const auto& stream : streams_) {
    if (const auto level = stream->take_audio_level()) out.push_back(*level);
  }
}

void Ingest::collect_stats(std::vector<StreamStats>& out) {
  for (const auto& stream : streams_) {
    if (const auto stats = stream->take_stats(round_trip_)) out.push_back(*stats);
  }
}

const SenderClock* Ingest::sender_clock(StreamId stream, std::uint8_t layer) const {
  const IngestLayer* const found = find_layer(stream, layer);
  return found != nullptr && found->sender_clock ? &*found->sender_clock : nullptr;
}

std::uint64_t Ingest::bits_per_second(StreamId stream, std::uint8_t layer, Time now) const {
  const IngestLayer* const found = find_layer(stream, layer);
  return found != nullptr ? found->bitrate.bits_per_second(now) : 0;
}

StepRates Ingest::step_rates(StreamId stream, std::uint8_t layer, Time now) const {
  const IngestLayer* const found = find_layer(stream, layer);
  return found != nullptr ? found->steps.rates(now) : StepRates{};
}

bool Ingest::is_flowing(StreamId stream, std::uint8_t layer, Time now) const {
  const IngestLayer* const found = find_layer(stream, layer);
  return found != nullptr && !found->stopped && now - found->last_packet <= IngestLayer::kSilence;
}

IngestStream* Ingest::find_stream(StreamId stream) {
  const auto it =
      std::ranges::find_if(streams_, [stream](const auto& entry) { return entry->id() == stream; });
  return it == streams_.end() ? nullptr : it->get();
}

const IngestLayer* Ingest::find_layer(StreamId stream, std::uint8_t layer) const {
  for (const auto& entry : streams_) {
    if (entry->id() != stream) continue;
    return layer < entry->layers().size() ? &entry->layers()[layer] : nullptr;
  }
  return nullptr;
}

IngestLayer* Ingest::find_layer_by_ssrc(std::uint32_t ssrc) {
  const Source* const source = sources_.find(ssrc);
  if (source == nullptr || source->rtx) return nullptr;
  return &streams_[source->stream]->layers()[source->layer];
}

}  // namespace parley::media
