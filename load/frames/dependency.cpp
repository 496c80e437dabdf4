#include "load/frames/dependency.h"

#include <algorithm>

namespace parley::load {
namespace {

/// Most significant bit first, as the descriptor's syntax tables are written.
class BitWriter {
 public:
  explicit BitWriter(MutableBytes out) : out_(out) { std::ranges::fill(out_, std::uint8_t{0}); }

  BitWriter& bits(std::size_t count, std::uint32_t value) {
    for (; count > 0; --count, ++at_) {
      const std::uint32_t bit = value >> (count - 1) & 1;
      out_[at_ / 8] = static_cast<std::uint8_t>(out_[at_ / 8] | bit << (7 - at_ % 8));
    }
    return *this;
  }
  std::size_t size() const { return (at_ + 7) / 8; }

 private:
  MutableBytes out_;
  std::size_t at_ = 0;
};

}  // namespace

std::size_t write_dependency_descriptor(MutableBytes out, bool first_in_frame, bool last_in_frame,
                                        bool keyframe, std::uint16_t frame,
                                        const codec::Resolution& resolution) {
  BitWriter bits(out.first(kMaxDependencyDescriptor));
  // Template 0 is the key frame's, 1 that of the others.
  bits.bits(1, first_in_frame).bits(1, last_in_frame).bits(6, keyframe ? 0 : 1).bits(16, frame);
  if (!keyframe || !first_in_frame) return bits.size();
  bits.bits(5, 0b10000);                  // The structure; nothing else of the frame's own.
  bits.bits(6, 0).bits(5, 0);             // Templates begin at 0; one decode target.
  bits.bits(2, 0).bits(2, 3);             // Two templates of the same layer.
  bits.bits(2, 2).bits(2, 3);             // A switching point; then frames that are needed.
  bits.bits(1, 0);                        // The key frame refers to nothing,
  bits.bits(1, 1).bits(4, 0).bits(1, 0);  // the others to the one before.
  bits.bits(1, 1);                        // One chain: ns(2), and it protects the target: ns(1).
  bits.bits(4, 0).bits(4, 1);
  bits.bits(1, 1).bits(16, resolution.width - 1u).bits(16, resolution.height - 1u);
  return bits.size();
}

}  // namespace parley::load
