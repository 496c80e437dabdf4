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

  /// Takes the next complete frame off the front of `stream`, moving `stream` on; nullopt when more
  /// is needed (all of `stream` was taken over then) or `broken()`. Empty frames are skipped. The
  /// frame is valid, and may be changed in place, until the next call; it lies in `stream` or in
  /// here.
  ///
  ///   while (auto frame = deframer.next(received)) handle(*frame);
  std::optional<MutableBytes> next(MutableBytes& stream);

  bool broken() const { return broken_; }

 private:
  using Buffer = std::array<std::uint8_t, kFrameHeader + kMaxFrame>;

  void take(MutableBytes& stream, std::size_t wanted);

  std::unique_ptr<Buffer> partial_;  ///< Made when the first frame comes in pieces.
  std::size_t held_ = 0;
  bool delivered_ = false;  ///< `partial_` was handed out and is free at the next call.
  bool broken_ = false;
};

}  // namespace parley::ice
