#include "protocols/ice/framing.h"

#include <algorithm>

namespace parley::ice {

std::optional<MutableBytes> Deframer::next(MutableBytes& stream) {
  if (delivered_) {
    delivered_ = false;
    held_ = 0;
  }
  while (!broken_ && !stream.empty()) {
    if (held_ == 0) {
      // The common case: whole frames, handed out where they lie.
      if (stream.size() >= kFrameHeader) {
        const std::size_t size = load_be16(stream.data());
        if (size > kMaxFrame) break;
        if (stream.size() - kFrameHeader >= size) {
          const MutableBytes frame = stream.subspan(kFrameHeader, size);
          stream = stream.subspan(kFrameHeader + size);
          if (!frame.empty()) return frame;
          continue;
        }
      }
      if (!partial_) partial_ = std::make_unique<Buffer>();
    }
    if (held_ < kFrameHeader) {
      take(stream, kFrameHeader - held_);
      if (held_ < kFrameHeader) return std::nullopt;
    }
    const std::size_t size = load_be16(partial_->data());
    if (size > kMaxFrame) break;
    take(stream, kFrameHeader + size - held_);
    if (held_ < kFrameHeader + size) return std::nullopt;
    if (size > 0) {
      delivered_ = true;
      return MutableBytes(*partial_).subspan(kFrameHeader, size);
    }
    held_ = 0;
  }
  if (!stream.empty()) broken_ = true;
  stream = {};
  return std::nullopt;
}

void Deframer::take(MutableBytes& stream, std::size_t wanted) {
  const std::size_t size = std::min(wanted, stream.size());
  std::copy_n(stream.begin(), size, partial_->begin() + static_cast<std::ptrdiff_t>(held_));
  held_ += size;
  stream = stream.subspan(size);
}

}  // namespace parley::ice
