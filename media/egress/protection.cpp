#include "media/egress/protection.h"

#include "protocols/rtp/elements.h"
#include "protocols/rtp/extensions.h"
#include "protocols/rtp/packet.h"

namespace parley::media {

void Protection::set_each(std::size_t packets) {
  if (packets == 0) return encoder_.reset();
  if (encoder_ == nullptr) encoder_ = std::make_unique<fec::Encoder>();
  encoder_->set_each(packets);
}

void Protection::add(std::uint64_t index, const MediaPacket& packet, ByteView header,
                     ByteView payload, bool ends_picture) {
  key_ = key_ || packet.facts().keyframe_start;
  timestamp_ = load_be32(header.data() + 4);
  encoder_->add(index, header, payload, ends_picture, key_);
  if (ends_picture) key_ = false;
}

Protection::Written Protection::write(MutableBytes out, std::uint32_t media_ssrc,
                                      std::uint16_t transport_sequence) {
  rtp::ExtensionWriter extensions(out.subspan(rtp::kFixedHeaderSize));
  if (auto* p = extensions.reserve(ids_.transport_sequence, rtp::kTransportSequenceSize)) {
    rtp::write_transport_sequence(p, transport_sequence);
  }
  const std::size_t block = extensions.finish();
  Written written;
  const std::size_t header = rtp::kFixedHeaderSize + block;
  const MutableBytes behind = out.subspan(header);
  const std::size_t size = encoder_->poll(behind, media_ssrc);
  if (size == 0) return written;
  written.header_size = header;
  written.payload = behind.first(size);
  written.index = next_index_++;
  rtp::write_fixed_header(out.data(),
                          {.payload_type = ids_.payload_type,
                           .sequence = rtp::WireSeq(static_cast<std::uint16_t>(written.index)),
                           .timestamp = rtp::WireTimestamp(timestamp_),
                           .ssrc = ids_.ssrc},
                          block != 0);
  return written;
}

}  // namespace parley::media
