#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::load {

/// Where a server's signaling is.
struct Url {
  bool tls = false;
  std::string host;
  std::string port;
  std::string path;  ///< What comes before "/rtc"; no slash at its end.
};

/// "ws://localhost:7880", "wss://example.org/somewhere"; http and https mean the same.
std::optional<Url> parse_url(std::string_view text);

}  // namespace parley::load
