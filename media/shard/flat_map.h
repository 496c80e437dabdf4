#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace parley::media {

/// Key to pointer for the packet path: open addressing with linear probing in one flat array, at
/// most half full. `std::hash<Key>` must mix well.
///
///  owner     the shard
///  bounded   by what its owner puts in; it grows when something is added, never when looked up
template <typename Key, typename T>
class FlatMap {
 public:
  FlatMap() : slots_(kFirstSlots) {}

  T* find(const Key& key) const {
    for (std::size_t i = home(key);; i = next(i)) {
      const Slot& slot = slots_[i];
      if (slot.value == nullptr) return nullptr;
      if (slot.key == key) return slot.value;
    }
  }

  /// Replaces what was there. `value` is not null.
  void insert(const Key& key, T* value) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    std::size_t i = home(key);
    while (slots_[i].value != nullptr && !(slots_[i].key == key)) i = next(i);
    if (slots_[i].value == nullptr) ++size_;
    slots_[i] = {key, value};
  }

  void erase(const Key& key) {
    std::size_t hole = home(key);
    while (slots_[hole].value != nullptr && !(slots_[hole].key == key)) hole = next(hole);
    if (slots_[hole].value == nullptr) return;
    --size_;
    // What stands behind moves up if that brings it nearer to its home, so that no search ends
    // early and no grave marks are left.
    for (std::size_t i = next(hole); slots_[i].value != nullptr; i = next(i)) {
      const std::size_t wanted = home(slots_[i].key);
      if (((i - wanted) & mask()) >= ((i - hole) & mask())) {
        slots_[hole] = slots_[i];
        hole = i;
      }
    }
    slots_[hole] = {};
  }

  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kFirstSlots = 64;

  struct Slot {
    Key key{};
    T* value = nullptr;
  };

  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t next(std::size_t i) const { return (i + 1) & mask(); }
  std::size_t home(const Key& key) const {
    // Ids count up and std::hash of a number is the number: spread them.
    return (std::hash<Key>{}(key) * 0x9e37'79b9'7f4a'7c15u >> 20) & mask();
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    size_ = 0;
    for (const Slot& slot : old) {
      if (slot.value != nullptr) insert(slot.key, slot.value);
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace parley::media
