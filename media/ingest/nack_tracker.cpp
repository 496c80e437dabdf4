#include "media/ingest/nack_tracker.h"

#include <algorithm>

namespace parley::media {

void NackTracker::on_packet(rtp::PacketIndex index, Time now) {
  if (!started_) {
    started_ = true;
    newest_ = index;
    return;
  }
  if (index <= newest_) {
    if (count_ == 0) return;
    const auto end = missing_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto it = std::lower_bound(
        missing_.begin(), end, index,
        [](const Missing& entry, rtp::PacketIndex wanted) { return entry.index < wanted; });
    if (it == end || it->index != index) return;
    remove(static_cast<std::size_t>(it - missing_.begin()), 1);
    return;
  }
  const std::uint64_t gap = index.value() - newest_.value() - 1;
  if (gap > 0) {
    // A long gap: its newest part is worth more than what was missing before.
    const auto added = static_cast<std::size_t>(std::min<std::uint64_t>(gap, kMaxMissing));
    given_up_ += gap - added;
    if (count_ + added > kMaxMissing) {
      const std::size_t excess = count_ + added - kMaxMissing;
      given_up_ += excess;
      remove(0, excess);
    }
    for (std::uint64_t i = index.value() - added; i < index.value(); ++i) {
      missing_[count_++] = {rtp::PacketIndex(i), now, 0};
    }
    deadline_ = std::min(deadline_, now);
  }
  newest_ = index;
}

void NackTracker::restart(rtp::PacketIndex index) {
  given_up_ += count_;
  count_ = 0;
  newest_ = index;
  started_ = true;
  deadline_ = kNever;
}

void NackTracker::on_round_trip(Duration round_trip) {
  if (round_trip > Duration::zero()) round_trip_ = round_trip;
}

std::size_t NackTracker::due(Time now, std::span<rtp::PacketIndex> out) {
  if (now < deadline_) return 0;
  const Duration retry = std::max(round_trip_, kShortestRetry);
  std::size_t asked = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    Missing entry = missing_[i];
    if (entry.ask_at <= now) {
      if (entry.tries == kMaxTries) {
        ++given_up_;
        continue;
      }
      if (asked < out.size()) {
        out[asked++] = entry.index;
        ++entry.tries;
        // A quarter longer each time: a path that lost it three times is busy.
        entry.ask_at = now + retry * (3 + entry.tries) / 4;
      }
    }
    missing_[kept++] = entry;
  }
  count_ = kept;
  update_deadline();
  return asked;
}

void NackTracker::remove(std::size_t at, std::size_t how_many) {
  const auto first = missing_.begin() + static_cast<std::ptrdiff_t>(at);
  std::move(first + static_cast<std::ptrdiff_t>(how_many),
            missing_.begin() + static_cast<std::ptrdiff_t>(count_), first);
  count_ -= how_many;
  update_deadline();
}

void NackTracker::update_deadline() {
  deadline_ = kNever;
  for (std::size_t i = 0; i < count_; ++i) deadline_ = std::min(deadline_, missing_[i].ask_at);
}

}  // namespace parley::media
