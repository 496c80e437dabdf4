#pragma once

#include <cstdint>

namespace parley::codec {

/// In pixels; zero where a payload does not say.
struct Resolution {
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  friend bool operator==(const Resolution&, const Resolution&) = default;
};

}  // namespace parley::codec
