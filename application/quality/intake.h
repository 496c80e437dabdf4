#pragma once

#include <cstdint>
#include <memory>

#include "application/store/store.h"
#include "bus/bus.h"
#include "observability/log.h"
#include "observability/metrics.h"
#include "quality.pb.h"

namespace parley::application::quality {

/// What media nodes say of connections: into the database, and into histograms that name nobody.
/// Each report goes to one of the application's processes; none is kept while there is none.
///
///  owner    `parley app`
///  thread   the loop's, which is the executor of `bus`
///  bounded  kMostWaiting reports on their way to the database; more are counted and dropped
class Intake {
 public:
  static constexpr std::size_t kMostWaiting = 256;

  Intake(bus::Bus& bus, store::Store& store, const observability::Log& log);

  void start();
  void expose(observability::Exposition& out) const;

 private:
  void on_report(const bus::Message& message);
  void count(const plane::QualityReport& report);

  bus::Bus& bus_;
  store::Store& store_;
  const observability::Log& log_;
  std::unique_ptr<bus::Subscription> reports_;
  std::size_t waiting_ = 0;
  bool failing_ = false;  ///< Said once in the log, not for each report.
  observability::Counter kept_;
  observability::Counter dropped_;
  observability::Histogram score_{30, 40, 50, 60, 70, 80, 90, 100};
  observability::Histogram loss_sent_{0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1};
  observability::Histogram loss_received_{0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1};
  observability::Histogram round_trip_{0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2};
};

}  // namespace parley::application::quality
