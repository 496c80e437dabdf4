#include "application/files/file_name.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::application::files {
namespace {

std::string clean(std::string_view given) { return clean_name(given).value_or("(nothing)"); }

TEST(FileName, StaysAsItIsWhereItHarmsNobody) {
  for (const char* name : {"Report 2026.pdf", "Überblick – März.docx", "日本語.txt", "عربي.pdf",
                           "a.tar.zip", "🎉.png"}) {
    EXPECT_EQ(clean(name), name);
  }
}

TEST(FileName, LeadsNowhere) {
  EXPECT_EQ(clean("../../etc/passwd.txt"), "passwd.txt");
  EXPECT_EQ(clean("C:\\Users\\ann\\me.png"), "me.png");
  EXPECT_EQ(clean("/abs/../x.png"), "x.png");
  EXPECT_EQ(clean(".."), "(nothing)");
  EXPECT_EQ(clean("a/"), "(nothing)");
  EXPECT_EQ(clean(".bashrc.txt"), "bashrc.txt");
}

TEST(FileName, HidesNothing) {
  EXPECT_EQ(clean("invoice\u202Egpj.exe"), "invoicegpj.exe") << "read from the right it was .jpg";
  EXPECT_EQ(clean("a\u200B\uFEFF\u2066b.txt"), "ab.txt");
  EXPECT_EQ(clean(std::string_view("a\0\r\n\x7f.txt", 9)), "a .txt");
  EXPECT_EQ(clean("a.png \t. "), "a.png");
  EXPECT_EQ(clean("\xff\xfe.txt"), "(nothing)") << "no UTF-8";
}

TEST(FileName, CanBeSavedOnEverySystem) {
  EXPECT_EQ(clean("a<b>c|d?.txt"), "a_b_c_d_.txt");
  EXPECT_EQ(clean("CON.txt"), "_CON.txt");
  EXPECT_EQ(clean("console.txt"), "console.txt");
}

TEST(FileName, IsShortenedBeforeItsEnding) {
  const std::string name = clean(std::string(500, 'x') + ".docx");
  EXPECT_EQ(name.size(), kMaxName);
  EXPECT_TRUE(name.ends_with("x.docx"));
  EXPECT_EQ(clean(std::string(500, 'x')).size(), kMaxName);
  EXPECT_EQ(clean("." + std::string(500, 'x')).size(), kMaxName);
}

TEST(FileName, CleanedTwiceIsCleanedOnce) {
  for (const char* name : {"  . a .txt", "con", "..a/..b", "\u202E.x", "a  b.txt"}) {
    EXPECT_EQ(clean(clean(name)), clean(name)) << name;
  }
  // What a cut lays bare, and what is put in front, are part of it.
  for (const std::string& name : {std::string(kMaxName - 1, 'x') + " yes, this is long",
                                  std::string(kMaxName - 1, 'x') + ".this is long, too",
                                  "con." + std::string(kMaxName - 4, 'x')}) {
    EXPECT_EQ(clean(clean(name)), clean(name)) << name;
    EXPECT_LE(clean(name).size(), kMaxName) << name;
  }
}

TEST(FileName, EndsInSmallLetters) {
  EXPECT_EQ(ending_of("A.PDF"), "pdf");
  EXPECT_EQ(ending_of("a.tar.ZIP"), "zip");
  EXPECT_EQ(ending_of("none"), "");
  EXPECT_EQ(ending_of("dot."), "");
}

TEST(FileName, IsHandedOnInOneLineOfAscii) {
  EXPECT_EQ(attachment_of("a b.pdf"), "attachment; filename=\"a b.pdf\"");
  EXPECT_EQ(attachment_of("ü\".txt"),
            "attachment; filename=\"__.txt\"; filename*=UTF-8''%C3%BC%22.txt");
}

}  // namespace
}  // namespace parley::application::files
