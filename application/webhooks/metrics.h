#pragma once

#include "observability/metrics.h"

namespace parley::application::webhooks {

/// What becomes of the events for one recipient. Written by the courier's thread, read by any.
struct Metrics {
  observability::Counter delivered;
  observability::Counter filtered;  ///< Not wanted, by configuration.
  observability::Counter retried;   ///< Tries that failed.
  observability::Counter expired;   ///< Not delivered within a day.
  observability::Counter lost;      ///< The log let go of them before they were read.
  observability::Counter unreadable;
  observability::Gauge waiting;   ///< Read from the log, and not delivered yet.
  observability::Gauge oldest_s;  ///< How long the oldest of them has been waiting.
};

}  // namespace parley::application::webhooks
