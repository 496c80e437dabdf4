#include "media/shard/loop/shard_loop.h"

#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/assert.h"
#include "media/shard/loop/tcp_port.h"
#include "runtime/clock.h"
#include "runtime/loop.h"
#include "runtime/random.h"
#include "runtime/thread.h"

namespace parley::media {
namespace {

constexpr std::size_t kMaxCommands = 65536;
// Then the turn goes on to its flush: what was received waits no longer than this many system
// calls.
constexpr int kReceivesPerTurn = 4;
constexpr Duration kPublish = 1s;

ShardConfig shard_config(const ShardLoopConfig& config) {
  ShardConfig shard = config.shard;
  shard.srtp = config.offloads.srtp;
  shard.gather_trains = config.offloads.gso;
  shard.index = static_cast<ShardIndex>(config.index);
  if (config.mesh != nullptr) shard.pipes = &config.mesh->of(shard.index);
  return shard;
}

std::uint16_t port_of(std::uint16_t first, std::size_t index) {
  return first == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(first + index);
}

}  // namespace

struct ShardLoop::Impl final : TrainSender {
  Impl(const ShardLoopConfig& c, EventSink& events, observability::Log l)
      : config(c), log(std::move(l)), shard(shard_config(c), random, events) {}

  /// What `local` of a Path names: one listening address family, or a socket that one transport
  /// calls from.
  struct Port {
    IpAddress bind;
    std::optional<runtime::UdpSocket> udp;
    bool udp_readable = false;
    std::unique_ptr<TcpPort> tcp;
    std::vector<runtime::UdpTrain> trains;  // of the flush that is under way
  };

  std::expected<void, runtime::IoError> open();
  void run();
  Time turn(Time now);
  void receive_pipes(Time now);
  void receive_udp(Port& port, std::size_t local, Time now);
  Port* port_of_train(const Train& train);
  void receive_tcp(Port& port, Time now);
  void send(std::span<const Train> trains) override;
  void publish(Time now);

  const ShardLoopConfig config;
  const observability::Log log;
  runtime::SystemRandom random;
  runtime::Loop loop;
  runtime::Mailbox<Command> commands{kMaxCommands};
  runtime::Wakeup pipe_wakeup;
  std::vector<std::unique_ptr<Port>> ports;  ///< One per family.
  /// From kFirstCalling on, opened when they are first used and kept for the next transport.
  std::vector<std::unique_ptr<Port>> calling;
  Shard shard;
  std::vector<Datagram> batch;
  std::uint64_t turns = 0;
  Time next_publish{};
  std::thread thread;

