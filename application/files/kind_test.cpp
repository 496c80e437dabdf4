#include "application/files/kind.h"

#include <gtest/gtest.h>

#include <string>

#include "application/files/testing/samples.h"
#include "application/files/zip.h"

namespace parley::application::files {
namespace {

using namespace std::string_literals;

using testing::docx;
using testing::jpeg;
using testing::odt;
using testing::pdf;
using testing::png;
using testing::zip;

/// The type it is served as, or why it is not.
std::string kind(std::string_view name, std::string_view bytes) {
  const auto content = check_content(name, as_bytes(bytes));
  return std::string(content ? content->type : to_string(content.error()));
}
const std::string kOther(to_string(KindFault::other_content));
const std::string kBomb(to_string(KindFault::bomb));

TEST(Kind, IsWhatEndingAndBytesSay) {
  EXPECT_EQ(kind("a.png", png()), "image/png");
  EXPECT_EQ(kind("a.jpg", jpeg()), "image/jpeg");
  EXPECT_EQ(kind("a.JPEG", jpeg()), "image/jpeg");
  EXPECT_EQ(kind("a.gif", "GIF89a\3\0\2\0"s), "image/gif");
  EXPECT_EQ(kind("a.pdf", pdf()), "application/pdf");
  EXPECT_EQ(kind("a.txt", "Grüße\r\n\t<b>"), "text/plain");
  EXPECT_EQ(kind("a.txt",
                 "Gr\xfc\xdf"
                 "e"),
            "text/plain")
      << "Latin 1";
  EXPECT_EQ(kind("a.csv", "a;b\n"), "text/csv");
  EXPECT_EQ(kind("a.zip", zip({{"x/y.txt", "z"}})), "application/zip");
  EXPECT_EQ(kind("a.docx", docx()),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(kind("a.odt", odt()), "application/vnd.oasis.opendocument.text");
  EXPECT_EQ(kind("a.mp3", "ID3\4"), "audio/mpeg");
  EXPECT_EQ(kind("a.mp3", "\xff\xfb\x90\x44"), "audio/mpeg");
  EXPECT_EQ(kind("a.mp4",
                 "\0\0\0\x18"
                 "ftypisom"s),
            "video/mp4");
  EXPECT_EQ(kind("a.mov",
                 "\0\0\0\x14"
                 "ftypqt  "s),
            "video/quicktime");
  EXPECT_EQ(kind("a.webm", "\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"), "video/webm");
  EXPECT_EQ(kind("a.ogg", "OggS"), "audio/ogg");
  EXPECT_EQ(kind("a.wav", "RIFF\0\0\0\0WAVEfmt "s), "audio/wav");
  EXPECT_EQ(kind("a.flac", "fLaC"), "audio/flac");
}

TEST(Kind, WhatRunsInABrowserOrOnADeskIsNotShared) {
  for (const char* name : {"a.svg", "a.html", "a.htm", "a.xml", "a.js", "a.exe", "a.docm", "a.bat",
                           "a", "png", "a.png.exe"}) {
    EXPECT_EQ(check_kind(name, "").error(), KindFault::not_shared) << name;
    EXPECT_EQ(check_content(name, {}).error(), KindFault::not_shared) << name;
  }
}

TEST(Kind, AnEndingThatIsNotTheBytesIsFoundOut) {
  for (const char* name : {"a.png", "a.jpg", "a.gif", "a.webp", "a.pdf", "a.zip", "a.docx", "a.odt",
                           "a.mp3", "a.mp4", "a.webm", "a.ogg", "a.wav", "a.flac"}) {
    EXPECT_EQ(kind(name, "<html><script>alert(1)</script>"), kOther) << name;
    EXPECT_EQ(kind(name, ""), kOther) << name;
    EXPECT_EQ(kind(name, "MZ\x90"), kOther) << name;
  }
  EXPECT_EQ(kind("a.txt", "a\0b"s), kOther);
  EXPECT_EQ(kind("a.png", jpeg()), kOther);
  EXPECT_EQ(kind("a.docx", zip({{"word/document.xml", ""}})), kOther) << "no package";
  EXPECT_EQ(kind("a.xlsx", docx()), kOther) << "a package about something else";
  EXPECT_EQ(kind("a.odt", zip({{"content.xml", ""}, {"mimetype", ""}})), kOther);
  EXPECT_EQ(kind("a.pdf", "x" + pdf()), kOther) << "something else, with a PDF in it";
  EXPECT_EQ(kind("a.zip", "MZ" + zip({{"a", "b"}})), kOther) << "a program that unpacks itself";
  EXPECT_EQ(kind("a.docx", zip({{"[Content_Types].xml", ""},
                                {"word/document.xml", ""},
                                {"word/vbaProject.bin", ""}})),
            kOther)
      << "macros";
}

TEST(Kind, WhatIsDeclaredMustBelongToTheEnding) {
  EXPECT_TRUE(check_kind("a.png", "image/png"));
  EXPECT_TRUE(check_kind("a.png", ""));
  EXPECT_TRUE(check_kind("a.png", "application/octet-stream"));
  EXPECT_TRUE(check_kind("a.txt", "Text/Plain ; charset=utf-8"));
  EXPECT_TRUE(check_kind("a.csv", "application/vnd.ms-excel")) << "as Windows has it";
  EXPECT_EQ(check_kind("a.png", "text/html").error(), KindFault::declared_other);
  EXPECT_EQ(check_kind("a.png", "image/svg+xml").error(), KindFault::declared_other);
}

TEST(Kind, PicturesSayHowLargeTheyAre) {
  const auto size = [](std::string_view name, std::string_view bytes) {
    const auto content = check_content(name, as_bytes(bytes));
    return content && content->picture
               ? std::pair(content->picture->width, content->picture->height)
               : std::pair(0U, 0U);
  };
  EXPECT_EQ(size("a.png", png(640, 480)), std::pair(640U, 480U));
  EXPECT_EQ(size("a.jpg", jpeg(640, 480)), std::pair(640U, 480U));
  EXPECT_EQ(size("a.gif", "GIF87a\x80\2\xe0\1"s), std::pair(640U, 480U));
  EXPECT_EQ(size("a.webp", "RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\2\0\xdf\1\0"s),
            std::pair(640U, 480U));
  EXPECT_EQ(size("a.webp", "RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\1\x2a\x80\2\xe0\1"s),
            std::pair(640U, 480U));
}

TEST(Kind, WhatWouldFillTheMemoryOrTheDiskOfOthersIsRefused) {
  EXPECT_EQ(kind("a.png", png(50'000, 50'000)), kBomb);
  EXPECT_EQ(kind("a.png", png(0, 5)), kOther);
  EXPECT_EQ(kind("a.zip", testing::zip_bomb(700U << 20)), kBomb);
  for (const char* name : {"../x", "/etc/passwd", "a/../../b", "C:\\x", "a\\b"}) {
    EXPECT_EQ(kind("a.zip", zip({{name, "x"}})), kBomb) << name;
  }
  EXPECT_EQ(kind("a.zip", zip({{"a..b/c..", "x"}})), "application/zip");
  const std::vector<std::pair<std::string, std::string>> many(kMostEntries + 1, {"a", ""});
  EXPECT_EQ(kind("a.zip", zip(many)), kBomb);
}

TEST(Kind, FilesThatAreCutOffAnywhereAreReadWithinTheirBounds) {
  const std::string archive = docx();
  for (std::size_t size = 0; size < archive.size(); ++size) {
    // A copy of just that length, so that a sanitizer sees a read past it.
    const std::string cut(archive.substr(0, size));
    EXPECT_EQ(kind("a.docx", cut), kOther) << size;
  }
  for (const auto& [name, whole] : {std::pair("a.png", png()), std::pair("a.jpg", jpeg())}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const ByteVector cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      (void)check_content(name, cut);
    }
  }
}

}  // namespace
}  // namespace parley::application::files
