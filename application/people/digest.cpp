#include "application/people/digest.h"

#include <openssl/sha.h>

namespace parley::application::people {

ByteVector digest(std::string_view text) {
  ByteVector out(SHA256_DIGEST_LENGTH);
  SHA256(as_bytes(text).data(), text.size(), out.data());
  return out;
}

}  // namespace parley::application::people
