#include "emulator/run/hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <unordered_map>
#include <utility>
#include <variant>

#include "emulator/report.h"
#include "runtime/clock.h"

namespace parley::emulator {
namespace {

constexpr std::size_t kMostClients = 256;
constexpr std::size_t kMostWays = 64;
constexpr std::size_t kMostMappings = 64;
constexpr std::size_t kLargestTrace = 64 * 1024 * 1024;
constexpr int kReadsPerTurn = 8;

/// What a network counts beside our payload.
std::size_t on_the_wire(std::size_t payload, bool v6) { return payload + (v6 ? 48 : 28); }

/// FNV-1a: a client's randomness is its own, whoever came before it.
std::uint64_t seed_for(std::uint64_t seed, std::string_view client, std::string_view side) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ seed;
  for (const std::string_view part : {client, std::string_view("/"), side}) {
    for (const char c : part) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  }
  return hash;
}

nlohmann::ordered_json failed(std::string what) { return {{"error", std::move(what)}}; }

}  // namespace

/// One socket of a client's at one way: the socket that stands for it at the server.
struct Hub::Mapping {
  Way& way;
  SocketAddress client;
  runtime::UdpSocket to_server;
  Time used{};
};

struct Hub::Way {
  SocketAddress server;
  runtime::UdpSocket front;
  std::unordered_map<SocketAddress, std::shared_ptr<Mapping>> mappings{};
};

struct Hub::Packet {
  std::shared_ptr<Mapping> mapping;
  ByteVector bytes;
};

struct Hub::Client {
  std::string id;
  Direction<Packet> down;
  Direction<Packet> up;
  std::vector<std::unique_ptr<Way>> ways{};
};

Hub::Hub(runtime::Loop& loop, HubConfig config)
    : loop_(loop), config_(std::move(config)), slots_(runtime::UdpSocket::make_slots()) {}

Hub::~Hub() {
  for (auto& [id, client] : clients_) {
    for (auto& way : client->ways) forget(*way);
  }
}

nlohmann::ordered_json Hub::execute(const Command& command) {
  return std::visit([this](const auto& one) { return run(one); }, command);
}

Hub::Json Hub::run(const AddWay& command) {
  if (const auto known = clients_.find(command.client);
      known != clients_.end() && known->second->ways.size() == kMostWays) {
    return failed(
        fmt::format("client {}: {} ways are as many as there may be", command.client, kMostWays));
  }
  auto socket = open(command.listen);
  if (!socket) return failed(socket.error().to_string());
  const auto made = find_or_make(command.client);
  if (!made) return failed(made.error());
  Client& client = **made;
  auto& way = *client.ways.emplace_back(std::make_unique<Way>(command.to, std::move(*socket)));
  loop_.watch(way.front.fd(),
              [this, &client, &way](runtime::Loop::Ready) { read_way(client, way); });
  return {{"client", client.id},
          {"listen", way.front.address().to_string()},
          {"port", way.front.address().port},
          {"to", way.server.to_string()}};
}

Hub::Json Hub::run(const Adjust& command) {
  std::shared_ptr<const Trace> trace;
  if (command.follow && *command.follow != "none") {
    auto loaded = load(*command.follow);
    if (!loaded) return failed(loaded.error());
    trace = std::move(*loaded);
  }
  const auto client = find_or_make(command.client);
  if (!client) return failed(client.error());
  const Time now = runtime::monotonic_now();
  for (Direction<Packet>* const direction :
       {command.down ? &(*client)->down : nullptr, command.up ? &(*client)->up : nullptr}) {
    if (direction == nullptr) continue;
    if (command.reset) direction->reset(now);
    if (command.follow) direction->follow(trace, now);
    direction->change(command.change, now);
  }
  return {{"client", command.client}};
}

Hub::Json Hub::run(const Remove& command) {
  const auto client = find(command.client);
  if (!client) return failed(client.error());
  for (auto& way : (*client)->ways) forget(*way);
  clients_.erase(command.client);
  return {{"client", command.client}};
}

Hub::Json Hub::run(const Ask& command) {
  if (command.client) {
    if (const auto client = find(*command.client); !client) return failed(client.error());
  }
  const Time now = runtime::monotonic_now();
  const auto tell = [&](Direction<Packet>& direction) -> Json {
    Statistics& statistics = direction.statistics();
    statistics.roll(now);
    if (command.what == Ask::What::seconds) return to_json(statistics.seconds(), command.since);
    return to_json(statistics.total(), direction.link().waiting_bytes());
  };
  Json answer = Json::object();
  for (auto& [id, client] : clients_) {
    if (command.client && id != *command.client) continue;
    if (command.what == Ask::What::clear) {
      client->down.statistics().clear(now);
      client->up.statistics().clear(now);
      continue;
    }
    const Duration age = now - client->down.statistics().start();
    answer[id] = {{"age_ms", to_ms(age)}, {"down", tell(client->down)}, {"up", tell(client->up)}};
  }
  return {{"clients", std::move(answer)}};
}

Hub::Json Hub::run(const Quit&) {
  loop_.stop();
  return Json::object();
}

std::expected<Hub::Client*, std::string> Hub::find(const std::string& id) const {
  const auto at = clients_.find(id);
  if (at != clients_.end()) return at->second.get();
  return std::unexpected(fmt::format("there is no client {}", id));
}

