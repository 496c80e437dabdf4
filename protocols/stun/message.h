#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "base/address.h"
#include "base/bytes.h"

/// STUN as ICE uses it: Binding messages with short-term credentials (RFC 8489, RFC 8445 section
/// 7).
namespace parley::stun {

inline constexpr std::size_t kHeaderSize = 20;
inline constexpr std::uint32_t kMagicCookie = 0x2112'A442;
/// No STUN message of a peer is longer; more is somebody's attempt to keep us busy.
inline constexpr std::size_t kMaxSize = 1500;

enum class Class : std::uint8_t { request, indication, success, error };

using TransactionId = std::array<std::uint8_t, 12>;

enum class AttributeType : std::uint16_t {
  mapped_address = 0x0001,
  username = 0x0006,
  message_integrity = 0x0008,
  error_code = 0x0009,
  unknown_attributes = 0x000A,
  realm = 0x0014,
  nonce = 0x0015,
  message_integrity_sha256 = 0x001C,
  xor_mapped_address = 0x0020,
  priority = 0x0024,
  use_candidate = 0x0025,
  // From 0x8000 on: comprehension-optional.
  software = 0x8022,
  fingerprint = 0x8028,
  ice_controlled = 0x8029,
  ice_controlling = 0x802A,
};

enum class ParseError : std::uint8_t {
  too_short,            ///< Fewer than 20 bytes.
  too_long,             ///< More than kMaxSize.
  not_stun,             ///< First two bits not zero, or another cookie (RFC 8489 section 5).
  not_binding,          ///< A method that we do not speak (TURN's, say).
  wrong_length,         ///< The length field is not what came, or no multiple of four.
  attribute_overruns,   ///< An attribute's length points past the message.
  malformed_attribute,  ///< A known attribute of the wrong size or content.
};
std::string_view to_string(ParseError error);

struct ErrorCode {
  std::uint16_t code = 0;
  std::string_view reason;
};

/// A parsed Binding message: a view over bytes that it borrows, nothing copied but numbers.
///
///  bounded  the first kMaxUnknown attributes that we must but do not understand are remembered
///  RFC      8489 sections 5, 14; attributes behind MESSAGE-INTEGRITY are ignored but FINGERPRINT
///  (14.5)
struct Message {
  static constexpr std::size_t kMaxUnknown = 8;

  ByteView bytes;
  Class klass = Class::request;
  TransactionId transaction{};

  std::optional<std::string_view> username;
  std::optional<std::uint32_t> priority;
  std::optional<std::uint64_t> ice_controlled;
  std::optional<std::uint64_t> ice_controlling;
  std::optional<SocketAddress> xor_mapped_address;
  std::optional<ErrorCode> error;
  bool use_candidate = false;

  std::size_t integrity_at = 0;    ///< Offset of the attribute; 0: none.
  std::size_t fingerprint_at = 0;  ///< Offset of the attribute; 0: none.

  std::array<std::uint16_t, kMaxUnknown> unknown{};  ///< Comprehension-required, not comprehended.
  std::size_t unknown_count = 0;

  std::span<const std::uint16_t> unknown_attributes() const {
    return std::span(unknown).first(unknown_count);
  }
};

/// Never reads outside `datagram`, never allocates.
std::expected<Message, ParseError> parse(ByteView datagram);

/// RFC 8489 section 14.5: HMAC-SHA1 keyed with the password. False without the attribute.
bool integrity_ok(const Message& message, std::string_view password);
/// RFC 8489 section 14.7. False without the attribute.
bool fingerprint_ok(const Message& message);

/// "left:right", the user name of a check (RFC 8445 section 7.2.2): left is the receiver's
/// fragment.
struct Username {
  std::string_view left;
  std::string_view right;
};
std::optional<Username> split_username(std::string_view username);

/// Whose check is this? The receiver's ICE fragment, found before anything else is known: what a
/// socket shared by many peers routes a first datagram by. Empty if it is no Binding request with a
/// user name.
std::string_view local_fragment(ByteView datagram);

/// Writes one Binding message into its own storage. Attributes appear in the order of the calls;
/// `finish` ends it. What does not fit is a broken promise of the caller (user names are <= 513
/// bytes).
class Writer {
 public:
  Writer(Class klass, const TransactionId& transaction);

  Writer& username(std::string_view value);
  Writer& xor_mapped_address(const SocketAddress& address);
  Writer& priority(std::uint32_t value);
  Writer& use_candidate();
  Writer& ice_controlled(std::uint64_t tie_breaker);
  Writer& ice_controlling(std::uint64_t tie_breaker);
  Writer& error(std::uint16_t code, std::string_view reason);
  Writer& unknown_attributes(std::span<const std::uint16_t> types);
  Writer& attribute(std::uint16_t type, ByteView value);

  /// With MESSAGE-INTEGRITY and FINGERPRINT. The view lives as long as the writer.
  ByteView finish(std::string_view password);
  /// With FINGERPRINT only.
  ByteView finish();

 private:
  std::uint8_t* append(std::uint16_t type, std::size_t size);
  std::uint8_t* append(AttributeType type, std::size_t size) {
    return append(static_cast<std::uint16_t>(type), size);
  }

  std::array<std::uint8_t, 1024> buffer_;
  std::size_t size_ = kHeaderSize;
};

}  // namespace parley::stun
