#include "media/ingest/source_table.h"

#include <utility>

namespace parley::media {

void SourceTable::clear() {
  bits_ = 5;
  slots_.assign(std::size_t{1} << bits_, {});
  used_ = 0;
}

const Source* SourceTable::find(std::uint32_t ssrc) const {
  for (std::size_t i = home(ssrc); slots_[i].used; i = next(i)) {
    if (slots_[i].ssrc == ssrc) return &slots_[i].source;
  }
  return nullptr;
}

bool SourceTable::insert(std::uint32_t ssrc, Source source) {
  std::size_t i = home(ssrc);
  for (; slots_[i].used; i = next(i)) {
    if (slots_[i].ssrc == ssrc) {
      slots_[i].source = source;
      return true;
    }
  }
  if (used_ == kMaxSources) return false;
  if (2 * (used_ + 1) > slots_.size()) {
    grow();
    return insert(ssrc, source);
  }
  slots_[i] = {ssrc, true, source};
  ++used_;
  return true;
}

void SourceTable::erase(std::uint32_t ssrc) {
  std::size_t hole = home(ssrc);
  while (slots_[hole].used && slots_[hole].ssrc != ssrc) hole = next(hole);
  if (!slots_[hole].used) return;
  --used_;
  slots_[hole].used = false;
  // Those after the hole move up into it, unless they would land before their home.
  for (std::size_t i = next(hole); slots_[i].used; i = next(i)) {
    const std::size_t mask = slots_.size() - 1;
    const std::size_t from_home = (i - home(slots_[i].ssrc)) & mask;
    const std::size_t from_hole = (i - hole) & mask;
    if (from_home < from_hole) continue;
    slots_[hole] = std::exchange(slots_[i], {});
    hole = i;
  }
}

void SourceTable::grow() {
  const std::vector<Slot> before = std::exchange(slots_, {});
  slots_.resize(std::size_t{1} << ++bits_);
  used_ = 0;
  for (const Slot& slot : before) {
    if (slot.used) insert(slot.ssrc, slot.source);
  }
}

}  // namespace parley::media
