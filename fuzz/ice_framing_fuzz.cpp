#include <algorithm>
#include <cstdint>

#include "base/assert.h"
#include "protocols/ice/framing.h"

// However a stream is cut, the same frames come out. First byte: how it is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  if (size == 0) return 0;
  const std::size_t step = data[0] + std::size_t{1};
  const ByteView input(data + 1, size - 1);

  ByteVector at_once;
  {
    ByteVector copy = to_vector(input);
    MutableBytes stream(copy);
    ice::Deframer deframer;
    while (const auto frame = deframer.next(stream)) {
      at_once.insert(at_once.end(), frame->begin(), frame->end());
    }
    PARLEY_ASSERT(stream.empty());
  }
  ByteVector in_pieces;
  ice::Deframer deframer;
  for (std::size_t at = 0; at < input.size(); at += step) {
    ByteVector copy = to_vector(input.subspan(at, std::min(step, input.size() - at)));
    MutableBytes stream(copy);
    while (const auto frame = deframer.next(stream)) {
      PARLEY_ASSERT(!frame->empty() && frame->size() <= ice::Deframer::kMaxFrame);
      in_pieces.insert(in_pieces.end(), frame->begin(), frame->end());
    }
    PARLEY_ASSERT(stream.empty());
  }
  PARLEY_ASSERT(at_once == in_pieces);
  return 0;
}