  mutable std::mutex published_mutex;
  Snapshot published;
};

std::expected<std::unique_ptr<ShardLoop>, runtime::IoError> ShardLoop::open(
    const ShardLoopConfig& config, EventSink& events, const observability::Log& log) {
  auto impl = std::make_unique<Impl>(config, events, log.with("shard", config.index));
  if (const auto opened = impl->open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<ShardLoop>(new ShardLoop(std::move(impl)));
}

std::expected<void, runtime::IoError> ShardLoop::Impl::open() {
  std::uint16_t udp_port = port_of(config.udp_port, config.index);
  std::optional<std::uint16_t> tcp_port;
  if (config.tcp_port) tcp_port = port_of(*config.tcp_port, config.index);

  for (const IpAddress& bind : config.bind) {
    auto udp = runtime::UdpSocket::open({.bind = {bind, udp_port},
                                         .receive_buffer = config.udp_buffer,
                                         .send_buffer = config.udp_buffer,
                                         .gro = config.offloads.gro,
                                         .gso = config.offloads.gso});
    if (!udp) {
      if (bind.v6 && (udp.error().code == EAFNOSUPPORT || udp.error().code == EADDRNOTAVAIL)) {
        log.info("no IPv6 here", {{"reason", udp.error()}});
        continue;
      }
      return std::unexpected(udp.error());
    }
    // Where any port would do, the second family gets the number of the first.
    udp_port = udp->address().port;
    auto port = std::make_unique<Port>();
    port->bind = bind;
    port->udp = std::move(*udp);
    if (tcp_port) {
      auto listener = runtime::TcpListener::open({bind, *tcp_port});
      if (!listener) return std::unexpected(listener.error());
      tcp_port = listener->address().port;
      port->tcp = std::make_unique<TcpPort>(loop, std::move(*listener),
                                            static_cast<std::uint8_t>(ports.size()),
                                            config.max_tcp_connections);
    }
    log.info("listening", {{"udp", port->udp->address()},
                           {"tcp", tcp_port.value_or(0)},
                           {"gso", port->udp->gso()},
                           {"gro", port->udp->gro()},
                           {"receive_buffer", port->udp->receive_buffer()},
                           {"send_buffer", port->udp->send_buffer()}});
    ports.push_back(std::move(port));
  }
  PARLEY_ASSERT(!ports.empty());

  for (const auto& port : ports) {
    loop.watch(port->udp->fd(), [p = port.get()](runtime::Loop::Ready) { p->udp_readable = true; });
  }
  // Nothing to do on the event itself: every turn looks at the commands.
  loop.watch(commands.fd(), [](runtime::Loop::Ready) {});
  if (config.mesh != nullptr) {
    loop.watch(pipe_wakeup.fd(), [this](runtime::Loop::Ready) { pipe_wakeup.clear(); });
    config.mesh->on_mail(static_cast<ShardIndex>(config.index), [this] { pipe_wakeup.signal(); });
  }
  loop.on_turn([this](Time now) { return turn(now); });
  return {};
}

void ShardLoop::Impl::run() {
  runtime::name_thread(fmt::format("shard-{}", config.index));
  if (config.core && !runtime::pin_thread(*config.core)) {
    log.warn("cannot keep the thread on its core", {{"core", *config.core}});
  }
  loop.run();
  // What was posted before stop() and came after the last turn had looked.
  loop.run_once(Duration::zero());
  publish(loop.now());
}

/// The life of a shard, in the order of one turn. The clock is read once, by the loop.
Time ShardLoop::Impl::turn(Time now) {
  ++turns;
  commands.drain([&](Command&& command) { shard.execute(command, now); });
  if (config.mesh != nullptr) receive_pipes(now);
  for (const auto& port : ports) {
    if (std::exchange(port->udp_readable, false)) {
      receive_udp(*port, port == ports.front() ? 0 : 1, now);
    }
    if (port->tcp) receive_tcp(*port, now);
  }
  for (std::size_t i = 0; i < calling.size(); ++i) {
    Port* const port = calling[i].get();
    if (port != nullptr && std::exchange(port->udp_readable, false)) {
      receive_udp(*port, kFirstCalling + i, now);
    }
  }
  if (shard.next_deadline() <= now) shard.on_deadline(now);
  shard.flush(*this, now);
  if (config.mesh != nullptr) config.mesh->flush(static_cast<ShardIndex>(config.index));

  Time next = shard.next_deadline();
  for (const auto& port : ports) {
    if (!port->tcp) continue;
    port->tcp->flush();
    port->tcp->on_deadline(now);
    next = std::min(next, port->tcp->next_deadline());
    for (const Path& path : port->tcp->take_closed()) {
      shard.on_tcp_closed(path, now);
      next = now;  // For what the shard may want to send because of it.
    }
  }
  if (now >= next_publish) publish(now);
  return std::min(next, next_publish);
}

void ShardLoop::Impl::receive_pipes(Time now) {
  config.mesh->drain(
      static_cast<ShardIndex>(config.index),
      [&](ShardIndex from, const PipeMessage& message) { shard.on_pipe(from, message, now); },
      [&](const PipedPacket& packet) { shard.on_piped(packet, now); });
}

void ShardLoop::Impl::receive_udp(Port& port, std::size_t local, Time now) {
  for (int i = 0; i < kReceivesPerTurn; ++i) {
    batch.clear();
    const bool more = port.udp->receive([&](const SocketAddress& from, MutableBytes bytes) {
      batch.push_back({{Protocol::udp, static_cast<std::uint8_t>(local), 0, from}, bytes});
    });
    if (!batch.empty()) shard.on_datagrams(batch, now);
    if (!more) return;
  }
}

void ShardLoop::Impl::receive_tcp(Port& port, Time now) {
  port.tcp->receive(now, [&](const Path& path, MutableBytes frame) {
    const Datagram datagram{path, frame};
    shard.on_datagrams({&datagram, 1}, now);
  });
}

void ShardLoop::Impl::send(std::span<const Train> trains) {
  for (const Train& train : trains) {
    Port* const port = port_of_train(train);
    if (port == nullptr) continue;
    if (train.path.protocol == Protocol::udp) {
      port->trains.push_back({train.path.remote, train.segment, train.bytes});
    } else if (port->tcp) {
      port->tcp->send(train);
    }
  }
  for (const auto* some : {&ports, &calling}) {
    for (const auto& port : *some) {
      if (port == nullptr || port->trains.empty()) continue;
      port->udp->send(port->trains);
      port->trains.clear();
    }
  }
}

/// Null if a socket that something is to be called from cannot be opened: said in the log, and
/// tried again with the next train.
ShardLoop::Impl::Port* ShardLoop::Impl::port_of_train(const Train& train) {
  if (train.path.local < kFirstCalling) return ports[train.path.local].get();
  const std::size_t index = train.path.local - kFirstCalling;
  if (index >= calling.size()) calling.resize(index + 1);
  const IpAddress any{.bytes = {}, .v6 = train.path.remote.ip.v6};
  if (calling[index] != nullptr && calling[index]->bind == any) return calling[index].get();
  auto udp = runtime::UdpSocket::open({.bind = {any, 0},
                                       .receive_buffer = config.udp_buffer,
                                       .send_buffer = config.udp_buffer,
                                       .gro = config.offloads.gro,
                                       .gso = config.offloads.gso});
  if (!udp) {
    log.warn("cannot open a socket to call from", {{"reason", udp.error()}});
    return nullptr;
  }
  if (calling[index] != nullptr) loop.unwatch(calling[index]->udp->fd());
  auto port = std::make_unique<Port>();
  port->bind = any;
  port->udp = std::move(*udp);
  loop.watch(port->udp->fd(), [p = port.get()](runtime::Loop::Ready) { p->udp_readable = true; });
  calling[index] = std::move(port);
  return calling[index].get();
}

void ShardLoop::Impl::publish(Time now) {
  next_publish = now + kPublish;
  Snapshot fresh;
  fresh.shard = shard.counters();
  fresh.turns = turns;
  fresh.commands_refused = commands.refused();
  if (config.mesh != nullptr) {
    fresh.pipes_lost = config.mesh->lost(static_cast<ShardIndex>(config.index));
  }
  fresh.cpu = runtime::thread_cpu_time();
  const auto add_udp = [&](const runtime::UdpCounters& udp) {
    fresh.udp.receive_calls += udp.receive_calls;
    fresh.udp.datagrams_in += udp.datagrams_in;
    fresh.udp.send_calls += udp.send_calls;
    fresh.udp.datagrams_out += udp.datagrams_out;
    fresh.udp.truncated += udp.truncated;
    fresh.udp.full += udp.full;
    fresh.udp.unsendable += udp.unsendable;
    fresh.udp.gso_refused += udp.gso_refused;
  };
  for (const auto& port : calling) {
    if (port != nullptr) add_udp(port->udp->counters());
  }
  for (const auto& port : ports) {
    add_udp(port->udp->counters());
    if (!port->tcp) continue;
    const TcpCounters& tcp = port->tcp->counters();
    fresh.tcp.accepted += tcp.accepted;
    fresh.tcp.refused += tcp.refused;
    fresh.tcp.idle += tcp.idle;
    fresh.tcp.malformed += tcp.malformed;
    fresh.tcp.frames_in += tcp.frames_in;
    fresh.tcp.frames_out += tcp.frames_out;
    fresh.tcp.frames_lost += tcp.frames_lost;
    fresh.tcp.connections += tcp.connections;
  }
  const std::lock_guard lock(published_mutex);
  published = fresh;
}

ShardLoop::ShardLoop(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ShardLoop::~ShardLoop() { stop(); }

void ShardLoop::start() {
  PARLEY_ASSERT(!impl_->thread.joinable());
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

void ShardLoop::stop() {
  if (!impl_->thread.joinable()) return;
  impl_->loop.stop();
  impl_->thread.join();
}

void ShardLoop::post(Command command) {
  // Refused ones are counted by the mailbox.
  static_cast<void>(impl_->commands.try_post(std::move(command)));
}

std::uint16_t ShardLoop::udp_port() const { return impl_->ports.front()->udp->address().port; }

std::optional<std::uint16_t> ShardLoop::tcp_port() const {
  const auto& port = *impl_->ports.front();
  if (!port.tcp) return std::nullopt;
  return port.tcp->port();
}

std::vector<LocalCandidate> ShardLoop::candidates(std::span<const IpAddress> addresses) const {
  std::vector<LocalCandidate> found;
  for (const Protocol protocol : {Protocol::udp, Protocol::tcp}) {
    if (protocol == Protocol::tcp && !tcp_port()) continue;
    const std::uint16_t number = protocol == Protocol::udp ? udp_port() : *tcp_port();
    for (const IpAddress& address : addresses) {
      for (const auto& port : impl_->ports) {
        if (port->bind.v6 != address.v6) continue;
        if (!port->bind.is_unspecified() && port->bind != address) continue;
        found.push_back({protocol, {address, number}});
      }
    }
  }
  return found;
}

ShardLoop::Snapshot ShardLoop::snapshot() const {
  const std::lock_guard lock(impl_->published_mutex);
  return impl_->published;
}

Duration ShardLoop::cpu_time() const {
  clockid_t clock{};
  if (pthread_getcpuclockid(impl_->thread.native_handle(), &clock) != 0) return {};
  return runtime::read_clock(clock);
}

void ShardLoop::collect(observability::Exposition& out) const {
  const Snapshot s = snapshot();
  const std::string shard = fmt::to_string(impl_->config.index);
  const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    out.counter(name, help, value, {{"shard", shard}});
  };
  const auto gauge = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    out.gauge(name, help, static_cast<double>(value), {{"shard", shard}});
  };
  counter("parley_shard_datagrams_received_total", "Datagrams taken from sockets.",
          s.shard.datagrams_in);
  counter("parley_shard_bytes_received_total", "Bytes of these datagrams.", s.shard.bytes_in);
  counter("parley_shard_datagrams_sent_total", "Datagrams given to sockets.",
          s.shard.datagrams_out);
  counter("parley_shard_bytes_sent_total", "Bytes of these datagrams.", s.shard.bytes_out);
  counter("parley_shard_trains_sent_total", "Runs of datagrams in which they left.",
          s.shard.trains_out);
  counter("parley_shard_media_received_total", "RTP packets accepted from publishers.",
          s.shard.media_in);
  counter("parley_shard_piped_received_total", "RTP packets of publishers on other shards.",
          s.shard.piped_in);
  counter("parley_shard_piped_sent_total", "RTP packets given to other shards, once for each.",
          s.shard.piped_out);
  counter("parley_shard_piped_lost_total", "Of other shards, for which there was no room here.",
          s.pipes_lost);
  counter("parley_shard_media_sent_total", "RTP packets sent to subscribers.", s.shard.media_out);
  counter("parley_shard_media_resent_total", "Of these, sent again on request.", s.shard.resent);
  counter("parley_shard_red_made_total",
          "Packets of sound that were given redundancy, each once for all who get it.",
          s.shard.red_made);
  counter("parley_shard_red_sent_total", "Packets of sound sent with redundancy made here.",
          s.shard.red_sent);
  counter("parley_shard_red_left_out_total",
          "Packets of sound sent without their publisher's redundancy, as a path is narrow.",
          s.shard.red_left_out);
  counter("parley_shard_repair_packets_total",
          "Packets sent from which lost ones of pictures can be made anew.", s.shard.repairs);
  counter("parley_shard_nacked_too_late_total", "Asked for again when already forgotten.",
          s.shard.nacked_too_late);
  counter("parley_shard_nacked_in_vain_total",
          "Packets asked for that were not sent again: superseded, late, or too much for the path.",
          s.shard.nacked_in_vain);
  counter("parley_shard_padding_packets_total", "Packets by which subscribers' paths were probed.",
          s.shard.padding);
  counter("parley_shard_overruns_total",
          "Times that pictures which waited for a narrow path were let go of.", s.shard.overruns);
  counter("parley_shard_pauses_total",
          "Times that a video was paused because its subscriber's path had no room for it.",
          s.shard.pauses);
  counter("parley_shard_keyframes_wanted_total", "Keyframes that subscribers needed.",
          s.shard.keyframes_wanted);
  const auto drop = [&](std::string_view where, std::string_view reason, std::uint64_t value) {
    out.counter("parley_shard_drops_total", "Packets and commands that led to nothing.", value,
                {{"shard", shard}, {"where", where}, {"reason", reason}});
  };
  for (std::size_t i = 0; i < kShardDropKinds; ++i) {
    drop("shard", to_string(static_cast<ShardDrop>(i)), s.shard.drops[i]);
  }
  // The first says that there was none.
  for (std::size_t i = 1; i < kTransportDrops; ++i) {
    drop("transport", to_string(static_cast<TransportDrop>(i)), s.shard.transport_drops[i]);
  }
  for (std::size_t i = 0; i < kIngestDropKinds; ++i) {
    drop("ingest", name(static_cast<IngestDrop>(i)), s.shard.ingest_drops[i]);
  }
  gauge("parley_shard_transports", "Peer connections.", s.shard.transports);
  gauge("parley_shard_streams", "Published media sections.", s.shard.streams);
  gauge("parley_shard_piped_streams", "Published on another shard and watched on this one.",
        s.shard.piped_streams);
  gauge("parley_shard_subscriptions", "Streams on their way to a subscriber.",
        s.shard.subscriptions);
  counter("parley_shard_turns_total", "Turns of the loop.", s.turns);
  counter("parley_shard_commands_refused_total", "Commands that found the mailbox full.",
          s.commands_refused);
  out.seconds("parley_shard_cpu_seconds_total", "CPU time used by the shard's thread.", s.cpu,
              {{"shard", shard}});
  counter("parley_udp_receive_calls_total", "System calls that received.", s.udp.receive_calls);
  counter("parley_udp_send_calls_total", "System calls that sent.", s.udp.send_calls);
  counter("parley_udp_truncated_total", "Datagrams too large to be ours.", s.udp.truncated);
  counter("parley_udp_buffer_full_total", "Datagrams lost to a full send buffer.", s.udp.full);
  counter("parley_udp_unsendable_total", "Datagrams that the kernel refused.", s.udp.unsendable);
  counter("parley_udp_gso_refused_total", "Trains that had to be sent one by one.",
          s.udp.gso_refused);
  counter("parley_tcp_accepted_total", "ICE-TCP connections accepted.", s.tcp.accepted);
  counter("parley_tcp_refused_total", "ICE-TCP connections beyond the limit.", s.tcp.refused);
  counter("parley_tcp_idle_total", "ICE-TCP connections closed for silence.", s.tcp.idle);
  counter("parley_tcp_malformed_total", "ICE-TCP connections closed for nonsense.",
          s.tcp.malformed);
  counter("parley_tcp_frames_received_total", "RFC 4571 frames in.", s.tcp.frames_in);
  counter("parley_tcp_frames_sent_total", "RFC 4571 frames out.", s.tcp.frames_out);
  counter("parley_tcp_frames_lost_total", "Frames that a slow peer did not get.",
          s.tcp.frames_lost);
  gauge("parley_tcp_connections", "ICE-TCP connections.", s.tcp.connections);
}

}  // namespace parley::media
