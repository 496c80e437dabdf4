#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace parley::fec {

/// The exclusive or of some packets of one stream: any one of them can be made from it and the
/// others.
///
///  bounded   kMaxSpan sequence numbers, kMaxPacket bytes
///  format    draft-ietf-payload-flexible-fec-scheme-03 section 4.2, flexible mask, one SSRC
class Repair {
 public:
  /// From the first to the last packet: what two of the three parts of a mask have room for.
  static constexpr std::size_t kMaxSpan = 46;
  /// Of a packet that is protected, without its fixed header.
  static constexpr std::size_t kMaxPacket = 1500;
  static constexpr std::size_t kMaxHeader = 24;

  bool empty() const { return mask_ == 0; }
  void clear();

  /// The packet `place` numbers after the first one's. `header`: with its extensions; what may
  /// change on the way (transport-wide numbers, times of sending) is zero there, since receivers
  /// put zeros in its place. False if it does not fit.
  bool add(std::size_t place, ByteView header, ByteView payload);
  /// Takes in what `other` has, whose places are counted from the same packet.
  void fold(const Repair& other);

  /// The payload of the repair packet, to be sent with the stream's own SSRC; 0 if `out` has no
  /// room for it. `base`: sequence number of place 0.
  std::size_t write(MutableBytes out, std::uint32_t ssrc, std::uint16_t base) const;
  /// What `write` needs.
  std::size_t size() const { return kMaxHeader + size_; }

 private:
  std::uint64_t mask_ = 0;   ///< Bit i: place i is in it.
  std::uint16_t flags_ = 0;  ///< The first two bytes of the fixed headers.
  std::uint16_t length_ = 0;
  std::uint32_t timestamp_ = 0;
  std::size_t size_ = 0;                        ///< Of the longest.
  std::array<std::uint8_t, kMaxPacket> bytes_;  ///< Its first `size_`.
};

}  // namespace parley::fec
