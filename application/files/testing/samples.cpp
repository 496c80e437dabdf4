#include "application/files/testing/samples.h"

#include <cstdint>

namespace parley::application::files::testing {
namespace {

std::string big(std::uint64_t value, std::size_t size) {
  std::string out;
  while (size-- > 0) out += static_cast<char>(value >> (8 * size));
  return out;
}
std::string little(std::uint32_t value, std::size_t size) {
  std::string out;
  for (; size > 0; --size, value >>= 8) out += static_cast<char>(value);
  return out;
}

std::string archive(const std::vector<std::pair<std::string, std::string>>& entries,
                    std::uint32_t claims_more) {
  std::string out;
  std::string directory;
  for (const auto& [name, content] : entries) {
    const auto size = static_cast<std::uint32_t>(content.size());
    const std::string facts = little(0, 4) + little(size, 4) + little(size + claims_more, 4);
    const std::string lengths = little(static_cast<std::uint32_t>(name.size()), 2) + little(0, 2);
    directory += "PK\1\2" + little(20, 2) + little(20, 2) + little(0, 8) + facts + lengths +
                 little(0, 10) + little(static_cast<std::uint32_t>(out.size()), 4) + name;
    out += "PK\3\4" + little(20, 2) + little(0, 8) + facts + lengths + name + content;
  }
  const auto count = static_cast<std::uint32_t>(entries.size());
  const auto start = static_cast<std::uint32_t>(out.size());
  out += directory;
  return out + "PK\5\6" + little(0, 4) + little(count, 2) + little(count, 2) +
         little(static_cast<std::uint32_t>(directory.size()), 4) + little(start, 4) + little(0, 2);
}

}  // namespace

std::string png(std::uint32_t width, std::uint32_t height) {
  return std::string("\x89PNG\r\n\x1a\n", 8) + big(13, 4) + "IHDR" + big(width, 4) +
         big(height, 4) + big(0x08060000, 4) + big(0, 5);
}

std::string jpeg(std::uint16_t width, std::uint16_t height) {
  return "\xff\xd8" + ("\xff\xe0" + big(4, 2) + "ab") + "\xff" +
         ("\xff\xc0" + big(8, 2) + big(8, 1) + big(height, 2) + big(width, 2) + big(1, 1));
}

std::string pdf() { return "%PDF-1.7\n%%EOF\n"; }

std::string zip(const std::vector<std::pair<std::string, std::string>>& entries) {
  return archive(entries, 0);
}

std::string zip_bomb(std::uint32_t unpacked) { return archive({{"a", "x"}, {"b", "x"}}, unpacked); }

std::string docx() {
  return zip({{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", "<w:document/>"}});
}

std::string odt() {
  return zip({{"mimetype", "application/vnd.oasis.opendocument.text"}, {"content.xml", "<o/>"}});
}

}  // namespace parley::application::files::testing
