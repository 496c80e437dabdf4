#include "signaling/session/frames.h"

#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <string>

// JSON and binary frames as clients send them: conversation_test.cpp.
namespace parley::signaling {
namespace {

livekit::JoinResponse others(int count) {
  livekit::JoinResponse out;
  for (int i = 0; i < count; ++i)
    out.add_other_participants()->set_identity("watcher-" + std::to_string(i));
  return out;
}

TEST(Frames, AnInnerMessageIsExtendedWithoutBeingRead) {
  livekit::SignalResponse response;
  response.mutable_join()->set_server_version("1");
  response.mutable_join()->add_ice_servers()->set_username("ann");
  // Of lengths that take one byte, two and three.
  for (const int count : {0, 1, 20, 2000}) {
    const std::string bytes =
        extended(response.SerializeAsString(), others(count).SerializeAsString());
    livekit::SignalResponse read;
    ASSERT_TRUE(read.ParseFromString(bytes));
    EXPECT_EQ(read.join().server_version(), "1");
    EXPECT_EQ(read.join().ice_servers_size(), 1);
    EXPECT_EQ(read.join().other_participants_size(), count);
    // Some clients take the second of two for the whole: there is one.
    google::protobuf::UnknownFieldSet fields;
    ASSERT_TRUE(fields.ParseFromString(bytes));
    EXPECT_EQ(fields.field_count(), 1);
  }
}

TEST(Frames, WhatIsNoSingleMessageStaysAsItIs) {
  const std::string more = others(1).SerializeAsString();
  const std::string cut_short{'\x0a', 5, 'a', 'b'};
  const std::string with_more_behind{'\x0a', 1, 'a', 'b', 'c'};
  const std::string a_number{'\x08', 1};
  const std::string noise{'\xff', '\xff', '\xff'};
  for (const auto& bytes : {std::string(), cut_short, with_more_behind, a_number, noise}) {
    EXPECT_EQ(extended(bytes, more), bytes);
  }
}

}  // namespace
}  // namespace parley::signaling
