#pragma once

#include <sys/types.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "load/run/runner.h"

namespace parley::apps {

/// `parley load`, as it was typed.
struct LoadOptions {
  std::string url = "ws://127.0.0.1:7880";
  std::string key_id{};
  std::string secret{};
  bool development = false;
  std::string room{};
  std::string tokens{};
  std::string shape = "livestream";
  std::optional<std::size_t> publishers;
  std::size_t subscribers = 0;
  std::string duration = "30s";
  double join_rate = 0;  ///< Zero, as with the numbers above: as is usual.
  std::string codec = "vp8";
  bool simulcast = true;
  bool audio = true;
  bool video = true;
  std::string samples{};
  std::size_t packet_size = 0;
  std::size_t frame_packets = 8;
  unsigned fps = 30;
  std::size_t tiles = 25;
  bool v0 = false;
  std::string suite = "any";
  std::size_t threads = 1;
  std::vector<pid_t> pids{};
  std::string json{};
  double max_loss_percent = 0.1;
  std::uint64_t seed = 0;  ///< Zero: another one each time.
};

void add_load_options(CLI::App& command, LoadOptions& options);

/// What that means, or what is wrong with it.
std::expected<load::RunConfig, std::string> read_load_options(const LoadOptions& options,
                                                              Random& random);

/// Runs it until it has ended or is interrupted; the exit code is zero if all went well.
int run_load(const LoadOptions& options, std::string_view version);

}  // namespace parley::apps
