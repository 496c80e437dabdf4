#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace parley {

/// An IPv4 or IPv6 address, as plain bytes. IPv4-mapped IPv6 addresses are kept as IPv4.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  ///< IPv4 in the first four; the rest zero.
  bool v6 = false;

  static IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return {{a, b, c, d}, false};
  }
  /// "192.0.2.1" or "2001:db8::1"; nothing else (no names, ports, zones).
  static std::optional<IpAddress> parse(std::string_view text);

  ByteView view() const { return ByteView(bytes).first(v6 ? 16 : 4); }
  bool is_loopback() const;
  bool is_link_local() const;
  bool is_private() const;
  bool is_unspecified() const;
  std::string to_string() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

/// What datagrams travel in; on TCP each is framed by its length (RFC 4571).
enum class Protocol : std::uint8_t { udp, tcp };

struct SocketAddress {
  IpAddress ip;
  std::uint16_t port = 0;

  /// "192.0.2.1:80" or "[2001:db8::1]:80".
  static std::optional<SocketAddress> parse(std::string_view text);
  std::string to_string() const;

  friend bool operator==(const SocketAddress&, const SocketAddress&) = default;
};

}  // namespace parley

template <>
struct std::hash<parley::SocketAddress> {
  std::size_t operator()(const parley::SocketAddress& a) const noexcept {
    std::uint64_t lo = 0;
    std::uint64_t hi = 0;
    std::memcpy(&lo, a.ip.bytes.data(), 8);
    std::memcpy(&hi, a.ip.bytes.data() + 8, 8);
    // Mixed so that neighbouring ports of one host land apart (they are the common case).
    std::uint64_t h = lo ^ (hi * 0x9e3779b97f4a7c15) ^ (static_cast<std::uint64_t>(a.port) << 32);
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9;
    h = (h ^ (h >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::size_t>(h ^ (h >> 31));
  }
};
