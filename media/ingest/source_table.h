#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::media {

/// What an SSRC is to a transport: a layer of one of its streams, or that layer's retransmissions.
struct Source {
  std::uint16_t stream = 0;  ///< Index into the transport's streams.
  std::uint8_t layer = 0;
  bool rtx = false;
};

/// SSRC to source: a flat hash table with linear probing.
///
///  bounded by   `kMaxSources`; `insert` beyond it is refused
class SourceTable {
 public:
  static constexpr std::size_t kMaxSources = 1024;

  SourceTable() { clear(); }

  void clear();
  const Source* find(std::uint32_t ssrc) const;
  /// Replaces what was there.
  bool insert(std::uint32_t ssrc, Source source);
  void erase(std::uint32_t ssrc);
  std::size_t size() const { return used_; }

 private:
  struct Slot {
    std::uint32_t ssrc = 0;
    bool used = false;
    Source source;
  };

  std::size_t home(std::uint32_t ssrc) const {
    return (ssrc * 0x9e37'79b1u) >> (32 - bits_);  // SSRCs are random, but need not be.
  }
  std::size_t next(std::size_t i) const { return (i + 1) & (slots_.size() - 1); }
  void grow();

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  unsigned bits_ = 0;
};

}  // namespace parley::media
