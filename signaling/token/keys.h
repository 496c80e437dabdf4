#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace parley::signaling {

/// Who may mint tokens for this server: an id that tokens name as issuer, and the secret it shares.
struct ApiKey {
  std::string id;
  Secret secret;
};

/// All keys, in the order of the configuration: what the server itself signs, it signs with the
/// first.
class KeyRing {
 public:
  KeyRing() = default;
  explicit KeyRing(std::vector<ApiKey> keys) : keys_(std::move(keys)) {}

  const ApiKey* find(std::string_view id) const {
    for (const ApiKey& key : keys_) {
      if (key.id == id) return &key;
    }
    return nullptr;
  }
  const ApiKey* first() const { return keys_.empty() ? nullptr : &keys_.front(); }

 private:
  std::vector<ApiKey> keys_;
};

}  // namespace parley::signaling
