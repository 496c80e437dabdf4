#include "media/pipe/mesh.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "media/packet/pool.h"

namespace parley::media {
namespace {

PacketRef packet(PacketPool& pool, std::uint64_t stream, std::string_view payload,
                 std::string_view descriptor = {}) {
  PacketDraft draft = pool.draft();
  draft.facts().stream = StreamId(stream);
  EXPECT_TRUE(draft.set_bytes(as_bytes(payload), as_bytes(descriptor)));
  return std::move(draft).freeze();
}

struct Seen {
  std::vector<std::string> messages;
  std::vector<std::string> packets;
};

Seen drain(Mesh& mesh, ShardIndex shard) {
  Seen out;
  mesh.drain(
      shard,
      [&](ShardIndex from, const PipeMessage& message) {
        const auto* wanted = std::get_if<PipeWanted>(&message);
        out.messages.push_back(std::to_string(from) + ":" +
                               (wanted ? std::to_string(wanted->stream.value()) : "other"));
      },
      [&](const PipedPacket& one) {
        out.packets.push_back(std::to_string(one.facts.stream.value()) + ":" +
                              std::string(as_chars(one.payload)) + "/" +
                              std::string(as_chars(one.dependency_descriptor)));
      });
  return out;
}

using Strings = std::vector<std::string>;

TEST(Mesh, CarriesNothingBeforeTheTurnHasEnded) {
  Mesh mesh(3);
  PacketPool pool;
  mesh.of(0).send(2, PipeWanted{StreamId(7)});
  mesh.of(0).send(2, *packet(pool, 7, "one", "d"));
  EXPECT_TRUE(drain(mesh, 2).packets.empty());
  mesh.flush(0);
  const Seen seen = drain(mesh, 2);
  EXPECT_EQ(seen.messages, Strings{"0:7"});
  EXPECT_EQ(seen.packets, Strings{"7:one/d"});
  EXPECT_TRUE(drain(mesh, 2).packets.empty()) << "once";
  EXPECT_TRUE(drain(mesh, 1).packets.empty()) << "not theirs";
  EXPECT_EQ(pool.in_use(), 0u) << "the sender's slots are the sender's again";
}

TEST(Mesh, JoinsWhatSeveralSendersAndTurnsHaveForOne) {
  Mesh mesh(3);
  PacketPool pool;
  mesh.of(0).send(2, *packet(pool, 1, "a"));
  mesh.flush(0);
  mesh.of(1).send(2, *packet(pool, 2, "bb", "x"));
  mesh.of(1).send(2, PipeEnded{StreamId(2)});
  mesh.flush(1);
  mesh.of(0).send(2, *packet(pool, 1, "ccc"));
  mesh.flush(0);
  const Seen seen = drain(mesh, 2);
  EXPECT_EQ(seen.packets, (Strings{"1:a/", "2:bb/x", "1:ccc/"}));
  EXPECT_EQ(seen.messages, Strings{"1:other"});
}

TEST(Mesh, WakesOnceForWhatWaits) {
  Mesh mesh(2);
  int woken = 0;
  mesh.on_mail(1, [&] { ++woken; });
  for (int i = 0; i < 3; ++i) {
    mesh.of(0).send(1, PipeWanted{StreamId(1)});
    mesh.flush(0);
  }
  EXPECT_EQ(woken, 1);
  drain(mesh, 1);
  mesh.flush(0);
  EXPECT_EQ(woken, 1) << "there was nothing";
  mesh.of(0).send(1, PipeWanted{StreamId(1)});
  mesh.flush(0);
  EXPECT_EQ(woken, 2);
}

TEST(Mesh, LosesPacketsButNoMessagesWhenNobodyReads) {
  Mesh mesh(2);
  PacketPool pool;
  const std::string large(1400, 'x');
  std::size_t sent = 0;
  for (std::size_t bytes = 0; bytes < Mesh::kMaxBytes + 100 * large.size(); bytes += large.size()) {
    mesh.of(0).send(1, *packet(pool, 1, large));
    mesh.of(0).send(1, PipeWanted{StreamId(1)});
    mesh.flush(0);
    ++sent;
  }
  const Seen seen = drain(mesh, 1);
  EXPECT_EQ(seen.messages.size(), sent);
  EXPECT_LT(seen.packets.size(), sent);
  EXPECT_EQ(seen.packets.size() + mesh.lost(1), sent);
}

// For the thread sanitizer, and for what is lost between two that hurry.
TEST(Mesh, BringsEverythingOverBetweenThreads) {
  constexpr std::uint64_t kEach = 20'000;
  Mesh mesh(3);
  std::atomic<int> woken{0};
  mesh.on_mail(2, [&] { ++woken; });
  const auto sender = [&](ShardIndex self) {
    PacketPool pool;
    for (std::uint64_t i = 0; i < kEach; ++i) {
      mesh.of(self).send(2, *packet(pool, self, std::to_string(i)));
      if (i % 7 == 0) mesh.flush(self);
    }
    mesh.flush(self);
  };
  std::jthread first(sender, ShardIndex{0});
  std::jthread second(sender, ShardIndex{1});
  std::vector<std::uint64_t> next(2);
  while (next[0] < kEach || next[1] < kEach) {
    mesh.drain(
        2, [](ShardIndex, const PipeMessage&) {},
        [&](const PipedPacket& one) {
          std::uint64_t& expected = next[one.facts.stream.value()];
          EXPECT_EQ(as_chars(one.payload), std::to_string(expected));
          ++expected;
        });
  }
  EXPECT_GT(woken, 0);
  EXPECT_EQ(mesh.lost(2), 0u);
}

}  // namespace
}  // namespace parley::media
