#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "signaling/token/token.h"

namespace parley::apps {

/// What `parley token create` was asked for, as it was typed.
struct TokenRequest {
  std::string room{};
  std::string identity{};  ///< Empty: made up.
  std::string name{};
  std::string metadata{};
  std::vector<std::string> attributes{};  ///< key=value
  std::string kind = "standard";
  std::string valid_for = "6h";
  std::vector<std::string> sources{};  ///< camera, microphone, screen_share, screen_share_audio
  bool can_publish = true;
  bool can_subscribe = true;
  std::optional<bool> can_publish_data{};  ///< Not said: like can_publish.
  bool can_update_own_metadata = false;
  bool admin = false;
  bool hidden = false;
};

/// The token, or what is wrong with the request.
std::expected<std::string, std::string> create_token(const TokenRequest& request,
                                                     const signaling::ApiKey& key, Random& random,
                                                     WallTime now);

}  // namespace parley::apps
