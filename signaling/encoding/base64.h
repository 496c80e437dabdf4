#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace parley::signaling {

/// RFC 4648 section 5, without padding: what a JWT is made of.
std::string base64url_encode(ByteView bytes);

/// RFC 4648 section 5, no padding, no other alphabet, no stray bits at the end: a token has one
/// spelling.
std::optional<ByteVector> base64url_decode_strict(std::string_view text);

/// Either alphabet, padded or not: what the SDKs put into `join_request` and `attributes` differs.
std::optional<ByteVector> base64_decode_any(std::string_view text);

}  // namespace parley::signaling
