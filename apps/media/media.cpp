#include "apps/media/media.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "apps/metrics/metrics_port.h"
#include "media/node/node.h"
#include "media/shard/loop/event_mailbox.h"
#include "media/shard/loop/shard_loop.h"
#include "protocols/dtls/certificate.h"
#include "runtime/clock.h"
#include "runtime/interfaces.h"
#include "runtime/loop.h"
#include "runtime/processors.h"
#include "runtime/random.h"
#include "runtime/thread.h"

namespace parley::apps {
namespace {

constexpr Duration kFarewell = 1s;

/// A shard with the mailbox through which its events reach the control thread.
struct Shard {
  std::unique_ptr<media::EventMailbox> events;
  std::unique_ptr<media::ShardLoop> loop;
};

/// The node's numbers as of the last second, for the thread that answers scrapes.
struct NodeMetrics {
  observability::Gauge rooms;
  observability::Gauge participants;
  observability::Gauge tracks;
  observability::Counter started;
  observability::Counter resumed;
  observability::Counter refused;
  observability::Counter rejected_messages;
  observability::Gauge events_waiting;
  observability::Counter events_dropped;
  observability::Gauge agent_workers;
  observability::Gauge agent_jobs;
  observability::Counter agent_offers_accepted;
  observability::Counter agent_offers_refused;
  observability::Counter agent_jobs_started;
  observability::Counter agent_jobs_succeeded;
  observability::Counter agent_jobs_failed;
  Time next_reading{};

