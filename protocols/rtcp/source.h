#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/rtcp/packet.h"

/// Who a source is (SDES, RFC 3550 section 6.5) and that it left (BYE, section 6.6).
namespace parley::rtcp {

/// The CNAME that an SDES packet gives for its first source; nothing else in it is of use to us.
struct SourceName {
  std::uint32_t ssrc = 0;
  std::string_view cname;
};
std::optional<SourceName> parse_cname(const PacketView& packet);

/// One chunk with one CNAME, at most 255 characters.
bool write_cname(Writer& out, std::uint32_t ssrc, std::string_view cname);

/// The sources that a BYE names, at most 31.
class ByeView {
 public:
  explicit ByeView(ByteView ssrcs) : ssrcs_(ssrcs) {}
  std::size_t size() const { return ssrcs_.size() / 4; }
  std::uint32_t operator[](std::size_t i) const { return load_be32(ssrcs_.data() + 4 * i); }

 private:
  ByteView ssrcs_;
};
std::optional<ByeView> parse_bye(const PacketView& packet);
bool write_bye(Writer& out, std::uint32_t ssrc);

}  // namespace parley::rtcp
