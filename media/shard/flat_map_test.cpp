#include "media/shard/flat_map.h"

#include <gtest/gtest.h>

#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "media/peer/path.h"
#include "media/shard/deadlines.h"

namespace parley::media {
namespace {

TEST(FlatMap, HoldsWhatAnOrdinaryMapHolds) {
  SeededRandom random(3);
  std::vector<int> values(300);
  FlatMap<std::uint64_t, int> map;
  std::unordered_map<std::uint64_t, int*> truth;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t key = random.below(300);
    if (random.below(2) == 0) {
      map.insert(key, &values[key]);
      truth[key] = &values[key];
    } else {
      map.erase(key);
      truth.erase(key);
    }
    const std::uint64_t asked = random.below(300);
    const auto it = truth.find(asked);
    ASSERT_EQ(map.find(asked), it == truth.end() ? nullptr : it->second) << "step " << step;
    ASSERT_EQ(map.size(), truth.size());
  }
}

TEST(FlatMap, KeepsNeighbouringPathsApart) {
  std::vector<int> values(5000);
  FlatMap<Path, int> map;
  for (std::uint16_t port = 0; port < 5000; ++port) {
    map.insert({.remote = {IpAddress::v4(127, 0, 0, 1), port}}, &values[port]);
  }
  for (std::uint16_t port = 0; port < 5000; ++port) {
    EXPECT_EQ(map.find({.remote = {IpAddress::v4(127, 0, 0, 1), port}}), &values[port]);
    EXPECT_EQ(map.find({.local = 1, .remote = {IpAddress::v4(127, 0, 0, 1), port}}), nullptr);
  }
}

struct Item {
  DeadlineHook deadline;
};

TEST(Deadlines, AlwaysNameTheEarliest) {
  SeededRandom random(4);
  std::vector<Item> items(100);
  std::vector<bool> in(items.size());
  Deadlines<Item> deadlines;
  for (int step = 0; step < 20'000; ++step) {
    const auto i = random.below(items.size());
    if (!in[i]) {
      deadlines.add(items[i]);
      in[i] = true;
    } else if (random.below(10) == 0) {
      deadlines.remove(items[i]);
      in[i] = false;
    } else {
      deadlines.set(items[i], random.below(5) == 0
                                  ? kNever
                                  : Time(Duration(static_cast<std::int64_t>(random.below(1000)))));
    }
    Time earliest = kNever;
    for (std::size_t j = 0; j < items.size(); ++j) {
      if (in[j]) earliest = std::min(earliest, items[j].deadline.due);
    }
    ASSERT_EQ(deadlines.next(), earliest) << "step " << step;
  }
  EXPECT_EQ(deadlines.due(Time::min()), nullptr);
}

}  // namespace
}  // namespace parley::media
