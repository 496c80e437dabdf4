#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/time.h"
#include "media/control/types.h"

namespace parley::media {

/// When a packet waits for more. A datagram by itself costs many times what its encryption does;
/// several that are for one receiver can leave as one train, if the first of them waits. It does
/// only on a shard that has better to do than to hurry, and only if more for the same receiver is
/// to be expected meanwhile: sound for that of other speakers, a picture for the rest of itself,
/// which nothing can be made of before that has come anyway.
///
///  owner     the shard
class Gathering {
 public:
  /// A quarter of a packet of sound, well within what receivers' jitter buffers even out. Browsers
  /// send a picture in bursts 5 ms apart.
  static constexpr Duration kHold = 5ms;
  /// Copies of one kind; below this rate the delay is not worth it.
  static constexpr std::uint64_t kBusyPerSecond = 20'000;

  explicit Gathering(bool possible) : possible_(possible) {}

  /// Does a packet wait? `ends_picture`: no more of it is to come.
  bool holds(Kind kind, bool ends_picture) const {
    return kind == Kind::audio ? sound_waits_ : pictures_wait_ && !ends_picture;
  }
  void count_copy(Kind kind) { ++(kind == Kind::audio ? sound_ : pictures_); }

  /// Every `period`: how many listeners were sent the sound since the last time.
  void on_tick(std::size_t listeners, Duration period) {
    const auto millis = static_cast<std::uint64_t>(period / 1ms);
    const std::uint64_t busy = kBusyPerSecond * millis / 1000;
    const std::uint64_t sound = std::exchange(sound_, 0);
    const std::uint64_t pictures = std::exchange(pictures_, 0);
    // On average at least half a packet more for each listener.
    const bool more_comes =
        2 * sound * static_cast<std::uint64_t>(kHold / 1ms) >= listeners * millis;
    sound_waits_ = possible_ && sound >= busy && more_comes;
    pictures_wait_ = possible_ && pictures >= busy;
  }

 private:
  bool possible_;
  bool sound_waits_ = false;
  bool pictures_wait_ = false;
  std::uint64_t sound_ = 0;
  std::uint64_t pictures_ = 0;
};

}  // namespace parley::media
