#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "media/packet/packet.h"
#include "protocols/fec/encoder.h"

namespace parley::media {

/// The stream of repair packets beside one outgoing stream of pictures (protocols/fec).
///
///  owner     an EgressStream whose receiver has agreed to it
///  thread    the shard's
///  bounded   the Encoder; there is none while nothing is protected
///  format    draft-ietf-payload-flexible-fec-scheme-03 section 4.1: SSRC and numbers of its own
class Protection {
 public:
  /// Room for one repair packet: payload, header with a transport-wide number, tag.
  static constexpr std::size_t kMaxSize = fec::Encoder::kMaxSize + 64;

  struct Ids {
    std::uint32_t ssrc = 0;
    std::uint8_t payload_type = 0;
    std::uint8_t transport_sequence = 0;  ///< Of the header extension; 0: not negotiated.
  };
  Protection(const Ids& ids, std::uint64_t first_index) : ids_(ids), next_index_(first_index) {}

  /// A repair packet for so many packets; 0: none.
  void set_each(std::size_t packets);
  bool active() const { return encoder_ != nullptr; }

  /// A packet of the pictures leaves for the first time. `header`: as it goes out, with zeros for
  /// what receivers do not protect (fec::Repair::add).
  void add(std::uint64_t index, const MediaPacket& packet, ByteView header, ByteView payload,
           bool ends_picture);

  struct Written {
    std::size_t header_size = 0;
    ByteView payload;  ///< Behind the header.
    std::uint64_t index = 0;
  };
  /// Writes the next repair packet that is due; `header_size` 0: none is.
  Written write(MutableBytes out, std::uint32_t media_ssrc, std::uint16_t transport_sequence);

  std::uint32_t ssrc() const { return ids_.ssrc; }
  std::uint64_t next_index() const { return next_index_; }

 private:
  Ids ids_;
  std::uint64_t next_index_;
  std::unique_ptr<fec::Encoder> encoder_;
  bool key_ = false;             ///< A key picture is leaving.
  std::uint32_t timestamp_ = 0;  ///< Of the newest packet.
};

}  // namespace parley::media
