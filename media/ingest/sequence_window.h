#pragma once

#include <array>
#include <cstdint>

#include "protocols/rtp/sequence.h"

namespace parley::media {

/// Unwraps the sequence numbers of one layer, and knows which of the newest are here already.
///
///  owner        one per IngestLayer
///  bounded by   a bitmap of `kWindow` numbers
///  RFC          3550 appendix A.1, with a wider window for what retransmission brings late
class SequenceWindow {
 public:
  static constexpr std::uint64_t kWindow = 1024;
  static constexpr std::uint64_t kMaxDropout = 3000;

  enum class Arrival : std::uint8_t {
    first,     ///< Of the layer.
    in_order,  ///< Newer than all before; there may be a gap.
    late,      ///< Fills a gap.
    duplicate,
    too_old,  ///< Behind the window, or a jump that nothing confirms yet.
    jumped,   ///< The second packet in a row at a place far away: the numbering begins anew.
  };
  struct Result {
    Arrival arrival;
    rtp::PacketIndex index;  ///< Meaningful unless duplicate or too_old.
  };

  Result on_packet(rtp::WireSeq seq);
  /// As `on_packet`, but never moves to a place far away.
  Result on_retransmission(rtp::WireSeq seq);
  /// The next packet is of another source: numbering begins anew there, above all indices before.
  void expect_jump() { jump_pending_ = true; }

  rtp::PacketIndex newest() const { return newest_; }
  bool started() const { return started_; }

 private:
  Result place(rtp::PacketIndex index);
  Result jump(rtp::WireSeq seq);
  bool test(rtp::PacketIndex index) const;
  void set(rtp::PacketIndex index);
  void forget(rtp::PacketIndex index);

  std::array<std::uint64_t, kWindow / 64> seen_{};
  rtp::PacketIndex newest_;
  std::uint16_t confirms_jump_ = 0;  ///< Appendix A.1: bad_seq
  bool has_confirmation_ = false;
  bool started_ = false;
  bool jump_pending_ = false;
};

}  // namespace parley::media
