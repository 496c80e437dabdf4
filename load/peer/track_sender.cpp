#include "load/peer/track_sender.h"

#include <algorithm>
#include <array>
#include <utility>

#include "load/frames/dependency.h"
#include "load/frames/stamp.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtcp/source.h"
#include "protocols/rtp/elements.h"
#include "protocols/rtp/extensions.h"
#include "protocols/rtp/ntp.h"
#include "protocols/rtp/rtx.h"

namespace parley::load {
namespace {

constexpr Duration kReports = 1s;
/// What a camera saw while we could not send is not sent later.
constexpr Duration kLate = 200ms;
constexpr std::size_t kMaxExtensions = 96;
/// -20 dBov with voice, well above what counts as speaking (RFC 6464).
constexpr std::uint8_t kSpeaking = 0x80 | 20;

}  // namespace

TrackSender::TrackSender(const Shared& shared, Transport& transport, const Material& material,
                         std::string cname)
    : shared_(shared),
      transport_(transport),
      material_(material),
      cname_(std::move(cname)),
      first_timestamp_(shared.random->u32()) {
  Random& random = *shared.random;
  for (std::size_t i = 0; i < material.layers.size(); ++i) {
    Sending layer;
    layer.ssrc = {random.u32(), random.u32()};
    if (material.layers.size() > 1) layer.rid = std::string(1, "qhf"[i]);
    layer.sequence = static_cast<std::uint16_t>(random.u32());
    layer.rtx_sequence = static_cast<std::uint16_t>(random.u32());
    layer.picture = static_cast<std::uint16_t>(random.u32() & 0x7fff);
    layer.tl0 = static_cast<std::uint8_t>(random.u32());
    layer.history.resize(kHistory);
    layers_.push_back(std::move(layer));
  }
}

std::vector<TrackSender::Ssrcs> TrackSender::ssrcs() const {
  std::vector<Ssrcs> out;
  for (const Sending& layer : layers_) out.push_back(layer.ssrc);
  return out;
}

void TrackSender::start(const Numbers& numbers, Time now) {
  numbers_ = numbers;
  // Cameras of a crowd do not tick together.
  const auto phase = static_cast<std::int64_t>(
      shared_.random->below(static_cast<std::uint64_t>(material_.interval.count())));
  next_frame_ = now + Duration(phase);
  next_report_ = next_frame_ + 200ms;
}

void TrackSender::enable(std::size_t layer, bool enabled) {
  if (layer >= layers_.size()) return;
  layers_[layer].key_wanted |= enabled && !layers_[layer].enabled;
  layers_[layer].enabled = enabled;
}

void TrackSender::advance(Time now) {
  if (next_frame_ > now) return;
  // The media clock goes on whether or not anything is sent.
  for (; now - next_frame_ > kLate; next_frame_ += material_.interval) ++frame_;
  for (; next_frame_ <= now; next_frame_ += material_.interval) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (layers_[i].enabled) send_frame(i, now);
    }
    ++frame_;
  }
  if (next_report_ <= now) send_reports(now);
}

void TrackSender::send_frame(std::size_t index, Time now) {
  Sending& layer = layers_[index];
  const std::vector<Frame>& frames = material_.layers[index].frames;
  if (std::exchange(layer.key_wanted, false)) layer.at = 0;
  const Frame& frame = frames[layer.at];
  layer.at = (layer.at + 1) % frames.size();
  layer.picture = (layer.picture + 1) & 0x7fff;
  ++layer.tl0;
  for (const Piece& piece : frame.pieces) {
    const bool last = &piece == &frame.pieces.back();
    Sent packet;
    packet.sequence = layer.sequence++;
    packet.transport_sequence = transport_.next_transport_sequence();
    packet.picture = layer.picture;
    packet.used = true;
    packet.marker = is_audio(material_.codec) ? layer.packets == 0 : last;
    packet.first = &piece == &frame.pieces.front();
    packet.named = !layer.known;
    packet.frame = &frame;
    packet.piece = &piece;
    packet.timestamp = first_timestamp_ + frame_ * material_.ticks;
    packet.number = frame_;
    packet.at = now;
    send_packet(index, packet, false);
    layer.history[packet.sequence % kHistory] = packet;
    ++layer.packets;
    ++counts_.packets;
  }
  ++counts_.frames;
}