  void read(const media::Node& node, Time now) {
    if (now < next_reading) return;
    next_reading = now + 1s;
    const media::Node::Totals totals = node.totals();
    rooms.set(static_cast<std::int64_t>(totals.rooms));
    participants.set(static_cast<std::int64_t>(totals.participants));
    tracks.set(static_cast<std::int64_t>(totals.tracks));
    started.set(totals.sessions_started);
    resumed.set(totals.sessions_resumed);
    refused.set(totals.sessions_refused);
    rejected_messages.set(totals.rejected_messages);
    events_waiting.set(static_cast<std::int64_t>(totals.events_waiting));
    events_dropped.set(totals.events_dropped);
    agent_workers.set(static_cast<std::int64_t>(totals.agents.workers));
    agent_jobs.set(static_cast<std::int64_t>(totals.agents.jobs));
    agent_offers_accepted.set(totals.agents.accepted);
    agent_offers_refused.set(totals.agents.refused);
    agent_jobs_started.set(totals.agents.started);
    agent_jobs_succeeded.set(totals.agents.succeeded);
    agent_jobs_failed.set(totals.agents.failed);
  }
  void expose(observability::Exposition& out) const {
    auto gauge = [&](const char* name, const char* help, const observability::Gauge& value) {
      out.gauge(name, help, static_cast<double>(value.value()));
    };
    gauge("parley_node_rooms", "Rooms on this node.", rooms);
    gauge("parley_node_participants", "Participants on this node.", participants);
    gauge("parley_node_tracks", "Published tracks on this node.", tracks);
    constexpr const char* kSessions = "Sessions by how they began.";
    out.counter("parley_node_sessions_total", kSessions, started.value(), {{"outcome", "started"}});
    out.counter("parley_node_sessions_total", kSessions, resumed.value(), {{"outcome", "resumed"}});
    out.counter("parley_node_sessions_total", kSessions, refused.value(), {{"outcome", "refused"}});
    out.counter("parley_node_rejected_messages_total",
                "Client messages that could not be used: unreadable, or out of place.",
                rejected_messages.value());
    gauge("parley_node_events_waiting", "Events for webhooks that the bus has not got yet.",
          events_waiting);
    out.counter("parley_node_events_dropped_total",
                "Events for webhooks that found no room while the bus was away.",
                events_dropped.value());
    gauge("parley_node_agent_workers", "Agent workers of all edges that this node knows.",
          agent_workers);
    gauge("parley_node_agent_jobs", "Jobs of agents in this node's rooms now.", agent_jobs);
    constexpr const char* kOffers = "Jobs offered to agent workers by answer.";
    out.counter("parley_node_agent_offers_total", kOffers, agent_offers_accepted.value(),
                {{"answer", "accepted"}});
    out.counter("parley_node_agent_offers_total", kOffers, agent_offers_refused.value(),
                {{"answer", "refused"}});
    constexpr const char* kJobs = "Jobs of agents by what became of them.";
    out.counter("parley_node_agent_jobs_total", kJobs, agent_jobs_started.value(),
                {{"event", "started"}});
    out.counter("parley_node_agent_jobs_total", kJobs, agent_jobs_succeeded.value(),
                {{"event", "succeeded"}});
    out.counter("parley_node_agent_jobs_total", kJobs, agent_jobs_failed.value(),
                {{"event", "failed"}});
  }
};

/// SIGINT and SIGTERM as a descriptor. Blocked before any thread starts, so that none takes them.
runtime::Fd stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return runtime::Fd(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
}

std::vector<Shard> open_shards(const MediaOptions& options, media::Mesh& mesh,
                               const dtls::Certificate& certificate, ClockOffset clock,
                               const observability::Log& log) {
  std::vector<Shard> shards;
  const std::vector<unsigned> cores = runtime::usable_cores();
  for (std::size_t i = 0; i < mesh.size(); ++i) {
    media::ShardLoopConfig config{.index = i,
                                  .udp_port = options.udp_port,
                                  .tcp_port = options.tcp_port,
                                  .core = {},
                                  .offloads = options.offloads,
                                  .mesh = &mesh,
                                  .shard = {.certificate = certificate,
                                            .clock = clock,
                                            .ice_lite = options.ice_lite,
                                            .send_side_bwe = options.send_side_bwe}};
    if (!options.bind.empty()) config.bind = options.bind;
    if (options.pin_shards) config.core = cores[i % cores.size()];
    auto events = std::make_unique<media::EventMailbox>();
    auto loop = media::ShardLoop::open(config, *events, log.with("shard", i));
    if (!loop) {
      log.error("cannot open the media ports", {{"udp", options.udp_port}, {"why", loop.error()}});
      return {};
    }
    shards.push_back({std::move(events), std::move(*loop)});
  }
  return shards;
}

}  // namespace

std::vector<IpAddress> candidate_addresses(const MediaOptions& options) {
  std::vector<IpAddress> out;
  if (options.node_ip) out.push_back(*options.node_ip);
  for (const runtime::InterfaceAddress& found : runtime::interface_addresses()) {
    const IpAddress& ip = found.address;
    const bool wanted =
        options.interfaces.empty() ||
        std::ranges::find(options.interfaces, found.interface) != options.interfaces.end();
    // Link-local addresses need a zone, which a candidate cannot carry (RFC 8445 section 5.1.1.1).
    if (!wanted || ip.is_link_local() || (ip.is_loopback() && !options.loopback_candidates))
      continue;
    // With a node_ip the machine's own addresses are not those that clients can reach; loopback is.
    if (options.node_ip && !ip.is_loopback()) continue;
    if (std::ranges::find(out, ip) == out.end()) out.push_back(ip);
  }
  return out;
}

int run_media(const MediaOptions& options, const observability::Log& log) {
  const runtime::Fd signals = stop_signals();
  const ClockOffset clock = runtime::clock_offset();
  runtime::SystemRandom random;
  const auto certificate = dtls::Certificate::generate(clock.wall(runtime::monotonic_now()));

  media::Mesh mesh(options.shards > 0 ? options.shards : std::size_t{runtime::usable_processors()});
  std::vector<Shard> shards = open_shards(options, mesh, certificate, clock, log);
  if (shards.empty()) return 1;
  const std::vector<IpAddress> addresses = candidate_addresses(options);
  if (addresses.empty()) {
    log.error("no address at which clients could reach this machine; set rtc.node_ip");
    return 1;
  }

  runtime::Loop control;
  bus::NatsBus bus(options.bus, control.executor(),
                   [&](std::string_view problem) { log.warn("bus", {{"what", problem}}); });
  std::vector<media::ShardHandle> handles;
  for (const Shard& shard : shards) {
    handles.push_back({shard.loop.get(), shard.loop->candidates(addresses)});
  }
  media::Node node({.node_id = options.node_id,
                    .region = options.region,
                    .room = options.room,
                    .fingerprint = {"sha-256", certificate.fingerprint()},
                    .ice_lite = options.ice_lite,
                    .small_room = options.small_room,
                    .webhooks = options.webhooks},
                   bus, std::move(handles), random, clock, runtime::monotonic_now);

  for (std::size_t i = 0; i < shards.size(); ++i) {
    Shard& shard = shards[i];
    control.watch(shard.events->fd(), [&node, &shard, i](runtime::Loop::Ready) {
      shard.events->drain([&](media::Event&& event) { node.on_event(i, std::move(event)); });
    });
    shard.loop->start();
  }
  control.watch(signals.get(), [&](runtime::Loop::Ready) { control.stop(); });
  NodeMetrics metrics;
  observability::Registry registry;
  const auto registration = registry.add([&](observability::Exposition& out) {
    metrics.expose(out);
    for (const Shard& shard : shards) shard.loop->collect(out);
  });
  std::unique_ptr<MetricsPort> metrics_port;
  if (options.metrics) {
    auto opened = MetricsPort::open(*options.metrics, registry);
    if (!opened) {
      log.error("cannot open the metrics port",
                {{"at", *options.metrics}, {"why", opened.error()}});
      return 1;
    }
    metrics_port = std::move(*opened);
  }
  control.on_turn([&](Time now) {
    metrics.read(node, now);
    if (node.next_deadline() <= now) node.on_deadline();
    return node.next_deadline();
  });

  node.start();
  log.info("media node is up", {{"node", options.node_id},
                                {"shards", shards.size()},
                                {"udp", shards.front().loop->udp_port()},
                                {"addresses", addresses.size()}});
  control.run();

  log.info("media node is stopping");
  node.stop();
  // What backends are to be told of the end must reach the bus first.
  const Time patience = runtime::monotonic_now() + kFarewell;
  while (!node.finished() && runtime::monotonic_now() < patience) control.run_once(10ms);
  for (Shard& shard : shards) shard.loop->stop();
  return 0;
}

}  // namespace parley::apps
