#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/config/config.h"
#include "base/address.h"
#include "base/random.h"
#include "base/secret.h"

namespace parley::apps {

/// coturn's executable, where it is installed.
std::optional<std::string> find_turn_server();

/// A relay of our own.
struct LocalTurn {
  std::string executable;
  std::filesystem::path config_file;
  Secret secret;  ///< For the edge, which makes credentials by it.
};

/// What coturn is told. It relays to `peers` and to nothing else in the world: a relay that reaches
/// more is a door into its operator's network.
std::string turn_server_config(const Config& config, const std::vector<IpAddress>& peers,
                               const Secret& secret, const std::filesystem::path& folder);

/// Makes folder and configuration. The error is a sentence.
std::expected<LocalTurn, std::string> prepare_turn(const Config& config,
                                                   const std::vector<IpAddress>& peers,
                                                   const std::filesystem::path& folder,
                                                   Random& random);

/// Of the many lines that coturn writes, those that an operator must see; those about single
/// clients, with their addresses, are not among them.
bool is_turn_line_worth_showing(std::string_view line);

}  // namespace parley::apps
