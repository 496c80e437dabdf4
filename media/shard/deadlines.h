#pragma once

#include <cstddef>
#include <vector>

#include "base/time.h"

namespace parley::media {

/// What `T` must have to be kept in Deadlines.
struct DeadlineHook {
  Time due = kNever;
  std::size_t place = 0;
};

/// Who is due when: a binary heap whose members know their place, so that a changed deadline costs
/// a few swaps and an unchanged one nothing. `T` has a DeadlineHook named `deadline`.
///
///  owner     the shard
///  bounded   its members
template <typename T>
class Deadlines {
 public:
  void add(T& item) {
    item.deadline.place = heap_.size();
    heap_.push_back(&item);
    up(item.deadline.place);
  }

  void remove(T& item) {
    const std::size_t at = item.deadline.place;
    T* const last = heap_.back();
    heap_.pop_back();
    if (last == &item) return;
    put(at, last);
    down(up(at));
  }

  void set(T& item, Time due) {
    if (item.deadline.due == due) return;
    item.deadline.due = due;
    down(up(item.deadline.place));
  }

  Time next() const { return heap_.empty() ? kNever : heap_.front()->deadline.due; }
  /// Whose turn it is; null if nobody's is. The caller sets a later deadline before it asks again.
  T* due(Time now) const { return next() <= now ? heap_.front() : nullptr; }

 private:
  Time at(std::size_t i) const { return heap_[i]->deadline.due; }
  void put(std::size_t i, T* item) {
    heap_[i] = item;
    item->deadline.place = i;
  }

  std::size_t up(std::size_t i) {
    T* const item = heap_[i];
    while (i > 0 && item->deadline.due < at((i - 1) / 2)) {
      put(i, heap_[(i - 1) / 2]);
      i = (i - 1) / 2;
    }
    put(i, item);
    return i;
  }

  void down(std::size_t i) {
    T* const item = heap_[i];
    for (;;) {
      std::size_t child = 2 * i + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && at(child + 1) < at(child)) ++child;
      if (item->deadline.due <= at(child)) break;
      put(i, heap_[child]);
      i = child;
    }
    put(i, item);
  }

  std::vector<T*> heap_;
};

}  // namespace parley::media
