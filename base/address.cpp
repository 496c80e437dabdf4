#include "base/address.h"

#include <arpa/inet.h>  // inet_pton and inet_ntop only: text, no sockets.

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace parley {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string z(text);
  IpAddress out;
  if (inet_pton(AF_INET, z.c_str(), out.bytes.data()) == 1) return out;
  if (inet_pton(AF_INET6, z.c_str(), out.bytes.data()) != 1) return std::nullopt;
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(mapped.begin(), mapped.end(), out.bytes.begin())) {
    return v4(out.bytes[12], out.bytes[13], out.bytes[14], out.bytes[15]);
  }
  out.v6 = true;
  return out;
}

bool IpAddress::is_unspecified() const {
  return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
}

bool IpAddress::is_loopback() const {
  if (!v6) return bytes[0] == 127;
  return bytes[15] == 1 &&
         std::all_of(bytes.begin(), bytes.end() - 1, [](auto b) { return b == 0; });
}

bool IpAddress::is_link_local() const {
  return v6 ? bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80 : bytes[0] == 169 && bytes[1] == 254;
}

bool IpAddress::is_private() const {
  if (v6) return (bytes[0] & 0xfe) == 0xfc;  // RFC 4193
  return bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xf0) == 16) ||
         (bytes[0] == 192 && bytes[1] == 168);  // RFC 1918
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  SocketAddress out;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (!ip || ip->v6 != bracketed || error != std::errc() || end != port.data() + port.size()) {
    return std::nullopt;
  }
  out.ip = *ip;
  return out;
}

std::string SocketAddress::to_string() const {
  return ip.v6 ? fmt::format("[{}]:{}", ip.to_string(), port)
               : fmt::format("{}:{}", ip.to_string(), port);
}

}  // namespace parley
