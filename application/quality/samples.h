#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "application/meetings/meetings.h"
#include "application/store/transaction.h"
#include "base/time.h"
#include "quality.pb.h"

/// What the connections of a meeting's participants were like, period by period: rows.
namespace parley::application::quality {

/// How long it can be asked why a call was bad.
inline constexpr std::chrono::hours kLife{30 * 24};
/// A node's report of more is not one of ours.
inline constexpr int kMaxFlows = 64;

/// Keeps what a media node says of one room; returns of how many participants. What belongs to no
/// meeting's participant is not kept: nobody could ask for it, and nobody would erase it.
std::int64_t keep(store::Transaction& transaction, const plane::QualityReport& report);

struct Sample {
  WallTime ended_at;  ///< To the second.
  std::int64_t seconds = 0;
  std::string quality;
  std::int64_t score = 0;
  std::string flows;  ///< JSON
};
/// Of one participant, from `from` until before `to`, in order.
std::vector<Sample> samples_of(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::int64_t run, std::string_view participant, WallTime from,
                               WallTime to, std::int64_t limit);

/// Everybody of a run of whom there is something.
struct Summary {
  std::string participant;
  std::string name;
  WallTime first;
  WallTime last;
  std::int64_t worst_score = 0;
  std::int64_t samples = 0;
  std::int64_t bad_samples = 0;  ///< Poor or lost.
};
std::vector<Summary> summaries(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::int64_t run, std::int64_t limit);

/// Lets go of what is older; returns how much.
std::int64_t trim(store::Transaction& transaction, WallTime before);

}  // namespace parley::application::quality
