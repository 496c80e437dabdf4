#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "runtime/fd.h"

namespace parley::bench {

/// Questions and answers as JSON over a Unix socket of a server, which answers within milliseconds:
/// all of it blocks.
class JsonSocket {
 public:
  /// How messages are kept apart.
  enum class Framing : std::uint8_t { packets, lines };

  explicit JsonSocket(Framing framing) : framing_(framing) {}

  bool connect(const std::string& path);
  bool send(const nlohmann::json& message);
  /// Null if none came within five seconds.
  nlohmann::json receive();

 private:
  Framing framing_;
  runtime::Fd socket_;
};

}  // namespace parley::bench
