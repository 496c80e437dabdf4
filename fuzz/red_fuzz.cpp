#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "protocols/codec/red.h"

// The blocks use up the payload, the primary one comes last, and all can be written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const auto red = codec::Red::parse({data, size});
  if (!red) return 0;
  codec::RedBlock block;
  std::size_t blocks = 0;
  std::size_t bytes = 1;
  for (auto cursor = red->blocks(); cursor.next(block); ++blocks) {
    bytes += block.payload.size() + (block.primary ? 0 : 4);
  }
  PARLEY_ASSERT(bytes == size && block.primary && blocks <= codec::Red::kMaxBlocks);
  PARLEY_ASSERT(block.payload.data() == red->primary().payload.data());

  // What was read can be written, and is the same again.
  std::vector<codec::RedBlock> all;
  for (auto cursor = red->blocks(); cursor.next(block);) all.push_back(block);
  ByteVector again(size);
  PARLEY_ASSERT(codec::write_red(again, all) == size);
  PARLEY_ASSERT(std::equal(again.begin(), again.end(), data));
  return 0;
}
