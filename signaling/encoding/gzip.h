#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "base/bytes.h"

namespace parley::signaling {

enum class GzipError : std::uint8_t {
  malformed,  ///< Not a gzip member, or cut short, or with a wrong checksum.
  too_large,  ///< Would unpack to more than the limit: not unpacked further.
};

/// Unpacks exactly one gzip member (RFC 1952).
std::expected<ByteVector, GzipError> gunzip(ByteView packed, std::size_t limit);
/// For tests and tools.
ByteVector gzip(ByteView plain);

}  // namespace parley::signaling
