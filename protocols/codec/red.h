#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace parley::codec {

/// One block of redundant audio (RFC 2198).
struct RedBlock {
  std::uint8_t payload_type = 0;
  std::uint16_t timestamp_offset = 0;  ///< How much older than the packet; 0 for the primary block.
  ByteView payload;
  bool primary = false;
};

/// A RED payload as a walk over its blocks, oldest first, the primary block last:
///
///   RedBlock block;
///   for (auto cursor = red->blocks(); cursor.next(block);) ...
///
///  bounded by   `kMaxBlocks`
class Red {
 public:
  static constexpr std::size_t kMaxBlocks = 16;

  class Cursor {
   public:
    bool next(RedBlock& out);

   private:
    friend class Red;
    Cursor(ByteView headers, ByteView data) : headers_(headers), data_(data) {}
    ByteView headers_;
    ByteView data_;
  };

  /// Nothing if the headers are cut off, there are too many, or the blocks are longer than the
  /// payload.
  static std::optional<Red> parse(ByteView payload);

  Cursor blocks() const { return Cursor(headers_, data_); }
  /// The block for the packet's own time: what an endpoint without RED is sent.
  RedBlock primary() const { return primary_; }

 private:
  ByteView headers_;
  ByteView data_;
  RedBlock primary_;
};

/// What a redundant block's header can say (RFC 2198 section 3): 14 bits of time, 10 of length.
inline constexpr std::uint16_t kMaxRedOffset = 0x3fff;
inline constexpr std::size_t kMaxRedBlock = 0x3ff;

/// Before the bytes of a block.
constexpr std::size_t red_header_size(bool primary) { return primary ? 1 : 4; }

/// Writes a RED payload of these blocks, oldest first, the primary one last. Returns its size; 0 if
/// it is more than `out` has room for, or not to be said in RED: no block, a primary one that is
/// not the last, or a redundant one that is too old or too long.
std::size_t write_red(MutableBytes out, std::span<const RedBlock> blocks);

}  // namespace parley::codec
