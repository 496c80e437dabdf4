#include "media/forward/number_map.h"

#include <algorithm>

namespace parley::media {

void NumberMap::restart(std::uint64_t source, std::uint64_t out) {
  cut_count_ = 0;
  floor_ = source;
  next_ = source;
  first_shift_ = out - source;
}

std::optional<std::uint64_t> NumberMap::map(std::uint64_t source) {
  if (source < floor_) return std::nullopt;
  next_ = std::max(next_, source + 1);
  const std::uint64_t kept = std::min<std::uint64_t>(cut_count_, kCuts);
  for (std::uint64_t back = 1; back <= kept; ++back) {
    const Cut& cut = cuts_[(cut_count_ - back) % kCuts];
    if (source > cut.last) return source + cut.shift;
    if (source >= cut.first) return std::nullopt;
  }
  if (cut_count_ > kCuts) return std::nullopt;
  return source + first_shift_;
}

bool NumberMap::drop(std::uint64_t source) {
  if (source < next_) return false;
  next_ = source + 1;
  if (cut_count_ > 0 && newest_cut().last + 1 == source) {
    newest_cut().last = source;
    --newest_cut().shift;
    return true;
  }
  const std::uint64_t shift = cut_count_ > 0 ? newest_cut().shift : first_shift_;
  ++cut_count_;
  newest_cut() = {source, source, shift - 1};
  return true;
}

}  // namespace parley::media
