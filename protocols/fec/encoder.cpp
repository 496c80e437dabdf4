#include "protocols/fec/encoder.h"

#include <algorithm>

namespace parley::fec {

void Encoder::set_each(std::size_t packets) {
  each_ = std::clamp<std::size_t>(packets, 1, kMostEach);
}

void Encoder::add(std::uint64_t index, ByteView header, ByteView payload, bool ends_picture,
                  bool key) {
  if (due_ != 0) restart();  // Nobody has asked for what was due.
  if (index <= newest_) return;
  newest_ = index;
  // What was left out before us, or stands still for a while, ends a block unprotected.
  if (packets_ != 0 && index - base_ >= Repair::kMaxSpan) restart();
  if (packets_ == 0) base_ = index;
  if (columns_[packets_ % kColumns].add(index - base_, header, payload)) ++packets_;
  key_ = key_ || key;
  if (ends_picture) ++pictures_;

  // Without a key picture nothing goes on.
  const std::size_t each = key_ ? (each_ + 1) / 2 : each_;
  const bool enough = packets_ >= each || pictures_ >= kMaxPictures || key_ || goes_on_;
  if (packets_ >= kColumns * each || (ends_picture && enough)) {
    finish(each);
    goes_on_ = !ends_picture;
  } else if (ends_picture) {
    goes_on_ = false;
  }
}

void Encoder::finish(std::size_t each) {
  if (packets_ == 0) return restart();
  due_ = std::min((packets_ + each - 1) / each, kColumns);
  for (std::size_t i = due_; i < kColumns; ++i) columns_[i % due_].fold(columns_[i]);
  next_ = 0;
}

std::size_t Encoder::poll(MutableBytes out, std::uint32_t ssrc) {
  while (next_ < due_) {
    const std::size_t size = columns_[next_++].write(out, ssrc, static_cast<std::uint16_t>(base_));
    if (size != 0) return size;
  }
  if (due_ != 0) restart();
  return 0;
}

void Encoder::restart() {
  for (Repair& column : columns_) column.clear();
  packets_ = pictures_ = 0;
  due_ = next_ = 0;
  key_ = false;
}

}  // namespace parley::fec