void TrackSender::send_packet(std::size_t index, const Sent& packet, bool as_rtx) {
  Sending& layer = layers_[index];
  const std::size_t most = rtp::kFixedHeaderSize + kMaxExtensions + rtp::kRtxHeaderSize +
                           kVp8Descriptor + packet.piece->prefix.size() +
                           packet.piece->data.size() + kStampSize;
  const MutableBytes out = transport_.begin_rtp(most);
  std::size_t size = rtp::kFixedHeaderSize;
  const std::size_t extensions =
      write_extensions(out.subspan(size, kMaxExtensions), index, packet, as_rtx);
  rtp::write_fixed_header(
      out.data(),
      {.marker = packet.marker,
       .payload_type = as_rtx ? numbers_.rtx_payload_type : numbers_.payload_type,
       .sequence = rtp::WireSeq(as_rtx ? layer.rtx_sequence++ : packet.sequence),
       .timestamp = rtp::WireTimestamp(packet.timestamp),
       .ssrc = as_rtx ? layer.ssrc.rtx : layer.ssrc.media},
      extensions > 0);
  size += extensions;
  const std::size_t header = size;
  if (as_rtx) {
    rtp::write_rtx_header(out.data() + size, rtp::WireSeq(packet.sequence));
    size += rtp::kRtxHeaderSize;
  }
  size += write_payload(out.data() + size, index, packet);
  layer.bytes += static_cast<std::uint32_t>(size - header);
  transport_.finish_rtp(out, header, size);
}

std::size_t TrackSender::write_extensions(MutableBytes out, std::size_t index, const Sent& packet,
                                          bool as_rtx) const {
  const Sending& layer = layers_[index];
  rtp::ExtensionWriter writer(out);
  if (std::uint8_t* const at =
          writer.reserve(numbers_.transport_sequence_id, rtp::kTransportSequenceSize)) {
    // A retransmission is a packet of its own to the path.
    rtp::write_transport_sequence(
        at, as_rtx ? transport_.next_transport_sequence() : packet.transport_sequence);
  }
  if (std::uint8_t* const at = writer.reserve(numbers_.abs_send_time_id, rtp::kAbsSendTimeSize)) {
    rtp::write_abs_send_time(at, rtp::to_abs_send_time(packet.at));
  }
  if (is_audio(material_.codec)) (void)writer.add(numbers_.audio_level_id, ByteView(&kSpeaking, 1));
  if (material_.codec == Codec::av1 && numbers_.dependency_id != 0) {
    std::array<std::uint8_t, kMaxDependencyDescriptor> descriptor;
    const std::size_t size = write_dependency_descriptor(
        descriptor, packet.first, packet.marker, packet.frame->keyframe,
        static_cast<std::uint16_t>(packet.number), material_.layers[index].resolution);
    (void)writer.add(numbers_.dependency_id, ByteView(descriptor).first(size));
  }
  // RFC 8852: until the server has shown that it knows which stream this is.
  if (packet.named) {
    (void)writer.add(numbers_.mid_id, as_bytes(numbers_.mid));
    if (!layer.rid.empty()) {
      (void)writer.add(as_rtx ? numbers_.repaired_rid_id : numbers_.rid_id, as_bytes(layer.rid));
    }
  }
  return writer.finish();
}

