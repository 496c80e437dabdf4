#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace parley::media {

/// Renumbers a source whose items are not all forwarded, so that the receiver sees no holes but
/// those that loss made: what is left out on purpose closes up, what may still arrive keeps its
/// place. Used for sequence numbers and for VP8 picture ids, both unwrapped.
///
///  owner     one per Forwarder and kind of number
///  bounded   the last kCuts runs of dropped items; older items cannot be placed any more
class NumberMap {
 public:
  static constexpr std::size_t kCuts = 64;

  /// The source's number `source` becomes `out`; nothing before it can be placed.
  void restart(std::uint64_t source, std::uint64_t out);

  /// The outgoing number of an item that is forwarded; any order. Nothing if its place is unknown
  /// or was closed.
  std::optional<std::uint64_t> map(std::uint64_t source);

  /// An item that is not forwarded. Its place closes up if nothing later has gone out yet. Returns
  /// whether it did: if not, the receiver believes that it is missing.
  bool drop(std::uint64_t source);

  /// The source's number after the highest so far.
  std::uint64_t next() const { return next_; }

 private:
  /// `first`..`last` were dropped; from `last` + 1 on, out = source + shift.
  struct Cut {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t shift = 0;
  };
  Cut& newest_cut() { return cuts_[(cut_count_ - 1) % kCuts]; }

  std::array<Cut, kCuts> cuts_;
  std::uint64_t cut_count_ = 0;
  std::uint64_t floor_ = 0;        ///< First source number that can be placed.
  std::uint64_t first_shift_ = 0;  ///< Before the first cut.
  std::uint64_t next_ = 0;         ///< One above the highest mapped or dropped.
};

}  // namespace parley::media