std::expected<Hub::Client*, std::string> Hub::find_or_make(const std::string& id) {
  if (const auto known = find(id)) return *known;
  if (clients_.size() == kMostClients) {
    return std::unexpected(fmt::format("{} clients are as many as there may be", kMostClients));
  }
  const Time now = runtime::monotonic_now();
  auto client = std::make_unique<Client>(
      id, Direction<Packet>(Side::down, seed_for(config_.seed, id, "down"), now),
      Direction<Packet>(Side::up, seed_for(config_.seed, id, "up"), now));
  return (clients_[id] = std::move(client)).get();
}

std::expected<std::shared_ptr<const Trace>, std::string> Hub::load(const std::string& name) const {
  const bool is_path = name.find('/') != std::string::npos;
  const auto path = is_path ? std::filesystem::path(name) : config_.traces / (name + ".csv");
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return std::unexpected(fmt::format("{}: {}", path.string(), error.message()));
  if (size > kLargestTrace) return std::unexpected(fmt::format("{} is too large", path.string()));
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return std::unexpected(fmt::format("{} cannot be read", path.string()));
  auto trace = parse_trace(text.str());
  if (trace) return std::make_shared<const Trace>(std::move(*trace));
  const TraceError& wrong = trace.error();
  const std::string where = wrong.line > 0 ? fmt::format(":{}", wrong.line) : "";
  return std::unexpected(fmt::format("{}{}: {}", path.string(), where, wrong.what));
}

std::expected<runtime::UdpSocket, runtime::IoError> Hub::open(const SocketAddress& bind) {
  // Without trains out: what leaves one after the other is not to arrive in one piece.
  return runtime::UdpSocket::open({.bind = bind, .gso = false, .slots = slots_});
}

void Hub::read_way(Client& client, Way& way) {
  const Time now = runtime::monotonic_now();
  const bool v6 = way.server.ip.v6;
  const auto take = [&](const SocketAddress& from, MutableBytes datagram) {
    auto mapping = mapping_of(client, way, from);
    if (!mapping || datagram.empty()) return;
    mapping->used = now;
    client.up.send({std::move(mapping), ByteVector(datagram.begin(), datagram.end())},
                   on_the_wire(datagram.size(), v6), now);
  };
  for (int i = 0; i < kReadsPerTurn && way.front.receive(take); ++i) {
  }
}

void Hub::read_mapping(Client& client, const std::shared_ptr<Mapping>& mapping) {
  const Time now = runtime::monotonic_now();
  const bool v6 = mapping->way.server.ip.v6;
  const auto take = [&](const SocketAddress&, MutableBytes datagram) {
    if (datagram.empty()) return;
    client.down.send({mapping, ByteVector(datagram.begin(), datagram.end())},
                     on_the_wire(datagram.size(), v6), now);
  };
  for (int i = 0; i < kReadsPerTurn && mapping->to_server.receive(take); ++i) {
  }
}

std::shared_ptr<Hub::Mapping> Hub::mapping_of(Client& client, Way& way, const SocketAddress& from) {
  if (const auto at = way.mappings.find(from); at != way.mappings.end()) return at->second;
  if (way.mappings.size() == kMostMappings) {
    const auto oldest = std::ranges::min_element(
        way.mappings, {}, [](const auto& entry) { return entry.second->used; });
    loop_.unwatch(oldest->second->to_server.fd());
    way.mappings.erase(oldest);
  }
  // A server on this machine sees its clients come from this machine.
  const IpAddress any{{}, way.server.ip.v6};
  const IpAddress own = way.server.ip.is_loopback() ? way.server.ip : any;
  auto socket = open({own, 0});
  if (!socket) {
    fmt::print(stderr, "parley-link: {}\n", socket.error().to_string());
    return nullptr;
  }
  auto mapping = std::make_shared<Mapping>(way, from, std::move(*socket));
  // Not the pointer that owns it: the loop's handler would keep it alive.
  loop_.watch(mapping->to_server.fd(),
              [this, &client, weak = std::weak_ptr(mapping)](runtime::Loop::Ready) {
                if (const auto alive = weak.lock()) read_mapping(client, alive);
              });
  way.mappings.emplace(from, mapping);
  return mapping;
}

void Hub::forget(Way& way) {
  loop_.unwatch(way.front.fd());
  for (auto& [from, mapping] : way.mappings) loop_.unwatch(mapping->to_server.fd());
}

Time Hub::turn(Time) {
  Time next = kNever;
  for (auto& [id, client] : clients_) {
    deliver(client->down, Side::down);
    deliver(client->up, Side::up);
    next = std::min({next, client->down.next_deadline(), client->up.next_deadline()});
  }
  return next;
}

void Hub::deliver(Direction<Packet>& direction, Side side) {
  const Time now = runtime::monotonic_now();
  while (auto packet = direction.receive(now)) due_.push_back(std::move(*packet));

  // In runs to the same socket: one system call for each.
  std::array<runtime::UdpTrain, 64> run;
  std::size_t length = 0;
  for (std::size_t i = 0; i < due_.size(); ++i) {
    const Packet& packet = due_[i];
    Mapping& mapping = *packet.mapping;
    const SocketAddress& to = side == Side::up ? mapping.way.server : mapping.client;
    run.at(length++) = {to, packet.bytes.size(), packet.bytes};
    const bool ends = i + 1 == due_.size() || due_[i + 1].mapping != packet.mapping;
    if (!ends && length < run.size()) continue;
    (side == Side::up ? mapping.to_server : mapping.way.front).send(std::span(run).first(length));
    length = 0;
  }
  due_.clear();  // Or the last ones would keep their sockets.
}

}  // namespace parley::emulator
