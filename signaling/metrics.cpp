#include "signaling/metrics.h"

#include <string>
#include <string_view>

namespace parley::signaling {
namespace {

void expose(const AgentMetrics& m, observability::Exposition& out) {
  out.gauge("parley_signal_agent_workers", "WebSockets of agent workers now.",
            static_cast<double>(m.connected.value()));
  for (const auto& [counter, event] : {std::pair{&m.registered, "registered"},
                                       {&m.over_limit, "over_limit"},
                                       {&m.malformed, "malformed"},
                                       {&m.out_of_place, "out_of_place"}}) {
    out.counter("parley_signal_agent_worker_events_total",
                "Agent workers by what they did, or what was wrong with it.", counter->value(),
                {{"event", event}});
  }
  constexpr std::array<std::string_view, plane::agents::Answer::Outcome_ARRAYSIZE> kOutcomes{
      "refused", "accepted", "declined_for_all", "silent", "gone"};
  for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
    out.counter("parley_signal_agent_offers_total", "Jobs offered to agent workers by answer.",
                m.answers[i].value(), {{"answer", kOutcomes[i]}});
  }
}

}  // namespace

void expose(const Metrics& m, observability::Exposition& out) {
  const auto number = [](const observability::Gauge& g) { return static_cast<double>(g.value()); };
  out.gauge("parley_signal_sockets", "TCP connections now.", number(m.sockets_open));
  out.gauge("parley_signal_clients", "WebSockets now.", number(m.clients_connected));
  out.gauge("parley_signal_forwards", "Participants that this edge shows in other rooms.",
            number(m.forwards));
  out.counter("parley_signal_sockets_total", "TCP connections by outcome.",
              m.sockets_accepted.value(), {{"outcome", "accepted"}});
  out.counter("parley_signal_sockets_total", "TCP connections by outcome.",
              m.sockets_over_limit.value(), {{"outcome", "over_limit"}});
  for (const auto& [counter, outcome] : {std::pair{&m.requests, "read"},
                                         {&m.requests_malformed, "malformed"},
                                         {&m.requests_timed_out, "timed_out"}}) {
    out.counter("parley_signal_requests_total", "HTTP requests by outcome.", counter->value(),
                {{"outcome", outcome}});
  }
  for (std::size_t i = 1; i < m.responses.size(); ++i) {
    out.counter("parley_signal_responses_total", "HTTP responses by class of status.",
                m.responses[i].value(), {{"class", std::to_string(i) + "xx"}});
  }
  out.gauge("parley_signal_keys", "API keys now.", number(m.keys));
  for (const auto& [counter, outcome] :
       {std::pair{&m.key_reloads, "taken"}, {&m.key_reloads_failed, "failed"}}) {
    out.counter("parley_signal_key_reloads_total", "API keys read again, by outcome.",
                counter->value(), {{"outcome", outcome}});
  }
  for (std::size_t i = 0; i < m.tokens_refused.size(); ++i) {
    out.counter("parley_signal_tokens_refused_total", "Access tokens refused, by what was wrong.",
                m.tokens_refused[i].value(), {{"why", to_string(static_cast<TokenError>(i))}});
  }
  out.counter("parley_signal_sessions_total", "Sessions by how they began or ended.",
              m.joins.value(), {{"event", "joined"}});
  out.counter("parley_signal_sessions_total", "Sessions by how they began or ended.",
              m.resumes.value(), {{"event", "resumed"}});
  out.counter("parley_signal_sessions_total", "Sessions by how they began or ended.",
              m.sessions_lost.value(), {{"event", "lost"}});
  out.counter("parley_signal_clients_too_slow_total", "Clients cut off because they did not read.",
              m.clients_too_slow.value());
  for (const auto& [counter, direction] : {std::pair{&m.frames_in, "in"},
                                           {&m.frames_out, "out"},
                                           {&m.frames_malformed, "malformed"}}) {
    out.counter("parley_signal_frames_total", "WebSocket messages.", counter->value(),
                {{"direction", direction}});
  }
  expose(m.agents, out);
}

}  // namespace parley::signaling
