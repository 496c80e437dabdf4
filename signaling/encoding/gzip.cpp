#include "signaling/encoding/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace parley::signaling {
namespace {

constexpr int kGzipOnly = 15 + 16;  // zlib.h: window bits 15, gzip wrapper

}  // namespace

std::expected<ByteVector, GzipError> gunzip(ByteView packed, std::size_t limit) {
  z_stream stream{};
  PARLEY_ASSERT(inflateInit2(&stream, kGzipOnly) == Z_OK);
  stream.next_in = const_cast<Bytef*>(packed.data());  // zlib is not const-correct
  stream.avail_in = static_cast<uInt>(packed.size());

  ByteVector out;
  std::array<std::uint8_t, 16384> block{};
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = block.data();
    stream.avail_out = block.size();
    result = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = block.size() - stream.avail_out;
    if (got > limit - out.size()) {
      inflateEnd(&stream);
      return std::unexpected(GzipError::too_large);
    }
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(got));
  }
  const bool whole = result == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!whole) return std::unexpected(GzipError::malformed);
  return out;
}

ByteVector gzip(ByteView plain) {
  z_stream stream{};
  PARLEY_ASSERT(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipOnly, 8, Z_DEFAULT_STRATEGY) ==
                Z_OK);
  ByteVector out(deflateBound(&stream, static_cast<uLong>(plain.size())) + 32);
  stream.next_in = const_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  PARLEY_ASSERT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace parley::signaling
