#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/secret.h"

namespace parley::signaling {

/// Who may mint tokens for this server: an id that tokens name as issuer, and the secret it shares.
struct ApiKey {
  std::string id;
  Secret secret;

  bool operator==(const ApiKey&) const = default;
};

/// All keys, in the order of the configuration: what the server itself signs, it signs with the
/// first.
///
///  owner    the process; everybody else holds a reference and asks anew each time
///  thread   the edge's loop: a pointer that `find` or `first` gave is good until the next
///  `replace`,
///           so none is kept over a co_await
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
  /// All at once, while the process runs. There must be one.
  void replace(std::vector<ApiKey> keys) {
    PARLEY_ASSERT(!keys.empty());
    keys_ = std::move(keys);
  }
  bool operator==(const KeyRing&) const = default;
  std::size_t size() const { return keys_.size(); }
  const ApiKey* first() const { return keys_.empty() ? nullptr : &keys_.front(); }

 private:
  std::vector<ApiKey> keys_;
};

}  // namespace parley::signaling
