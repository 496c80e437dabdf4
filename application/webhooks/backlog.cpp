#include "application/webhooks/backlog.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace parley::application::webhooks {

Backlog::Backlog(const plane::OutboxPlace& place)
    : next_(place.read() + 1),
      read_before_(place.read()),
      left_(place.waiting().begin(), place.waiting().end()) {
  if (!left_.empty()) next_ = *left_.begin();
}

bool Backlog::wants(std::uint64_t sequence) const {
  return sequence >= next_ && (sequence > read_before_ || left_.contains(sequence));
}

void Backlog::skip(std::uint64_t sequence) {
  if (sequence < next_) return;
  // Between where we wanted to go on and this entry the log has nothing any more. A recipient that
  // was never told anything begins with what there is.
  const bool first_ever = next_ == 1 && read_before_ == 0;
  const std::uint64_t unread = std::max(next_, read_before_ + 1);
  if (!first_ever && sequence > unread) lost_ += sequence - unread;
  while (!left_.empty() && *left_.begin() <= sequence) {
    if (*left_.begin() < sequence) ++lost_;
    left_.erase(left_.begin());
  }
  next_ = sequence + 1;
}

void Backlog::add(Entry entry) {
  PARLEY_ASSERT(wants(entry.sequence));
  skip(entry.sequence);
  ++count_;
  bytes_ += entry.payload.size();
  orders_.emplace(entry.sequence, entry.order);
  Lane& lane = lanes_[entry.order];
  lane.entries.push_back(std::move(entry));
}

void Backlog::start_over() {
  const std::uint64_t lost = lost_ + left_.size();
  *this = Backlog(plane::OutboxPlace());
  lost_ = lost;
}

const Backlog::Entry* Backlog::next(Time now) {
  if (on_their_way_ >= (in_trouble_ ? 1 : kParallel)) return nullptr;
  Lane* oldest = nullptr;
  for (auto& [order, lane] : lanes_) {
    if (lane.on_its_way || lane.due > now) continue;
    if (oldest == nullptr || lane.entries.front().sequence < oldest->entries.front().sequence) {
      oldest = &lane;
    }
  }
  if (oldest == nullptr) return nullptr;
  oldest->on_its_way = true;
  ++on_their_way_;
  return &oldest->entries.front();
}

Backlog::Lanes::iterator Backlog::lane_of(std::uint64_t sequence) {
  const auto order = orders_.find(sequence);
  PARLEY_ASSERT(order != orders_.end());
  const auto lane = lanes_.find(order->second);
  PARLEY_ASSERT(lane != lanes_.end() && lane->second.entries.front().sequence == sequence);
  return lane;
}

void Backlog::drop_head(Lanes::iterator lane) {
  const Entry& gone = lane->second.entries.front();
  --count_;
  bytes_ -= gone.payload.size();
  orders_.erase(gone.sequence);
  lane->second.entries.pop_front();
  lane->second.failures = 0;
  lane->second.due = Time();
  if (lane->second.entries.empty()) lanes_.erase(lane);
}

void Backlog::on_delivered(std::uint64_t sequence) {
  const auto lane = lane_of(sequence);
  lane->second.on_its_way = false;
  --on_their_way_;
  in_trouble_ = false;
  drop_head(lane);
}

void Backlog::on_failed(std::uint64_t sequence, Time now, Random& random) {
  Lane& lane = lane_of(sequence)->second;
  lane.on_its_way = false;
  --on_their_way_;
  in_trouble_ = true;
  constexpr int kDoublings = 6;
  const Duration pause =
      std::min(kLongestPause, kFirstPause * (1 << std::min(lane.failures, kDoublings)));
  ++lane.failures;
  // Half of it is chance: recipients that come back are not asked by all orders at once.
  const auto half = static_cast<std::uint64_t>(pause.count() / 2);
  lane.due = now + pause / 2 + Duration(random.below(half));
}

std::size_t Backlog::expire(Time now) {
  std::size_t expired = 0;
  for (auto at = lanes_.begin(); at != lanes_.end();) {
    const auto lane = at++;
    while (!lane->second.on_its_way && lane->second.entries.front().expires <= now) {
      const bool last = lane->second.entries.size() == 1;
      drop_head(lane);
      ++expired;
      if (last) break;
    }
  }
  return expired;
}

Time Backlog::next_deadline() const {
  Time next = kNever;
  const bool may_send = on_their_way_ < (in_trouble_ ? 1 : kParallel);
  for (const auto& [order, lane] : lanes_) {
    if (lane.on_its_way) continue;
    if (may_send) next = std::min(next, lane.due);
    next = std::min(next, lane.entries.front().expires);
  }
  return next;
}

plane::OutboxPlace Backlog::place() const {
  plane::OutboxPlace place;
  place.set_read(std::max(read_before_, next_ - 1));
  for (const auto& [sequence, order] : orders_) place.add_waiting(sequence);
  // What a former life left, and this one has not read yet.
  for (const std::uint64_t sequence : left_) place.add_waiting(sequence);
  return place;
}

std::uint64_t Backlog::first_needed() const {
  return orders_.empty() ? next_ : orders_.begin()->first;
}

Time Backlog::oldest() const {
  Time oldest = kNever;
  for (const auto& [order, lane] : lanes_) {
    oldest = std::min(oldest, lane.entries.front().happened);
  }
  return oldest;
}

}  // namespace parley::application::webhooks
