#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace parley {

/// Where unpredictable bytes come from: handed in, never global. `SystemRandom` (runtime/random.h)
/// asks the kernel; `SeededRandom` repeats itself, for tests and simulation.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(MutableBytes out) = 0;

  std::uint32_t u32();
  std::uint64_t u64();
  /// Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// `length` characters of letters and digits, safe in SDP (ice-char), URLs and subjects.
  std::string token(std::size_t length);
};

/// xoshiro256** with splitmix64 seeding: the same sequence for a seed on every machine.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(MutableBytes out) override;
  std::uint64_t next();

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace parley
