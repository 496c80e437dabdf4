#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "protocols/fec/repair.h"

namespace parley::fec {

/// Decides which packets of one stream of pictures are protected together. They are put into
/// kColumns repair packets in turn, so that as many lost in a row can be made anew, and fewer where
/// less protection is wanted.
///
///   encoder.add(index, header, payload, ends_picture);
///   while (const std::size_t size = encoder.poll(out, ssrc)) …  // leaves behind it
///
///  owner     one outgoing stream, while it is protected
///  bounded   kColumns repair packets of at most Repair::kMaxSpan packets
class Encoder {
 public:
  static constexpr std::size_t kColumns = 4;
  static constexpr std::size_t kMostEach = 10;  ///< Packets to one repair packet.
  static_assert(kColumns * kMostEach <= Repair::kMaxSpan);
  /// Repair packets of small pictures wait for more of them, but not longer: what is missing is
  /// waited for, too.
  static constexpr std::size_t kMaxPictures = 3;

  /// How many packets one repair packet stands for, from now on: 1 to kMostEach.
  void set_each(std::size_t packets);

  /// A packet on its way out, for the first time; see Repair::add. `index` is its unwrapped number:
  /// what comes late is not protected. `key`: a picture that others need.
  void add(std::uint64_t index, ByteView header, ByteView payload, bool ends_picture, bool key);
  /// Payload of the next repair packet that is due; 0: none is.
  std::size_t poll(MutableBytes out, std::uint32_t ssrc);
  /// Room that `poll` needs.
  static constexpr std::size_t kMaxSize = Repair::kMaxHeader + Repair::kMaxPacket;

 private:
  void finish(std::size_t each);
  void restart();

  std::array<Repair, kColumns> columns_;
  std::size_t each_ = kMostEach;
  std::uint64_t base_ = 0;    ///< Index of the block's first packet.
  std::uint64_t newest_ = 0;  ///< Of all that was ever added.
  std::size_t packets_ = 0;   ///< In the block.
  std::size_t pictures_ = 0;  ///< That have ended in it.
  bool key_ = false;
  bool goes_on_ = false;  ///< Began in the middle of a large picture, whose rest does not wait.
  std::size_t due_ = 0;   ///< Repair packets of the finished block,
  std::size_t next_ = 0;  ///< and which of them is next.
};

}  // namespace parley::fec