std::size_t TrackSender::write_payload(std::uint8_t* out, std::size_t index,
                                       const Sent& packet) const {
  std::uint8_t* const begin = out;
  if (material_.codec == Codec::vp8) {  // RFC 7741 section 4.2
    out[0] = packet.first ? 0x90 : 0x80;
    out[1] = 0x80 | 0x40 | 0x20;
    store_be16(out + 2, static_cast<std::uint16_t>(0x8000 | packet.picture));
    out[4] = static_cast<std::uint8_t>(packet.picture);  // One temporal layer: it counts alike.
    out[5] = 0;
    out += kVp8Descriptor;
  }
  const Piece& piece = *packet.piece;
  out = std::copy_n(piece.prefix.begin(), piece.prefix_size, out);
  out = std::ranges::copy(piece.data, out).out;
  if (piece.stamped) {
    write_stamp(out, {.run = shared_.run,
                      .layer = static_cast<std::uint8_t>(index),
                      .keyframe = packet.frame->keyframe,
                      .packets = static_cast<std::uint16_t>(packet.frame->pieces.size()),
                      .frame = packet.number,
                      .sent = packet.at});
    out += kStampSize;
  }
  return static_cast<std::size_t>(out - begin);
}

void TrackSender::send_reports(Time now) {
  next_report_ = now + kReports;
  const rtp::NtpTime ntp = rtp::to_ntp(shared_.clock.wall(now));
  for (const Sending& layer : layers_) {
    if (layer.packets == 0) continue;
    std::array<std::uint8_t, 256> buffer;
    rtcp::Writer out(buffer);
    const std::uint32_t timestamp = first_timestamp_ + frame_ * material_.ticks;
    rtcp::write_sender_report(out, layer.ssrc.media,
                              {.ntp = ntp,
                               .rtp_timestamp = rtp::WireTimestamp(timestamp),
                               .packets = layer.packets,
                               .bytes = layer.bytes});
    rtcp::write_cname(out, layer.ssrc.media, cname_);
    transport_.send_rtcp(out.bytes());
  }
}

void TrackSender::on_rtcp(const rtcp::PacketView& packet) {
  switch (packet.type) {
    case rtcp::Type::receiver_report: {
      const auto report = rtcp::parse_receiver_report(packet);
      for (std::size_t i = 0; report && i < report->blocks.size(); ++i) {
        if (Sending* const layer = find(report->blocks[i].ssrc)) layer->known = true;
      }
      break;
    }
    case rtcp::Type::payload_feedback:
      if (packet.count == rtcp::kPliFormat) {
        if (const auto pli = rtcp::parse_pli(packet)) want_key(pli->media_ssrc);
      } else if (packet.count == rtcp::kFirFormat) {
        const auto fir = rtcp::parse_fir(packet);
        for (std::size_t i = 0; fir && i < fir->size(); ++i) want_key((*fir)[i].ssrc);
      }
      break;
    case rtcp::Type::transport_feedback: {
      if (packet.count != rtcp::kNackFormat || !transport_.connected()) break;
      const auto nack = rtcp::parse_nack(packet);
      const Sending* const layer = nack ? find(nack->media_ssrc) : nullptr;
      if (layer == nullptr) break;
      rtp::WireSeq sequence;
      for (auto cursor = nack->sequences(); cursor.next(sequence);) {
        resend(static_cast<std::size_t>(layer - layers_.data()), sequence.value());
      }
      break;
    }
    default:
      break;
  }
}

void TrackSender::want_key(std::uint32_t ssrc) {
  Sending* const layer = find(ssrc);
  if (layer == nullptr) return;
  layer->key_wanted = true;
  ++counts_.key_requests;
}

void TrackSender::resend(std::size_t index, std::uint16_t sequence) {
  const Sent& packet = layers_[index].history[sequence % kHistory];
  if (!packet.used || packet.sequence != sequence) return;
  ++counts_.resent;
  // Without RTX (audio) the same bytes go out again: the same key stream must not cover others.
  send_packet(index, packet, numbers_.rtx_payload_type != 0);
}

TrackSender::Sending* TrackSender::find(std::uint32_t ssrc) {
  const auto at =
      std::ranges::find_if(layers_, [&](const Sending& layer) { return layer.ssrc.media == ssrc; });
  return at == layers_.end() ? nullptr : &*at;
}

}  // namespace parley::load
