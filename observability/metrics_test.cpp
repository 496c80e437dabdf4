#include "observability/metrics.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace parley::observability {
namespace {

TEST(Metrics, SpeaksThePrometheusTextFormat) {
  Registry registry;
  Counter dropped;
  dropped.add();
  dropped.add(2);
  Histogram delay{0.001, 0.01};
  delay.observe(0.0005);
  delay.observe(0.001);
  delay.observe(0.5);
  const auto one = registry.add([&](Exposition& e) {
    e.counter("parley_drops_total", "Datagrams not used.", dropped.value(), {{"reason", "replay"}});
    e.histogram("parley_delay_seconds", "Forwarding delay.", delay);
  });
  const auto two = registry.add([](Exposition& e) {
    e.counter("parley_drops_total", "Datagrams not used.", 1, {{"reason", "a\"\\\n"}});
    e.seconds("parley_cpu_seconds_total", "CPU time.", 1500ms);
    e.gauge("parley_rooms", "Rooms with somebody in them.", 4);
  });
  EXPECT_EQ(registry.text(), R"(# HELP parley_cpu_seconds_total CPU time.
# TYPE parley_cpu_seconds_total counter
parley_cpu_seconds_total 1.5
# HELP parley_delay_seconds Forwarding delay.
# TYPE parley_delay_seconds histogram
parley_delay_seconds_bucket{le="0.001"} 2
parley_delay_seconds_bucket{le="0.01"} 2
parley_delay_seconds_bucket{le="+Inf"} 3
parley_delay_seconds_sum 0.5015
parley_delay_seconds_count 3
# HELP parley_drops_total Datagrams not used.
# TYPE parley_drops_total counter
parley_drops_total{reason="replay"} 3
parley_drops_total{reason="a\"\\\n"} 1
# HELP parley_rooms Rooms with somebody in them.
# TYPE parley_rooms gauge
parley_rooms 4
)");
}

TEST(Metrics, ForgetsACollectorWithItsRegistration) {
  Registry registry;
  {
    auto kept = registry.add([](Exposition& e) { e.gauge("parley_x", "x", 1); });
    kept = registry.add([](Exposition& e) { e.gauge("parley_y", "y", 1); });
    EXPECT_EQ(registry.text(), "# HELP parley_y y\n# TYPE parley_y gauge\nparley_y 1\n");
  }
  EXPECT_EQ(registry.text(), "");
}

TEST(Metrics, CanBeReadWhileItsThreadCounts) {
  Registry registry;
  Counter packets;
  const auto held = registry.add(
      [&](Exposition& e) { e.counter("parley_packets_total", "Packets.", packets.value()); });
  std::thread counting([&] {
    for (int i = 0; i < 10000; ++i) packets.add();
  });
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(registry.text().empty());
  counting.join();
  EXPECT_EQ(packets.value(), 10000U);
}

}  // namespace
}  // namespace parley::observability
