#include "load/run/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace parley::load {
namespace {

double in_ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}
double in_us(Duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}
double in_s(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Duration server_cpu(const Result& result) {
  Duration sum{};
  for (const ServerUse& server : result.servers) sum += server.cpu;
  return sum;
}

double us_per_packet(const Result& result, Duration cpu) {
  return result.delivered == 0 ? 0 : in_us(cpu) / static_cast<double>(result.delivered);
}

/// Zero while the server has given memory back.
double kb_per_participant(const Result& result, const ServerUse& server) {
  if (result.standing.inside == 0 || server.resident_kb < server.resident_before_kb) return 0;
  return static_cast<double>(server.resident_kb - server.resident_before_kb) /
         static_cast<double>(result.standing.inside);
}

std::string milliseconds(const Histogram& histogram, double share) {
  return fmt::format("{:.1f}", in_ms(histogram.quantile(share)));
}

class Table {
 public:
  template <typename... Arguments>
  void row(std::string_view name, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    out_ += fmt::format("  {:<26} {}\n", name,
                        fmt::format(text, std::forward<Arguments>(arguments)...));
  }
  void head(std::string_view text) { out_ += fmt::format("{}\n", text); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

nlohmann::ordered_json times(const Histogram& histogram) {
  return {{"count", histogram.count()},
          {"p50_ms", in_ms(histogram.quantile(0.5))},
          {"p95_ms", in_ms(histogram.quantile(0.95))},
          {"p99_ms", in_ms(histogram.quantile(0.99))},
          {"max_ms", in_ms(histogram.max())}};
}

}  // namespace

double loss_percent(const Result& result) {
  const Counts& all = result.standing.received;
  const std::uint64_t sent = all.packets + all.lost;
  return sent == 0 ? 0 : 100.0 * static_cast<double>(all.lost) / static_cast<double>(sent);
}

std::vector<std::string> failures(const Result& result, double max_loss_percent) {
  std::vector<std::string> out;
  const Standing& end = result.standing;
  const Counts& all = end.received;
  const auto add = [&]<typename... Arguments>(fmt::format_string<Arguments...> text,
                                              Arguments&&... arguments) {
    out.push_back(fmt::format(text, std::forward<Arguments>(arguments)...));
  };
  if (result.interrupted && !result.measured) {
    add("interrupted before all had joined");
  } else if (end.failed > 0) {
    add("{} of {} participants did not get in, or got no media", end.failed, end.begun);
  }
  if (end.dropped > 0) add("{} participants were dropped", end.dropped);
  if (loss_percent(result) > max_loss_percent) {
    add("{:.3f} % of packets lost, more than {} %", loss_percent(result), max_loss_percent);
  }
  if (result.measured && result.tracks_are_final) {
    if (end.tracks_with_media < result.expected_tracks) {
      add("{} of {} tracks brought media", end.tracks_with_media, result.expected_tracks);
    }
    if (end.silent_tracks > 0) add("{} tracks have fallen silent", end.silent_tracks);
  }
  if (result.measured && result.delivered == 0) add("nothing was delivered");
  // Where packets are missing, so are frames: that is said above.
  if (all.lost == 0) {
    if (all.incomplete > 0) add("{} frames came incomplete without a loss", all.incomplete);
    if (all.undecodable > 0) add("{} frames could not be decoded without a loss", all.undecodable);
  }
  if (all.mistimed > 0) add("{} frames have timestamps that do not fit", all.mistimed);
  for (const auto& [problem, count] : end.problems) add("{} times: {}", count, problem);
  return out;
}

std::string table(const Result& result) {
  const Standing& end = result.standing;
  const Counts& all = end.received;
  Table out;
  out.head(fmt::format("{} at {}, room {}, {}: {}{}", to_string(result.shape), result.url,
                       result.room, result.single_peer ? "/rtc/v1" : "/rtc", result.material,
                       result.suite.empty() ? "" : ", " + result.suite));
  out.row("participants", "{} of {} joined, {} refused, {} dropped", end.ready, result.asked,
          end.refused, end.dropped);
  if (end.sent_on > 0) out.row("sent on", "{} times told to begin anew", end.sent_on);
  if (result.ready_after_joining > 1 && result.joining > Duration::zero()) {
    out.row("joins per second", "{:.1f}",
            static_cast<double>(result.ready_after_joining) / in_s(result.joining));
  }
  out.row("join", "p50 {} ms, p95 {} ms (to the join response)", milliseconds(end.join, 0.5),
          milliseconds(end.join, 0.95));
  if (end.media.count() > 0) {
    out.row("first media", "p50 {} ms, p95 {} ms (from connecting to a whole frame)",
            milliseconds(end.media, 0.5), milliseconds(end.media, 0.95));
  }
  if (result.tracks_are_final) {
    out.row("tracks", "{} with media of {} expected, {} silent", end.tracks_with_media,
            result.expected_tracks, end.silent_tracks);
  }
  if (result.measured) {
    out.row("measured", "{:.1f} s{}", in_s(result.window),
            result.interrupted ? ", interrupted" : "");
    out.row("delivered", "{} packets, {:.0f} a second, {:.1f} Mbit/s", result.delivered,
            static_cast<double>(result.delivered) / in_s(result.window),
            static_cast<double>(result.delivered_bytes) * 8e-6 / in_s(result.window));
  }
  out.row("lost", "{} packets, {:.4f} %; {} came by retransmission, {} twice", all.lost,
          loss_percent(result), all.recovered, all.duplicates);
  out.row("frames", "{} whole; {} incomplete, {} undecodable, {} mistimed", all.frames,
          all.incomplete, all.undecodable, all.mistimed);
  if (all.unstamped > 0) out.row("frames of others", "{}", all.unstamped);
  if (all.layer_switches > 0) out.row("changes of layer", "{}", all.layer_switches);
  out.row("forwarding delay", "p50 {} ms, p95 {} ms, p99 {} ms, max {:.1f} ms",
          milliseconds(all.delay, 0.5), milliseconds(all.delay, 0.95),
          milliseconds(all.delay, 0.99), in_ms(all.delay.max()));
  out.row("published", "{} packets, {} sent again, {} key frames asked for", end.sent.packets,
          end.sent.resent, end.sent.key_requests);
  if (end.unsendable > 0)
    out.row("not sent", "{} packets: our own kernel was full", end.unsendable);
  for (const ServerUse& server : result.servers) {
    out.row(fmt::format("process {}", server.pid),
            "{:.1f} % of a core, {:.3f} us per packet; {} KB, {:.0f} KB per participant",
            100 * in_s(server.cpu) / std::max(in_s(result.window), 1e-9),
            us_per_packet(result, server.cpu), server.resident_kb,
            kb_per_participant(result, server));
  }
  if (result.servers.size() > 1) {
    out.row("all of them", "{:.3f} us per packet", us_per_packet(result, server_cpu(result)));
  }
  if (!result.servers.empty() && result.ready_after_joining > 0) {
    out.row("joining", "{:.2f} ms of CPU per participant",
            in_ms(result.joining_cpu) / static_cast<double>(result.ready_after_joining));
  }
  out.row("load generator", "{:.1f} % of a core on {} threads",
          100 * in_s(result.own_cpu) / std::max(in_s(result.window), 1e-9), result.threads);
  for (const auto& [reason, count] : end.reasons) out.row("", "{} times: {}", count, reason);
  return out.take();
}

std::string json(const Result& result, const std::vector<std::string>& failures) {
  const Standing& end = result.standing;
  const Counts& all = end.received;
  nlohmann::ordered_json out{
      {"version", result.version},
      {"url", result.url},
      {"room", result.room},
      {"shape", to_string(result.shape)},
      {"path", result.single_peer ? "/rtc/v1" : "/rtc"},
      {"material", result.material},
      {"suite", result.suite.empty() ? "any" : result.suite},
      {"seed", result.seed},
      {"threads", result.threads},
      {"participants",
       {{"asked", result.asked},
        {"joined", end.ready},
        {"refused", end.refused},
        {"dropped", end.dropped},
        {"sent_on", end.sent_on},
        {"inside", end.inside}}},
      {"joins_per_second",
       result.joining > Duration::zero()
           ? static_cast<double>(result.ready_after_joining) / in_s(result.joining)
           : 0.0},
      {"join", times(end.join)},
      {"first_media", times(end.media)},
      {"tracks",
       {{"expected", result.expected_tracks},
        {"with_media", end.tracks_with_media},
        {"silent", end.silent_tracks}}},
      {"window_s", in_s(result.window)},
      {"delivered", {{"packets", result.delivered}, {"bytes", result.delivered_bytes}}},
      {"whole_run",
       {{"packets", all.packets},
        {"lost", all.lost},
        {"loss_percent", loss_percent(result)},
        {"recovered", all.recovered},
        {"duplicates", all.duplicates},
        {"padding", all.padding},
        {"nacked", all.nacked},
        {"frames", all.frames},
        {"incomplete", all.incomplete},
        {"undecodable", all.undecodable},
        {"mistimed", all.mistimed},
        {"unstamped", all.unstamped},
        {"layer_switches", all.layer_switches}}},
      {"forwarding_delay", times(all.delay)},
      {"published",
       {{"packets", end.sent.packets},
        {"frames", end.sent.frames},
        {"resent", end.sent.resent},
        {"key_requests", end.sent.key_requests},
        {"unsendable", end.unsendable}}},
      {"load_generator_cpu_s", in_s(result.own_cpu)},
      {"interrupted", result.interrupted},
      {"reasons", end.reasons},
      {"failures", failures}};
  nlohmann::ordered_json& servers = out["servers"] = nlohmann::ordered_json::array();
  for (const ServerUse& server : result.servers) {
    servers.push_back({{"pid", server.pid},
                       {"cpu_s", in_s(server.cpu)},
                       {"us_per_packet", us_per_packet(result, server.cpu)},
                       {"resident_before_kb", server.resident_before_kb},
                       {"resident_kb", server.resident_kb},
                       {"kb_per_participant", kb_per_participant(result, server)}});
  }
  if (!result.servers.empty()) {
    out["us_per_packet"] = us_per_packet(result, server_cpu(result));
    out["joining_cpu_s"] = in_s(result.joining_cpu);
  }
  return out.dump(2) + "\n";
}

}  // namespace parley::load
