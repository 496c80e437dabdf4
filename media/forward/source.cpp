#include "media/forward/source.h"

#include <algorithm>
#include <bit>

namespace parley::media {

std::uint32_t alive_layers(SourceLayers source) {
  std::optional<Time> newest;
  for (const SourceLayer& layer : source) {
    if (layer.last_packet && (!newest || *layer.last_packet > *newest)) newest = layer.last_packet;
  }
  std::uint32_t alive = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(source.size(), 32); ++i) {
    const auto& last = source[i].last_packet;
    if (last && *newest - *last <= kLayerSilence) alive |= 1u << i;
  }
  return alive;
}

std::optional<std::uint8_t> best_layer(std::uint32_t alive, std::uint8_t ceiling) {
  if (alive == 0) return std::nullopt;
  const std::uint32_t within = ceiling >= 31 ? alive : alive & ((std::uint32_t{2} << ceiling) - 1);
  if (within != 0) return static_cast<std::uint8_t>(31 - std::countl_zero(within));
  return static_cast<std::uint8_t>(std::countr_zero(alive));
}

}  // namespace parley::media
