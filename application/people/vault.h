#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/secret.h"

namespace parley::application::people {

/// What the server must be able to read again, and nobody by the database or a backup of it: the
/// secrets of one-time codes. AES-256-GCM under a key that is made from the server's own secret,
/// which is kept in a file and in no table. Immutable; any thread.
class Vault {
 public:
  /// Of any length; from it nothing but the key is made.
  explicit Vault(const Secret& server_secret);

  /// A nonce, then what is sealed. `owner` says whose it is: sealed for one, it opens for no other.
  ByteVector seal(ByteView plain, std::string_view owner, Random& random) const;
  /// nullopt: it was sealed by another key or for somebody else, or is damaged.
  std::optional<ByteVector> open(ByteView sealed, std::string_view owner) const;

 private:
  ByteVector key_;
};

}  // namespace parley::application::people
