#include "media/pipe/mesh.h"

#include <algorithm>
#include <iterator>

#include "base/assert.h"

namespace parley::media {

void Mesh::Batch::clear() {
  messages.clear();
  packets.clear();
  bytes.clear();
}

void Mesh::Batch::append(Batch& other) {
  std::ranges::move(other.messages, std::back_inserter(messages));
  for (Entry& entry : other.packets) {
    packets.push_back(entry);
    packets.back().offset += bytes.size();
  }
  bytes.insert(bytes.end(), other.bytes.begin(), other.bytes.end());
}

/// What is for one shard. Three batches go round: one is filled by each sender, one waits here, one
/// is being read; their memory is used again.
struct Mesh::Inbox {
  std::function<void()> wake;
  std::atomic<bool> pending{false};
  std::atomic<std::uint64_t> lost{0};
  std::mutex mutex;
  Batch waiting;  // under the mutex
  Batch reading;  // the reader's
};

/// What one shard has for the others.
class Mesh::End final : public Pipes {
 public:
  End(ShardIndex self, std::size_t shards) : self_(self), outgoing_(shards) {}

  void send(ShardIndex to, PipeMessage message) override {
    batch_for(to).messages.emplace_back(self_, std::move(message));
  }

  void send(ShardIndex to, const MediaPacket& packet) override {
    Batch& batch = batch_for(to);
    const ByteView payload = packet.payload();
    const ByteView descriptor = packet.dependency_descriptor();
    batch.packets.push_back({.facts = packet.facts(),
                             .offset = batch.bytes.size(),
                             .payload = static_cast<std::uint16_t>(payload.size()),
                             .descriptor = static_cast<std::uint16_t>(descriptor.size())});
    batch.bytes.insert(batch.bytes.end(), payload.begin(), payload.end());
    batch.bytes.insert(batch.bytes.end(), descriptor.begin(), descriptor.end());
  }

  template <typename HandOver>
  void flush(HandOver&& hand_over) {
    for (const ShardIndex to : dirty_) {
      hand_over(to, outgoing_[to]);
      outgoing_[to].clear();
    }
    dirty_.clear();
  }

 private:
  Batch& batch_for(ShardIndex to) {
    PARLEY_ASSERT(to < outgoing_.size() && to != self_);
    Batch& batch = outgoing_[to];
    if (batch.empty()) dirty_.push_back(to);
    return batch;
  }

  ShardIndex self_;
  std::vector<Batch> outgoing_;
  std::vector<ShardIndex> dirty_;
};

Mesh::Mesh(std::size_t shards) {
  for (std::size_t i = 0; i < shards; ++i) {
    ends_.push_back(std::make_unique<End>(static_cast<ShardIndex>(i), shards));
    inboxes_.push_back(std::make_unique<Inbox>());
  }
}

Mesh::~Mesh() = default;

Pipes& Mesh::of(ShardIndex shard) { return *ends_[shard]; }

void Mesh::on_mail(ShardIndex shard, std::function<void()> wake) {
  inboxes_[shard]->wake = std::move(wake);
}

void Mesh::flush(ShardIndex shard) {
  ends_[shard]->flush([&](ShardIndex to, Batch& batch) {
    Inbox& inbox = *inboxes_[to];
    {
      const std::lock_guard lock(inbox.mutex);
      if (inbox.waiting.empty()) {
        std::swap(inbox.waiting, batch);
      } else {
        if (inbox.waiting.bytes.size() + batch.bytes.size() > kMaxBytes) {
          inbox.lost.fetch_add(batch.packets.size(), std::memory_order_relaxed);
          batch.packets.clear();
          batch.bytes.clear();
        }
        inbox.waiting.append(batch);
      }
      if (inbox.pending.exchange(true, std::memory_order_release)) return;
    }
    if (inbox.wake) inbox.wake();
  });
}

bool Mesh::has_mail(ShardIndex shard) const {
  return inboxes_[shard]->pending.load(std::memory_order_acquire);
}

const Mesh::Batch* Mesh::take(ShardIndex shard) {
  if (!has_mail(shard)) return nullptr;
  Inbox& inbox = *inboxes_[shard];
  const std::lock_guard lock(inbox.mutex);
  inbox.pending.store(false, std::memory_order_relaxed);
  std::swap(inbox.reading, inbox.waiting);
  return &inbox.reading;
}

void Mesh::done(ShardIndex shard) { inboxes_[shard]->reading.clear(); }

std::uint64_t Mesh::lost(ShardIndex shard) const {
  return inboxes_[shard]->lost.load(std::memory_order_relaxed);
}

}  // namespace parley::media
