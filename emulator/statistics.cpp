#include "emulator/statistics.h"

namespace parley::emulator {

void Statistics::roll(Time now) {
  while (second_end_ <= now) {
    seconds_.push_back({.number = (second_end_ - start_) / 1s - 1,
                        .in = current_.in,
                        .out = current_.out,
                        .lost = current_.lost,
                        .queued_p50 = current_.queued.quantile(0.5),
                        .queued_p95 = current_.queued.quantile(0.95),
                        .queued_max = current_.queued.max()});
    if (seconds_.size() > kMostSeconds) seconds_.pop_front();
    current_ = {};
    second_end_ += 1s;
  }
}

}  // namespace parley::emulator
