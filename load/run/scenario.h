#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "load/client/plan.h"
#include "load/frames/packets.h"

namespace parley::load {

enum class Shape : std::uint8_t {
  livestream,  ///< A few publish, many watch.
  meeting,     ///< Everybody publishes, and sees the others in a grid.
  audio,       ///< A few speak, many listen.
  churn,       ///< Like livestream, but watchers come and go.
  webinar,     ///< A few on a stage, who see each other; many watch.
};
std::string_view to_string(Shape shape);

/// What to do, as it was asked for. Zero subscribers: as many as the shape usually has.
struct Order {
  Shape shape = Shape::livestream;
  /// Nothing: as the shape usually has. Zero: there is one already, of another program.
  std::optional<std::size_t> publishers;
  std::size_t subscribers = 0;
  Duration duration = 30s;
  double join_rate = 50;  ///< Participants a second.
  Codec codec = Codec::vp8;
  bool simulcast = true;
  bool audio = true;
  bool video = true;
  std::string samples;  ///< Folder; empty: built in.
  /// Frames of equal packets instead of encoded ones; zero: encoded.
  std::size_t packet_size = 0;
  std::size_t frame_packets = 8;
  unsigned fps = 30;
  bool single_peer = true;
  std::size_t tiles = 25;
  std::uint64_t seed = 0;
};

/// One participant: when it comes, whether it goes, and what it is there for.
struct Entry {
  Plan plan;
  Duration at{};
  std::optional<Duration> stay{};
  std::size_t tracks = 0;  ///< That it should see and hear once all are there.
};

struct Scenario {
  std::list<Material> materials;  ///< What plans point to.
  std::vector<Entry> entries;     ///< In the order of `at`.
  std::size_t ramp = 0;           ///< So many of them are there before measuring begins.
};

/// An error is a sentence for whoever typed the command.
std::expected<Scenario, std::string> plan_scenario(const Order& order);

}  // namespace parley::load
