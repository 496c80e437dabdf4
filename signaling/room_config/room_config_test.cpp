#include "signaling/room_config/room_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::signaling {
namespace {

using testing::HasSubstr;

livekit::RoomConfiguration read(std::string_view json) {
  auto config = read_room_config(json, UnknownFields::refused);
  if (!config) ADD_FAILURE() << config.error();
  return config.value_or(livekit::RoomConfiguration());
}

const RoomPresets kPresets{
    {"large", read(R"({"max_participants":200,"empty_timeout":60,"metadata":"L",
                       "agents":[{"agent_name":"notes"}],"tags":{"a":"b"}})")}};

TEST(RoomConfig, IsReadInEitherSpellingAndPrintedBack) {
  for (const char* json : {R"({"emptyTimeout":30,"maxParticipants":4})",
                           R"({"empty_timeout":"30","max_participants":4})"}) {
    EXPECT_EQ(read(json).empty_timeout(), 30u);
    EXPECT_EQ(read(json).max_participants(), 4u);
  }
  EXPECT_EQ(print_room_config(read(R"({"empty_timeout":30})")), R"({"emptyTimeout":30})");
}

TEST(RoomConfig, WhatIsNoneIsSaidToBeNone) {
  for (const char* json :
       {"[]", "7", R"({"emptyTimeout":"soon"})", R"({"emptyTimeout":-1})", R"({"agents":7})"}) {
    const auto config = read_room_config(json, UnknownFields::ignored);
    ASSERT_FALSE(config) << json;
    EXPECT_THAT(config.error(), HasSubstr("is no RoomConfiguration")) << json;
  }
}

TEST(RoomConfig, AFieldOfTomorrowIsIgnoredInATokenAndRefusedInAFile) {
  constexpr auto kJson = R"({"later":1})";
  EXPECT_TRUE(read_room_config(kJson, UnknownFields::ignored));
  const auto refused = read_room_config(kJson, UnknownFields::refused);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("later"));
}

TEST(RoomConfig, WhatATokenSaysItselfCountsMoreThanItsPreset) {
  const auto both = resolve(read(R"({"max_participants":3})"), "large", kPresets);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->max_participants(), 3u);
  EXPECT_EQ(both->empty_timeout(), 60u);
  EXPECT_EQ(both->metadata(), "L");
  EXPECT_EQ(both->agents(0).agent_name(), "notes");
  EXPECT_EQ(resolve({}, "", kPresets)->ByteSizeLong(), 0u) << "nothing was said";
}

TEST(RoomConfig, APresetThatNobodyConfiguredIsNamed) {
  EXPECT_THAT(resolve({}, "small", kPresets).error(), HasSubstr("no room preset named small"));
  livekit::CreateRoomRequest request;
  request.set_room_preset("small");
  EXPECT_THAT(apply_preset(request, kPresets).error(), HasSubstr("small"));
}

TEST(RoomConfig, CreateRoomTakesFromThePresetWhatItLeavesOpen) {
  livekit::CreateRoomRequest request;
  request.set_metadata("mine");
  ASSERT_TRUE(apply_preset(request, kPresets));
  EXPECT_EQ(request.max_participants(), 0u) << "no preset was asked for";
  request.set_room_preset("large");
  ASSERT_TRUE(apply_preset(request, kPresets));
  EXPECT_EQ(request.max_participants(), 200u);
  EXPECT_EQ(request.metadata(), "mine");
  EXPECT_EQ(request.agents_size(), 1);
}

}  // namespace
}  // namespace parley::signaling
