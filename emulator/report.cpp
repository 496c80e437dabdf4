#include "emulator/report.h"

#include <array>
#include <cmath>

namespace parley::emulator {
namespace {

using Json = nlohmann::ordered_json;

/// To the microsecond.
double ms(Duration duration) {
  return std::round(static_cast<double>(duration.count()) / 1e3) / 1e3;
}

Json to_json(const Traffic& traffic) {
  return {{"packets", traffic.packets}, {"bytes", traffic.bytes}};
}

Json lost_to_json(const std::array<std::uint64_t, kCauses>& lost) {
  constexpr std::array<const char*, kCauses> names{"policer", "queue", "loss", "burst", "overload"};
  Json json = Json::object();
  for (std::size_t i = 0; i < kCauses; ++i) json[names.at(i)] = lost.at(i);
  return json;
}

}  // namespace

nlohmann::ordered_json to_json(const Counts& counts, std::size_t waiting_bytes) {
  return {{"in", to_json(counts.in)},
          {"out", to_json(counts.out)},
          {"lost", lost_to_json(counts.lost)},
          {"duplicated", counts.duplicated},
          {"held_back", counts.held_back},
          {"queue_ms",
           {{"p50", ms(counts.queued.quantile(0.5))},
            {"p95", ms(counts.queued.quantile(0.95))},
            {"max", ms(counts.queued.max())}}},
          {"waiting_bytes", waiting_bytes},
          {"late_ms",
           {{"p50", ms(counts.late.quantile(0.5))},
            {"p99", ms(counts.late.quantile(0.99))},
            {"max", ms(counts.late.max())}}}};
}

nlohmann::ordered_json to_json(const std::deque<Second>& seconds, std::int64_t since) {
  Json rows = Json::array();
  for (const Second& second : seconds) {
    if (second.number < since) continue;
    rows.push_back({{"second", second.number},
                    {"in", to_json(second.in)},
                    {"out", to_json(second.out)},
                    {"lost", lost_to_json(second.lost)},
                    {"queue_ms",
                     {{"p50", ms(second.queued_p50)},
                      {"p95", ms(second.queued_p95)},
                      {"max", ms(second.queued_max)}}}});
  }
  return rows;
}

}  // namespace parley::emulator
