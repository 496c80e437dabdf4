#include "base/random.h"

#include <bit>

namespace parley {

std::uint32_t Random::u32() { return static_cast<std::uint32_t>(u64() >> 32); }

std::uint64_t Random::u64() {
  std::array<std::uint8_t, 8> raw{};
  fill(raw);
  return load_be64(raw.data());
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Reject the tail that would make small results likelier.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  for (;;) {
    const std::uint64_t value = u64();
    if (value < limit) return value % bound;
  }
}

std::string Random::token(std::size_t length) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string out(length, '\0');
  for (char& c : out) c = alphabet[below(alphabet.size())];
  return out;
}

SeededRandom::SeededRandom(std::uint64_t seed) : state_{} {
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    word = z ^ (z >> 31);
  }
}

std::uint64_t SeededRandom::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRandom::fill(MutableBytes out) {
  for (std::size_t i = 0; i < out.size(); i += 8) {
    std::array<std::uint8_t, 8> word{};
    store_be64(word.data(), next());
    for (std::size_t k = 0; k < 8 && i + k < out.size(); ++k) out[i + k] = word[k];
  }
}

}  // namespace parley
