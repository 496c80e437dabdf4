#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "observability/metrics.h"
#include "signaling/token/token.h"

namespace parley::signaling {

/// What happens at the edge, counted. Written by the edge's loop, read by anyone.
struct Metrics {
  observability::Gauge sockets_open;  ///< TCP connections now.
  observability::Counter sockets_accepted;
  observability::Counter sockets_over_limit;
  observability::Counter requests;  ///< HTTP requests with a readable header.
  observability::Counter requests_malformed;
  observability::Counter requests_timed_out;
  observability::Gauge clients_connected;  ///< WebSockets now.
  observability::Counter joins;
  observability::Counter resumes;
  observability::Counter sessions_lost;  ///< Clients told to join anew: their session is gone.
  observability::Counter clients_too_slow;
  observability::Counter frames_in;
  observability::Counter frames_out;
  observability::Counter frames_malformed;
  observability::Gauge keys;  ///< API keys now.
  observability::Counter key_reloads;
  observability::Counter key_reloads_failed;  ///< The new files held a fault; the old keys stay.
  std::array<observability::Counter, kTokenErrors> tokens_refused;  ///< By TokenError.
  std::array<observability::Counter, 6> responses;                  ///< By the status' first digit.

  void count_response(unsigned status) { responses[status / 100 % responses.size()].add(); }
  void count_refused(TokenError why) { tokens_refused[static_cast<std::size_t>(why)].add(); }
};

void expose(const Metrics& metrics, observability::Exposition& out);

}  // namespace parley::signaling
