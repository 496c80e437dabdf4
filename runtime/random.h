#pragma once

#include "base/random.h"

namespace parley::runtime {

/// The kernel's generator (getrandom). Any thread.
class SystemRandom final : public Random {
 public:
  void fill(MutableBytes out) override;
};

}  // namespace parley::runtime
