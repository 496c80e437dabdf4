#include "application/files/zip.h"

#include <algorithm>

namespace parley::application::files {
namespace {

// APPNOTE sections 4.3.7, 4.3.12 and 4.3.16: sizes without names, extra fields and comments.
constexpr std::size_t kLocalHeader = 30;
constexpr std::size_t kCentralHeader = 46;
constexpr std::size_t kEnd = 22;
constexpr std::size_t kLongestComment = 0xffff;
constexpr std::uint32_t kLocalMark = 0x04034b50;
constexpr std::uint32_t kCentralMark = 0x02014b50;
constexpr std::uint32_t kEndMark = 0x06054b50;

std::uint16_t u16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}
std::uint32_t u32(ByteView bytes, std::size_t at) {
  return u16(bytes, at) | static_cast<std::uint32_t>(u16(bytes, at + 2)) << 16;
}

std::string_view text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Where the end record begins: the last place that says so and whose comment ends the file.
std::size_t find_end(ByteView bytes) {
  if (bytes.size() < kEnd) return bytes.size();
  const std::size_t last = bytes.size() - kEnd;
  const std::size_t first = last > kLongestComment ? last - kLongestComment : 0;
  for (std::size_t at = last + 1; at-- > first;) {
    if (u32(bytes, at) == kEndMark && at + kEnd + u16(bytes, at + 20) == bytes.size()) return at;
  }
  return bytes.size();
}

bool leads_out(std::string_view name) {
  if (name.starts_with('/') || name.find('\\') != std::string_view::npos) return true;
  if (name.size() > 1 && name[1] == ':') return true;
  for (std::string_view rest = name; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (rest.substr(0, end) == "..") return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace

std::expected<std::vector<ZipEntry>, ZipFault> read_zip(ByteView bytes) {
  const std::size_t end = find_end(bytes);
  if (end == bytes.size()) return std::unexpected(ZipFault::not_whole);
  const std::size_t count = u16(bytes, end + 10);
  const std::size_t size = u32(bytes, end + 12);
  const std::size_t start = u32(bytes, end + 16);
  // Nothing between the directory and its end, and nothing of another format before the archive.
  if (start > end || size != end - start) return std::unexpected(ZipFault::not_whole);
  if (u32(bytes, 0) != (count == 0 ? kEndMark : kLocalMark)) {
    return std::unexpected(ZipFault::not_whole);
  }
  if (count > kMostEntries) return std::unexpected(ZipFault::too_many);

  std::vector<ZipEntry> entries;
  std::uint64_t unpacked = 0;
  ByteView rest = bytes.subspan(start, size);
  for (std::size_t i = 0; i < count; ++i) {
    if (rest.size() < kCentralHeader || u32(rest, 0) != kCentralMark) {
      return std::unexpected(ZipFault::not_whole);
    }
    const std::size_t name = u16(rest, 28);
    const std::size_t whole = kCentralHeader + name + u16(rest, 30) + u16(rest, 32);
    if (rest.size() < whole) return std::unexpected(ZipFault::not_whole);
    const ZipEntry entry{.name = text(rest.subspan(kCentralHeader, name)),
                         .method = u16(rest, 10),
                         .packed = u32(rest, 20),
                         .offset = u32(rest, 42)};
    unpacked += u32(rest, 24);
    if (unpacked > kMostUnpacked) return std::unexpected(ZipFault::too_large);
    if (leads_out(entry.name)) return std::unexpected(ZipFault::leads_out);
    entries.push_back(entry);
    rest = rest.subspan(whole);
  }
  if (!rest.empty()) return std::unexpected(ZipFault::not_whole);
  return entries;
}

std::string_view stored_content(ByteView bytes, const ZipEntry& entry) {
  if (entry.method != 0 || entry.offset > bytes.size()) return {};
  const ByteView local = bytes.subspan(entry.offset);
  if (local.size() < kLocalHeader || u32(local, 0) != kLocalMark) return {};
  const std::size_t before = kLocalHeader + u16(local, 26) + u16(local, 28);
  if (local.size() < before || local.size() - before < entry.packed) return {};
  return text(local.subspan(before, entry.packed));
}

}  // namespace parley::application::files
