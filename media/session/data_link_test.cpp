#include "media/session/data_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::media {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DataLinkTest : public testing::Test, public ShardPort {
 protected:
  void post(Command command) override {
    const auto* data = std::get_if<SendData>(&command);
    ASSERT_NE(data, nullptr);
    sent_.emplace_back(data->payload->begin(), data->payload->end());
  }

  static DataMessage message(std::string_view text, std::uint32_t sequence = 0,
                             std::string_view publisher = "PA_ann",
                             Channel channel = Channel::reliable) {
    return {channel, std::make_shared<const std::vector<std::uint8_t>>(text.begin(), text.end()),
            std::string(publisher), sequence};
  }
  void client_has(std::string_view publisher, std::uint32_t sequence) {
    livekit::SyncState state;
    auto& receive = *state.add_datachannel_receive_states();
    receive.set_publisher_sid(std::string(publisher));
    receive.set_last_seq(sequence);
    link_.replay(state.datachannel_receive_states(), now_);
  }
  std::vector<std::string> taken() { return std::exchange(sent_, {}); }

  const TransportId transport_{7};
  Time now_{};
  std::vector<std::string> sent_;
  DataLink link_{*this};
};

TEST_F(DataLinkTest, WhatComesBeforeTheChannelIsOpenWaitsForAMomentAndKeepsItsOrder) {
  link_.deliver(message("old"), now_);
  now_ += DataLink::kHoldFor - 500ms;
  link_.deliver(message("one"), now_);
  link_.deliver(message("two"), now_);
  link_.deliver(message("lossy", 0, "", Channel::lossy), now_);
  EXPECT_THAT(taken(), IsEmpty());
  now_ += 600ms;
  link_.on_opened(transport_, Channel::reliable, now_);
  EXPECT_THAT(taken(), ElementsAre("one", "two"));
}

TEST_F(DataLinkTest, WhoComesBackGetsWhatCameAfterItsLastMessageOfEachPublisher) {
  link_.on_opened(transport_, Channel::reliable, now_);
  for (std::uint32_t i = 1; i <= 3; ++i) {
    link_.deliver(message("ann" + std::to_string(i), i), now_);
    link_.deliver(message("bob" + std::to_string(i), i, "PA_bob"), now_);
  }
  taken();
  client_has("PA_ann", 1);
  EXPECT_THAT(taken(), ElementsAre("ann2", "ann3"));
  client_has("PA_bob", 3);
  client_has("PA_cid", 0);
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(DataLinkTest, WhatIsRememberedForThatEndsByAgeAndBySize) {
  link_.on_opened(transport_, Channel::reliable, now_);
  link_.deliver(message("stale", 1), now_);
  now_ += DataLink::kRemember + 1s;
  client_has("PA_ann", 0);
  taken();
  const std::string large(DataLink::kMaxSentBytes / 2, 'x');
  for (std::uint32_t i = 2; i <= 6; ++i) link_.deliver(message(large, i), now_);
  taken();
  client_has("PA_ann", 0);
  EXPECT_EQ(taken().size(), 2u);
  link_.deliver(message(std::string(2 * DataLink::kMaxSentBytes, 'x'), 7), now_);
  taken();
  client_has("PA_ann", 0);
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(DataLinkTest, AMessageThatTheClientSendsAgainIsTakenOnce) {
  EXPECT_TRUE(link_.accept(1));
  EXPECT_TRUE(link_.accept(2));
  EXPECT_FALSE(link_.accept(1));
  EXPECT_FALSE(link_.accept(2));
  EXPECT_TRUE(link_.accept(0));
  EXPECT_TRUE(link_.accept(0));
  EXPECT_EQ(link_.last_accepted(), 2u);
}

}  // namespace
}  // namespace parley::media
