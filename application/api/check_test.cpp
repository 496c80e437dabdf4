#include "application/api/check.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::application::api {
namespace {

using operation::Json;
using namespace operation::schema;

std::string fault(const Json& schema, const std::string& text) {
  const auto found = fault_of(schema, Json::parse(text));
  return found ? found->member + ": " + found->what : "";
}

const Json kPoll = object({{"question", text(1, 5)},
                           {"kind", one_of({"single", "multiple"})},
                           {"options", list(object({{"text", text(0, 3)}}), 2, 3)},
                           {"minutes?", nullable(integer(0, 10))},
                           {"layout?", nullable(one_of({"grid"}))}});

TEST(Check, TakesWhatTheSchemaSays) {
  EXPECT_EQ(
      fault(kPoll, R"({"question":"Tea?","kind":"single","options":[{"text":""},{"text":"b"}]})"),
      "");
  EXPECT_EQ(
      fault(kPoll, R"({"question":"ÄÖÜß€","kind":"multiple","options":[{"text":"a"},{"text":"b"}],
                            "minutes":null,"layout":null})"),
      "")
      << "characters are counted, not bytes";
}

TEST(Check, NamesTheMemberThatIsAtFault) {
  const auto with = [](const std::string& more) {
    return fault(kPoll, R"({"question":"q","kind":"single","options":[{"text":"a"},{"text":"b"}])" +
                            more + "}");
  };
  EXPECT_EQ(fault(kPoll, "[]"), ": must be of type object");
  EXPECT_EQ(fault(kPoll, "{}"), "question: is missing");
  EXPECT_EQ(with(R"(,"more":1)"), "more: is not known here");
  EXPECT_EQ(with(R"(,"minutes":11)"), "minutes: must be from 0 to 10");
  EXPECT_EQ(with(R"(,"minutes":-1)"), "minutes: must be from 0 to 10");
  EXPECT_EQ(with(R"(,"minutes":18446744073709551615)"), "minutes: must be from 0 to 10");
  EXPECT_EQ(with(R"(,"minutes":1.5)"), "minutes: must be of type integer or null");
  EXPECT_EQ(with(R"(,"layout":"x")"), R"(layout: must be one of ["grid"])");
  EXPECT_EQ(
      fault(kPoll, R"({"question":"","kind":"single","options":[{"text":"a"},{"text":"b"}]})"),
      "question: must not be empty");
}

TEST(Check, LooksIntoLists) {
  const auto options = [](const std::string& list) {
    return fault(kPoll, R"({"question":"q","kind":"single","options":)" + list + "}");
  };
  EXPECT_EQ(options(R"([{"text":"a"}])"), "options: has fewer than 2 entries");
  EXPECT_EQ(options(R"([{"text":"a"},{"text":"b"},{"text":"c"},{"text":"d"}])"),
            "options: has more than 3 entries");
  EXPECT_EQ(options(R"([{"text":"a"},{"text":7}])"), "options[1].text: must be of type string");
  EXPECT_EQ(options(R"([{"text":"a"},{"text":"abcd"}])"),
            "options[1].text: is longer than 3 characters");
  EXPECT_EQ(options(R"([{"text":"a"},{"text":"\u0000"}])"), "options[1].text: must not hold a NUL");
}

}  // namespace
}  // namespace parley::application::api
