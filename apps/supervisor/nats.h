#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "base/random.h"
#include "base/secret.h"
#include "runtime/fd.h"

namespace parley::apps {

std::optional<std::string> find_nats_server();

/// A nats-server of our own: on loopback, with a token that only our children know.
struct LocalNats {
  std::string executable;
  std::filesystem::path config_file;
  std::string url;
  Secret token;
  runtime::Fd lock;  ///< Nobody else uses the folder as long as this is open.
};

/// Makes folder and configuration. `port` 0: a free one. The error is a sentence.
std::expected<LocalNats, std::string> prepare_nats(const std::filesystem::path& folder,
                                                   std::uint16_t port, Random& random);

}  // namespace parley::apps
