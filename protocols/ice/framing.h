#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"

/// RFC 4571 framing: on TCP each datagram is preceded by its length in two bytes (RFC 6544
/// section 10.1).
namespace parley::ice {

inline constexpr std::size_t kFrameHeader = 2;

/// Puts frames together again from whatever pieces a stream delivers.
///
///  owner    one per TCP connection
///  bounded  kMaxFrame; a longer one breaks the stream for good (close the connection)
class Deframer {
 public:
  /// No WebRTC peer sends datagrams larger than this; a stranger may claim 65535.
  static constexpr std::size_t kMaxFrame = 4096;

  Deframer();

  /// Takes the next complete frame off the front of `stream`, moving `stream` on; nullopt when more
  /// is needed (all of `stream` was taken over then) or `broken()`. Empty frames are skipped. The
  /// frame is valid, and may be changed in place, until the next call; it lies in `stream` or in
  /// here.
  ///
  ///   while (auto frame = deframer.next(received)) handle(*frame);
  std::optional<MutableBytes> next(MutableBytes& stream);

  bool broken() const { return broken_; }

 private:
  std::unique_ptr<std::array<std::uint8_t, kFrameHeader + kMaxFrame>> partial_;
  std::size_t held_ = 0;
  bool broken_ = false;
};

}  // namespace parley::ice
