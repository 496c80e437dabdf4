#pragma once

#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace parley::application::files {

/// What the central directory says of one entry (PKWARE APPNOTE 6.3.10, section 4.3.12). Views into
/// the bytes.
struct ZipEntry {
  std::string_view name;
  std::uint16_t method = 0;  ///< 0: stored as it is.
  std::uint32_t packed = 0;
  std::uint32_t offset = 0;  ///< Of its local header.
};

enum class ZipFault : std::uint8_t {
  not_whole,  ///< No directory at the end, or it does not agree with itself.
  too_many,   ///< More than kMostEntries.
  too_large,  ///< Says that it unpacks to more than kMostUnpacked: a bomb, or as good as one.
  leads_out,  ///< A name that would be unpacked somewhere else.
};

/// Nothing is ever unpacked here: these are for those who will (OWASP ASVS 5.0, 5.2.3).
inline constexpr std::size_t kMostEntries = 10'000;
inline constexpr std::uint64_t kMostUnpacked = std::uint64_t{1} << 30;

/// Reads the directory of an archive that begins and ends with `bytes`. ZIP64 is not read: it is
/// for files that are larger than any of ours.
std::expected<std::vector<ZipEntry>, ZipFault> read_zip(ByteView bytes);

/// Of an entry that is stored; empty if it is not, or lies outside.
std::string_view stored_content(ByteView bytes, const ZipEntry& entry);

}  // namespace parley::application::files
