#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "media/pipe/pipe.h"

namespace parley::media {

/// All pipes of a node. A shard collects what it has for each other in the course of a turn and
/// hands it over at its end: one lock and, if the other sleeps, one wake for a pair of shards and a
/// turn, however many packets. Packets are copied into the batch and out of it into the pool of
/// the shard that sends them on, so that no reference count is shared between cores.
///
///  owner    the node's process; outlives its shards
///  thread   `of(i)`, `flush(i)` and `drain(i)`: that shard's; `on_mail`: before any thread starts
///  bounded  kMaxBytes of packets wait for a shard, beyond that they are dropped and counted;
///           messages are few: a handful for each stream, and keyframe requests are rationed
class Mesh {
 public:
  static constexpr std::size_t kMaxBytes = 8 * 1024 * 1024;

  explicit Mesh(std::size_t shards);
  ~Mesh();

  std::size_t size() const { return inboxes_.size(); }
  Pipes& of(ShardIndex shard);
  /// Called by other threads when something has come for `shard` and nothing had before.
  void on_mail(ShardIndex shard, std::function<void()> wake);

  /// What `shard` has sent since the last time is on its way.
  void flush(ShardIndex shard);

  /// Something has come that was not taken yet.
  bool has_mail(ShardIndex shard) const;
  /// Takes what has come: `message(ShardIndex from, const PipeMessage&)` for each, then
  /// `packet(const PipedPacket&)`.
  template <typename OnMessage, typename OnPacket>
  void drain(ShardIndex shard, OnMessage&& message, OnPacket&& packet) {
    const Batch* const batch = take(shard);
    if (batch == nullptr) return;
    for (const auto& [from, one] : batch->messages) message(from, one);
    for (const Entry& one : batch->packets) {
      const ByteView bytes = ByteView(batch->bytes).subspan(one.offset);
      packet(PipedPacket{one.facts, bytes.first(one.payload),
                         bytes.subspan(one.payload, one.descriptor)});
    }
    done(shard);
  }

  /// Packets for `shard` that found no room.
  std::uint64_t lost(ShardIndex shard) const;

 private:
  struct Entry {
    PacketFacts facts;
    std::size_t offset = 0;
    std::uint16_t payload = 0;
    std::uint16_t descriptor = 0;
  };
  struct Batch {
    std::vector<std::pair<ShardIndex, PipeMessage>> messages;
    std::vector<Entry> packets;
    std::vector<std::uint8_t> bytes;

    bool empty() const { return messages.empty() && packets.empty(); }
    void clear();
    void append(Batch& other);
  };
  class End;
  struct Inbox;

  const Batch* take(ShardIndex shard);
  void done(ShardIndex shard);

  std::vector<std::unique_ptr<End>> ends_;
  std::vector<std::unique_ptr<Inbox>> inboxes_;
};

}  // namespace parley::media
