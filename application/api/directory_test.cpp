#include "application/api/directory.h"

#include <gtest/gtest.h>

#include "application/api/openapi.h"

namespace parley::application::api {
namespace {

using operation::Json;
using operation::Method;

Directory two() {
  using namespace operation::schema;
  return Directory({{.id = "getMeeting",
                     .tag = "meetings",
                     .method = Method::get,
                     .path = "/meetings/{link}",
                     .caller = operation::Caller::anyone,
                     .summary = "One meeting.",
                     .query = {{"limit", integer(1, 5)}}},
                    {.id = "vote",
                     .tag = "polls",
                     .method = Method::put,
                     .path = "/meetings/{link}/polls/{poll}/vote",
                     .needs = access::Capability::vote,
                     .summary = "Votes.",
                     .body = object({{"choices", list(integer(0, 9), 1, 9)}}),
                     .success = 204}});
}

TEST(Directory, FindsAnOperationByMethodAndPath) {
  const Directory directory = two();
  const auto found = directory.find("PUT", "/meetings/standup/polls/p1/vote");
  ASSERT_NE(found.operation, nullptr);
  EXPECT_EQ(found.operation->id, "vote");
  EXPECT_EQ(found.path.at("link"), "standup");
  EXPECT_EQ(found.path.at("poll"), "p1");
  EXPECT_EQ(directory.find("GET", "/meetings/standup").operation->id, "getMeeting");
}

TEST(Directory, SaysWhatAPathKnowsAndNothingOfOnesThatAreNot) {
  const Directory directory = two();
  EXPECT_EQ(directory.find("POST", "/meetings/standup").operation, nullptr);
  EXPECT_EQ(directory.find("POST", "/meetings/standup").allowed, "GET");
  for (const char* path : {"", "/", "/meetings", "/meetings/", "/meetings/a/b", "/polls",
                           "/meetings//polls/p/vote", "/meetings/a/polls/p/vote/more"}) {
    EXPECT_EQ(directory.find("GET", path).operation, nullptr) << path;
    EXPECT_EQ(directory.find("GET", path).allowed, "") << path;
  }
}

TEST(OpenApi, SaysOfEachOperationWhatItTakesAndWhatItNeeds) {
  const Json document = openapi(two(), {{"Poll", Json::object()}}, {{"poll", Json::object()}});
  EXPECT_EQ(document["openapi"], "3.1.0");
  const Json& vote = document["paths"]["/meetings/{link}/polls/{poll}/vote"]["put"];
  EXPECT_EQ(vote["operationId"], "vote");
  EXPECT_EQ(vote["x-capability"], "vote");
  EXPECT_EQ(vote["parameters"].size(), 3U) << "link, poll, and which tab";
  EXPECT_TRUE(vote["responses"].contains("204"));
  EXPECT_TRUE(vote["responses"].contains("4XX"));
  EXPECT_EQ(vote["requestBody"]["content"]["application/json"]["schema"]["required"],
            Json::array({"choices"}));
  const Json& get = document["paths"]["/meetings/{link}"]["get"];
  EXPECT_EQ(get["parameters"][1]["name"], "limit");
  EXPECT_EQ(get["security"].back(), Json::object()) << "a session, or none";
  const Json& listen = document["paths"]["/meetings/{link}/events"]["get"];
  EXPECT_TRUE(listen["responses"]["200"]["content"].contains("text/event-stream"));
}

}  // namespace
}  // namespace parley::application::api
