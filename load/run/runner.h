#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "load/run/report.h"
#include "load/run/scenario.h"
#include "protocols/srtp/keys.h"
#include "signaling/token/keys.h"

namespace parley::load {

struct RunConfig {
  std::string url = "ws://127.0.0.1:7880";
  signaling::ApiKey key;
  std::string room;
  /// Somebody else's, one for each participant: then neither key nor room is used. Empty: we sign.
  std::vector<std::string> tokens{};
  Order order;
  std::size_t threads = 1;
  std::optional<srtp::Suite> suite{};
  std::vector<pid_t> servers;  ///< Processes whose use is measured.
  /// Everybody must be in so long after the last was due.
  Duration patience = 30s;
};

/// Where a run is, once a second.
struct Progress {
  Duration since_start{};
  bool measuring = false;
  std::size_t asked = 0;
  Standing standing;
  double packets_per_second = 0;
  double server_cores = 0;  ///< In use, of the processes asked about.
  double own_cores = 0;
};

/// Does it: joins everybody, measures, lets everybody go. `stop`: end now, with what there is. An
/// error is a sentence: nothing was begun.
///
///  thread   the caller's, which it keeps; workers and WebSockets have their own
std::expected<Result, std::string> run(const RunConfig& config, const std::atomic<bool>& stop,
                                       const std::function<void(const Progress&)>& progress);

}  // namespace parley::load
