#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "load/run/scenario.h"
#include "load/run/worker.h"

namespace parley::load {

/// What one process of the server used while was measured.
struct ServerUse {
  pid_t pid = 0;
  Duration cpu{};
  std::uint64_t resident_before_kb = 0;  ///< Before anybody came.
  std::uint64_t resident_kb = 0;         ///< At the end.
};

struct Result {
  std::string url;
  std::string room;
  std::string version;
  Shape shape = Shape::livestream;
  bool single_peer = true;
  std::string material;  ///< "vp8 simulcast, opus", in words.
  std::string suite;     ///< That was asked for; empty: any.
  std::uint64_t seed = 0;
  std::size_t threads = 1;

  std::size_t asked = 0;  ///< Participants.
  std::size_t expected_tracks = 0;
  bool tracks_are_final = true;  ///< Nobody comes and goes.
  Duration joining{};            ///< From the first that began to the last that was ready.
  std::size_t ready_after_joining = 0;
  Duration joining_cpu{};  ///< Of the server.

  bool interrupted = false;
  bool measured = false;  ///< The time to measure came.
  Duration window{};
  std::uint64_t delivered = 0;  ///< Within it, as are the bytes.
  std::uint64_t delivered_bytes = 0;
  Duration own_cpu{};
  std::vector<ServerUse> servers;
  Standing standing;  ///< At the end; losses and faults since the beginning.
};

/// In per cent of what was sent to subscribers.
double loss_percent(const Result& result);
/// What did not come out as it should; empty: all is well.
std::vector<std::string> failures(const Result& result, double max_loss_percent);

std::string table(const Result& result);
std::string json(const Result& result, const std::vector<std::string>& failures);

}  // namespace parley::load
