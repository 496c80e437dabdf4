// What a warm packet path asks the heap for: nothing, for media and for what is said of it. The
// address sanitizer counts, so that no library's allocation goes unseen; without it there is nobody
// to ask.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "protocols/demux/demux.h"
#include "sim/call.h"

#ifdef __SANITIZE_ADDRESS__
// Of the sanitizer's run time; gcc ships no header for it.
extern "C" {
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                              void (*on_free)(const volatile void*));
void __sanitizer_print_stack_trace();
}
#endif

namespace parley::sim {
namespace {

thread_local bool counting = false;
[[maybe_unused]] thread_local std::size_t allocations = 0;

#ifdef __SANITIZE_ADDRESS__
void on_allocation(const volatile void*, std::size_t) {
  if (!counting) return;
  counting = false;
  if (allocations++ == 0) __sanitizer_print_stack_trace();  // Whose it is.
  counting = true;
}
void on_free(const volatile void*) {}
#endif

/// Keeps what the shard sends, in room that is there already.
class Kept final : public media::TrainSender {
 public:
  struct Piece {
    media::Path path;
    std::size_t segment = 0;
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  Kept() : bytes_(8 * 1024 * 1024) { pieces_.reserve(16384); }

  void send(std::span<const media::Train> trains) override {
    for (const media::Train& train : trains) {
      ASSERT_LE(used_ + train.bytes.size(), bytes_.size());
      std::memcpy(bytes_.data() + used_, train.bytes.data(), train.bytes.size());
      pieces_.push_back({train.path, train.segment, used_, train.bytes.size()});
      used_ += train.bytes.size();
    }
  }

  template <typename Use>
  void take(Use&& use) {
    for (const Piece& piece : pieces_) {
      for (std::size_t at = 0; at < piece.size; at += piece.segment) {
        use(piece.path,
            ByteView(bytes_).subspan(piece.begin + at, std::min(piece.segment, piece.size - at)));
      }
    }
    pieces_.clear();
    used_ = 0;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<Piece> pieces_;
  std::size_t used_ = 0;
};

/// A call without a network between its ends: a datagram that was sent is there.
class Counted {
 public:
  explicit Counted(Call& call) : call_(call) {}

  /// One millisecond: what clients have sent goes through the shard, with counting, and on to
  /// clients. Every `loss`th datagram of media to them is lost.
  void step(std::size_t loss) {
    std::vector<Datagram> arrived;
    for (const auto& peer : call_.peers) {
      while (auto datagram = peer->client.poll()) arrived.push_back(std::move(*datagram));
    }
    std::vector<media::Datagram> batch;
    std::vector<media::Datagram> checks;  // A few a second, and OpenSSL allocates for their HMAC.
    for (Datagram& datagram : arrived) {
      const demux::Kind kind = demux::classify(datagram.bytes);
      const bool is_media = kind == demux::Kind::rtp || kind == demux::Kind::rtcp;
      (is_media ? batch : checks).push_back({datagram.path, datagram.bytes});
    }

    counting = true;
    call_.shard.on_datagrams(batch, call_.now);
    counting = false;
    call_.shard.on_datagrams(checks, call_.now);
    // Ticks, which tell control what they find, are not the packets' path.
    if (call_.shard.next_deadline() <= call_.now) call_.shard.on_deadline(call_.now);
    counting = true;
    call_.shard.flush(kept_, call_.now);
    counting = false;

    kept_.take([&](const media::Path& path, ByteView datagram) {
      if (datagram.size() > 500 && ++sent_ % loss == 0) return;
      for (const auto& peer : call_.peers) {
        if (!(peer->path == path)) continue;
        ByteVector copy = to_vector(datagram);
        peer->client.receive(path, copy, call_.now);
      }
    });
    for (const auto& peer : call_.peers) act(*peer);
    call_.now += 1ms;
  }

 private:
  void act(Call::Peer& peer) {
    if (peer.client.next_deadline() <= call_.now) peer.client.on_deadline(call_.now);
    while (const auto packet = peer.client.poll_rtp()) {
      for (const auto& sink : peer.sinks) sink->on_rtp(*packet, call_.now);
    }
    while (const auto compound = peer.client.poll_rtcp()) {
      if (peer.source) peer.source->on_rtcp(*compound);
      for (const auto& sink : peer.sinks) sink->on_rtcp(*compound, call_.now);
    }
    if (peer.source) peer.source->advance(call_.now);
    for (const auto& sink : peer.sinks) sink->advance(call_.now);
  }

  Call& call_;
  Kept kept_;
  std::size_t sent_ = 0;
};

TEST(AllocationSim, AWarmPacketPathMakesNone) {
#ifndef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "counted by the address sanitizer, which this build is without";
#else
  static const int installed = __sanitizer_install_malloc_and_free_hooks(on_allocation, on_free);
  ASSERT_NE(installed, 0);
  World world;
  Call call(world, 11);
  Call::Peer& publisher = call.join({});
  const media::StreamId stream = call.publish(publisher, 3);
  constexpr std::uint64_t kWatchers = 8;
  for (std::uint64_t i = 1; i <= kWatchers; ++i) {
    call.watch(call.join({}), stream, media::SubscriptionId(i));
  }
  call.run(5s);
  Counted counted(call);
  // The same as what is counted, so that pools, queues and rings have what they need.
  for (int i = 0; i < 6'000; ++i) counted.step(50);
  const media::ShardCounters before = call.shard.counters();
  allocations = 0;
  for (int i = 0; i < 4'000; ++i) counted.step(50);

  EXPECT_EQ(allocations, 0u);
  // All of the path was walked: packets, feedback, and packets that were asked for again.
  const media::ShardCounters after = call.shard.counters();
  EXPECT_GT(after.media_out - before.media_out, kWatchers * 500);
  EXPECT_GT(after.resent - before.resent, kWatchers * 5);
#endif
}

}  // namespace
}  // namespace parley::sim
