#pragma once

#include <cstdint>

#include "base/random.h"
#include "emulator/profile.h"

namespace parley::emulator {

/// Draws a probability from the raw generator: a seed means the same with every standard library.
inline bool hits(SeededRandom& random, double probability) {
  return static_cast<double>(random.next() >> 11) * 0x1p-53 < probability;
}

/// Whether a packet is lost, by chance alone or in a burst.
class LossModel {
 public:
  enum class Fate : std::uint8_t { passes, lost, lost_in_burst };

  /// Draws the same number of times whatever the profile says, so that changing one number of it
  /// does not shuffle everything else of a seed.
  Fate next(const Profile& profile, SeededRandom& random) {
    const bool changes = hits(random, in_burst_ ? profile.bursts.leave : profile.bursts.enter);
    if (changes) in_burst_ = !in_burst_;
    const bool lost = hits(random, in_burst_ ? profile.bursts.loss : profile.loss);
    if (!lost) return Fate::passes;
    return in_burst_ ? Fate::lost_in_burst : Fate::lost;
  }

 private:
  bool in_burst_ = false;
};

}  // namespace parley::emulator
