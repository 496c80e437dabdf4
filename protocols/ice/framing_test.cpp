#include "protocols/ice/framing.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace parley::ice {
namespace {

ByteVector framed(std::string_view text) {
  ByteVector bytes(kFrameHeader);
  store_be16(bytes.data(), static_cast<std::uint16_t>(text.size()));
  for (const char c : text) bytes.push_back(static_cast<std::uint8_t>(c));
  return bytes;
}

std::vector<std::string> feed(Deframer& deframer, ByteVector bytes) {
  std::vector<std::string> frames;
  MutableBytes stream(bytes);
  while (const auto frame = deframer.next(stream)) frames.emplace_back(as_chars(*frame));
  EXPECT_TRUE(stream.empty());
  return frames;
}

TEST(Deframer, HandsOutWholeFramesWhereTheyLie) {
  Deframer deframer;
  ByteVector bytes = framed("one");
  for (const std::uint8_t byte : framed("two")) bytes.push_back(byte);
  MutableBytes stream(bytes);
  const auto first = deframer.next(stream);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->data(), bytes.data() + kFrameHeader);
  EXPECT_EQ(as_chars(*deframer.next(stream)), "two");
  EXPECT_FALSE(deframer.next(stream));
  EXPECT_FALSE(deframer.broken());
}

TEST(Deframer, PutsFramesTogetherHoweverTheyAreCut) {
  ByteVector bytes;
  std::vector<std::string> expected;
  for (int i = 0; i < 20; ++i) {
    const std::string text(static_cast<std::size_t>(i * 37 % 400), static_cast<char>('a' + i));
    for (const std::uint8_t byte : framed(text)) bytes.push_back(byte);
    if (!text.empty()) expected.push_back(text);
  }
  SeededRandom random(7);
  for (int round = 0; round < 200; ++round) {
    Deframer deframer;
    std::vector<std::string> frames;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size =
          std::min(bytes.size() - at, std::size_t{1} + random.below(round < 100 ? 5 : 700));
      const auto piece = ByteView(bytes).subspan(at, size);
      for (auto& frame : feed(deframer, to_vector(piece))) frames.push_back(std::move(frame));
      at += size;
    }
    EXPECT_EQ(frames, expected);
  }
}

TEST(Deframer, BreaksForGoodOnAFrameThatIsTooLong) {
  for (const std::size_t cut : {std::size_t{1}, std::size_t{2}, std::size_t{10}}) {
    Deframer deframer;
    ByteVector bytes = framed(std::string(Deframer::kMaxFrame + 1, 'x'));
    ByteVector rest(bytes.begin() + static_cast<std::ptrdiff_t>(cut), bytes.end());
    bytes.resize(cut);
    EXPECT_TRUE(feed(deframer, bytes).empty());
    EXPECT_TRUE(feed(deframer, rest).empty());
    EXPECT_TRUE(deframer.broken());
    EXPECT_TRUE(feed(deframer, framed("good")).empty());
  }
}

TEST(Deframer, TakesTheLongestFrame) {
  const std::string longest(Deframer::kMaxFrame, 'x');
  Deframer deframer;
  ByteVector bytes = framed(longest);
  const std::uint8_t last = bytes.back();
  bytes.pop_back();
  EXPECT_TRUE(feed(deframer, bytes).empty());
  EXPECT_EQ(feed(deframer, {last}), std::vector{longest});
  EXPECT_EQ(feed(deframer, framed("next")), std::vector<std::string>{"next"});
}

}  // namespace
}  // namespace parley::ice
