#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "emulator/command.h"
#include "emulator/direction.h"
#include "runtime/loop.h"
#include "runtime/udp.h"

namespace parley::emulator {

struct HubConfig {
  std::uint64_t seed = 1;
  std::filesystem::path traces;  ///< Where `follow=NAME` finds NAME.csv.
};

/// All clients with their links and sockets.
///
/// A client has a link in each direction, and ways: ports that stand for ports of the server. Who
/// sends to a way gets a socket of its own towards the server, which so tells connections apart;
/// what the server sends there goes back. All ways of a client share its two links, as all that
/// a household sends shares its line.
///
///  thread    the loop's
///  bounded   256 clients, 64 ways each, 64 sockets each way (the one that was quiet longest goes)
class Hub {
 public:
  Hub(runtime::Loop& loop, HubConfig config);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// Does what a line says; the answer is an object, with `error` if it could not be done.
  nlohmann::ordered_json execute(const Command& command);

  /// Sends what is due; when to come back. For the loop's `on_turn`.
  Time turn(Time now);

 private:
  using Json = nlohmann::ordered_json;
  struct Mapping;
  struct Way;
  struct Packet;
  struct Client;

  Json run(const AddWay& command);
  Json run(const Adjust& command);
  Json run(const Remove& command);
  Json run(const Ask& command);
  Json run(const Quit& command);

  std::expected<Client*, std::string> find(const std::string& id) const;
  std::expected<Client*, std::string> find_or_make(const std::string& id);
  std::expected<std::shared_ptr<const Trace>, std::string> load(const std::string& name) const;
  std::expected<runtime::UdpSocket, runtime::IoError> open(const SocketAddress& bind);

  void read_way(Client& client, Way& way);
  void read_mapping(Client& client, const std::shared_ptr<Mapping>& mapping);
  std::shared_ptr<Mapping> mapping_of(Client& client, Way& way, const SocketAddress& from);
  void deliver(Direction<Packet>& direction, Side side);
  void forget(Way& way);

  runtime::Loop& loop_;
  HubConfig config_;
  std::shared_ptr<std::uint8_t[]> slots_;
  std::map<std::string, std::unique_ptr<Client>> clients_;
  std::vector<Packet> due_;  ///< Its memory is used again.
};

}  // namespace parley::emulator
