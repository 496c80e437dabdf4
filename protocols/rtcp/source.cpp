#include "protocols/rtcp/source.h"

#include <algorithm>
#include <cstring>

namespace parley::rtcp {
namespace {

constexpr std::uint8_t kCname = 1;  // RFC 3550 section 6.5.1

}  // namespace

std::optional<SourceName> parse_cname(const PacketView& packet) {
  if (packet.count == 0) return std::nullopt;
  ByteReader reader(packet.body);
  SourceName source;
  source.ssrc = reader.u32();
  while (reader.remaining() > 0) {
    const std::uint8_t item = reader.u8();
    if (item == 0) return std::nullopt;  // End of the first chunk.
    const std::size_t size = reader.u8();
    const ByteView text = reader.bytes(size);
    if (!reader.ok()) return std::nullopt;
    if (item == kCname) {
      source.cname = as_chars(text);
      return source;
    }
  }
  return std::nullopt;
}

bool write_cname(Writer& out, std::uint32_t ssrc, std::string_view cname) {
  if (cname.size() > 255) return false;
  // A chunk ends with at least one zero byte, on a word boundary.
  const std::size_t size = (4 + 2 + cname.size() + 1 + 3) / 4 * 4;
  std::uint8_t* const at = out.begin(Type::source_description, 1, size);
  if (at == nullptr) return false;
  std::memset(at, 0, size);
  store_be32(at, ssrc);
  at[4] = kCname;
  at[5] = static_cast<std::uint8_t>(cname.size());
  std::copy(cname.begin(), cname.end(), at + 6);
  return true;
}

std::optional<ByeView> parse_bye(const PacketView& packet) {
  const std::size_t size = 4u * packet.count;
  if (packet.body.size() < size) return std::nullopt;
  return ByeView(packet.body.first(size));
}

bool write_bye(Writer& out, std::uint32_t ssrc) {
  std::uint8_t* const at = out.begin(Type::bye, 1, 4);
  if (at == nullptr) return false;
  store_be32(at, ssrc);
  return true;
}

}  // namespace parley::rtcp
