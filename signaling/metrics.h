#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "agents.pb.h"
#include "observability/metrics.h"
#include "signaling/token/token.h"

namespace parley::signaling {

/// Agent workers and what they are asked.
struct AgentMetrics {
  observability::Gauge connected;  ///< WebSockets of workers now.
  observability::Counter registered;
  observability::Counter over_limit;
  observability::Counter malformed;     ///< Messages that could not be read.
  observability::Counter out_of_place;  ///< Readable, but not at this point, or out of bounds.
  /// Offers of jobs by plane::agents::Answer::Outcome.
  std::array<observability::Counter, plane::agents::Answer::Outcome_ARRAYSIZE> answers;

  void count(plane::agents::Answer::Outcome outcome) {
    answers[static_cast<std::size_t>(outcome)].add();
  }
};

/// What happens at the edge, counted. Written by the edge's loop, read by anyone.
struct Metrics {
  observability::Gauge sockets_open;  ///< TCP connections now.
  observability::Counter sockets_accepted;
  observability::Counter sockets_over_limit;
  observability::Counter requests;  ///< HTTP requests with a readable header.
  observability::Counter requests_malformed;
  observability::Counter requests_timed_out;
  observability::Gauge clients_connected;  ///< WebSockets now.
  observability::Gauge forwards;           ///< Participants that this edge shows in other rooms.
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
  AgentMetrics agents;

  void count_response(unsigned status) { responses[status / 100 % responses.size()].add(); }
  void count_refused(TokenError why) { tokens_refused[static_cast<std::size_t>(why)].add(); }
};

void expose(const Metrics& metrics, observability::Exposition& out);

}  // namespace parley::signaling
