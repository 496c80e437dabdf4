#include "application/operation/input.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::application::operation {
namespace {

std::string fault(std::string_view text, std::size_t longest = 10, Lines lines = Lines::many) {
  const auto fine = check_text("text", text, longest, lines);
  if (fine) return "";
  EXPECT_EQ(fine.error().status, 400U);
  EXPECT_EQ(fine.error().code, "bad_input");
  EXPECT_EQ(fine.error().member, "text");
  return fine.error().detail;
}

TEST(CheckText, CountsCodePointsAndNotBytes) {
  EXPECT_EQ(fault("ééééééééé😂"), "");
  EXPECT_EQ(fault("ééééééééé😂x"), "This has 11 characters; 10 are possible.");
}

TEST(CheckText, RefusesWhatIsNotUtf8) {
  for (const char* text : {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_EQ(fault(text), "This is not UTF-8.");
  }
}

TEST(CheckText, RefusesWhatNobodyCouldSee) {
  for (const char* text :
       {"", " ", "\n\t ", "\u00a0\u2003", "\u200b\u200d", "\ufeff", "\u3164", "\u202e", "\u2800"}) {
    EXPECT_EQ(fault(text), "Nothing is written here.");
  }
  EXPECT_EQ(fault(" x "), "");
  EXPECT_EQ(fault("👩\u200d🚀"), "") << "joined by something that is not seen";
  EXPECT_EQ(fault("\u202bשלום"), "");
}

TEST(CheckText, RefusesControlCharactersButLinesWhereThereMayBeSome) {
  using namespace std::string_view_literals;
  EXPECT_EQ(fault("a\0b"sv), "U+0000 cannot be part of this.");
  EXPECT_EQ(fault("a\x1b[1m"), "U+001B cannot be part of this.");
  EXPECT_EQ(fault("a\u009f"), "U+009F cannot be part of this.");
  EXPECT_EQ(fault("a\n\tb"), "");
  EXPECT_EQ(fault("a\nb", 10, Lines::one), "U+000A cannot be part of this.");
}

TEST(CheckText, LeavesMarkupAsItIs) { EXPECT_EQ(fault("<b>&amp;", 10), ""); }

}  // namespace
}  // namespace parley::application::operation
