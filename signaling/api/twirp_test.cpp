#include "signaling/api/twirp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livekit_room.pb.h"

namespace parley::signaling::twirp {
namespace {

using testing::HasSubstr;

TEST(Twirp, EveryCodeHasTheStatusOfTheSpecification) {
  EXPECT_EQ(http_status(Code::malformed), 400u);
  EXPECT_EQ(http_status(Code::unauthenticated), 401u);
  EXPECT_EQ(http_status(Code::permission_denied), 403u);
  EXPECT_EQ(http_status(Code::bad_route), 404u);
  EXPECT_EQ(http_status(Code::deadline_exceeded), 408u);
  EXPECT_EQ(http_status(Code::failed_precondition), 412u);
  EXPECT_EQ(http_status(Code::unimplemented), 501u);
  EXPECT_EQ(http_status(Code::unavailable), 503u);
  for (int i = 0; i <= static_cast<int>(Code::unavailable); ++i) {
    const auto code = static_cast<Code>(i);
    EXPECT_EQ(code_named(to_string(code)), code);
  }
  EXPECT_EQ(code_named("strange"), Code::internal);
}

TEST(Twirp, TheFormIsByContentTypeWithoutItsParameters) {
  EXPECT_EQ(form_of("application/json"), Form::json);
  EXPECT_EQ(form_of("application/json; charset=utf-8"), Form::json);
  EXPECT_EQ(form_of("application/protobuf"), Form::protobuf);
  EXPECT_EQ(form_of("text/html"), std::nullopt);
  EXPECT_EQ(form_of(""), std::nullopt);
}

TEST(Twirp, BothSpellingsOfJsonAreRead) {
  for (const std::string_view body :
       {R"({"name":"den","emptyTimeout":7})", R"({"name":"den","empty_timeout":7,"new":{}})"}) {
    livekit::CreateRoomRequest request;
    ASSERT_TRUE(read(body, Form::json, request)) << body;
    EXPECT_EQ(request.empty_timeout(), 7u);
  }
  livekit::CreateRoomRequest request;
  const auto wrong = read(R"({"emptyTimeout":"soon"})", Form::json, request);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::malformed);
  EXPECT_THAT(wrong.error().text, HasSubstr("livekit.CreateRoomRequest"));
}

TEST(Twirp, AnswersAreWrittenAsLiveKitWritesThem) {
  livekit::Room room;
  room.set_name("den");
  room.set_num_participants(2);
  const std::string json = print(room, Form::json);
  EXPECT_THAT(json, HasSubstr(R"("num_participants":2)"));
  EXPECT_THAT(json, HasSubstr(R"("empty_timeout":0)"));
  EXPECT_EQ(print(room, Form::protobuf), room.SerializeAsString());
  EXPECT_EQ(print(Error{Code::not_found, "no \"den\""}),
            R"({"code":"not_found","msg":"no \"den\""})");
}

}  // namespace
}  // namespace parley::signaling::twirp
