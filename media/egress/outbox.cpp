#include "media/egress/outbox.h"

#include "base/assert.h"

namespace parley::media {

Outbox::Outbox() : bytes_(kBytes) { trains_.reserve(kMaxTrains); }

bool Outbox::has_room(std::size_t size) const {
  return trains_.size() < kMaxTrains && kBytes - used_ >= size;
}

MutableBytes Outbox::reserve(std::size_t size) {
  PARLEY_ASSERT(has_room(size));
  reserved_ = true;
  return MutableBytes(bytes_).subspan(used_, size);
}

void Outbox::commit(const Path& path, std::size_t size) {
  PARLEY_ASSERT(reserved_ && size > 0 && size <= kBytes - used_);
  reserved_ = false;
  if (joins_newest(path, size)) {
    Train& train = trains_.back();
    train.bytes = ByteView(train.bytes.data(), train.bytes.size() + size);
  } else {
    trains_.push_back({path, size, ByteView(bytes_).subspan(used_, size)});
  }
  used_ += size;
}

bool Outbox::joins_newest(const Path& path, std::size_t size) const {
  if (trains_.empty()) return false;
  const Train& train = trains_.back();
  return size <= train.segment &&
         train.bytes.size() % train.segment == 0 &&  // A shorter datagram ends a train.
         train.bytes.size() / train.segment < kMaxSegments &&
         train.bytes.size() + size <= kMaxTrainBytes && train.path == path;
}

void Outbox::send(TrainSender& sender) {
  if (trains_.empty()) return;
  sender.send(trains_);
  trains_.clear();
  used_ = 0;
}

}  // namespace parley::media
