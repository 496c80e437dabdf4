#include "protocols/stun/message.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/assert.h"

namespace parley::stun {
namespace {

constexpr std::size_t kAttributeHeader = 4;
constexpr std::size_t kIntegritySize = 20;
constexpr std::size_t kFingerprintSize = 4;
constexpr std::uint32_t kFingerprintXor = 0x5354'554e;  // RFC 8489 section 14.7
constexpr std::uint16_t kBinding = 0x0001;

// RFC 8489 section 5: the two class bits stand between the method's bits.
constexpr std::uint16_t kClassMask = 0x0110;

constexpr std::uint16_t type_of(Class klass) {
  const auto bits = static_cast<std::uint16_t>(klass);
  return static_cast<std::uint16_t>(kBinding | (bits & 1) << 4 | (bits & 2) << 7);
}
static_assert(type_of(Class::request) == 0x0001);
static_assert(type_of(Class::indication) == 0x0011);
static_assert(type_of(Class::success) == 0x0101);
static_assert(type_of(Class::error) == 0x0111);

constexpr Class class_of(std::uint16_t type) {
  return static_cast<Class>((type >> 4 & 1) | (type >> 7 & 2));
}

constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

// ITU-T V.42, as RFC 8489 section 14.7 asks for.
constexpr auto kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = c & 1 ? 0xEDB8'8320 ^ c >> 1 : c >> 1;
    table[i] = c;
  }
  return table;
}();

constexpr std::uint32_t crc32(ByteView bytes, std::uint32_t crc) {
  for (const std::uint8_t byte : bytes) crc = kCrcTable[(crc ^ byte) & 0xff] ^ crc >> 8;
  return crc;
}

// The length field counts up to and including the attribute that is being computed.
std::uint32_t fingerprint(ByteView before) {
  std::array<std::uint8_t, 4> head{before[0], before[1], 0, 0};
  store_be16(head.data() + 2, static_cast<std::uint16_t>(before.size() - kHeaderSize +
                                                         kAttributeHeader + kFingerprintSize));
  return ~crc32(before.subspan(4), crc32(head, 0xffff'ffff)) ^ kFingerprintXor;
}

std::array<std::uint8_t, kIntegritySize> integrity(ByteView before, std::string_view password) {
  std::array<std::uint8_t, kMaxSize> copy;
  PARLEY_ASSERT(before.size() <= copy.size());
  std::copy(before.begin(), before.end(), copy.begin());
  store_be16(copy.data() + 2, static_cast<std::uint16_t>(before.size() - kHeaderSize +
                                                         kAttributeHeader + kIntegritySize));
  std::array<std::uint8_t, kIntegritySize> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), password.data(), static_cast<int>(password.size()), copy.data(), before.size(),
       digest.data(), &size);
  PARLEY_ASSERT(size == kIntegritySize);
  return digest;
}

// RFC 8489 section 14.2. The cookie and the transaction id stand in bytes 4..19 in the order in
// which they are laid over an address.
std::optional<SocketAddress> read_xor_address(ByteView value, ByteView message) {
  if (value.size() < 4) return std::nullopt;
  const bool v6 = value[1] == 2;
  if (!v6 && value[1] != 1) return std::nullopt;
  if (value.size() != (v6 ? 20u : 8u)) return std::nullopt;
  SocketAddress address;
  address.ip.v6 = v6;
  address.port = static_cast<std::uint16_t>(load_be16(value.data() + 2) ^ kMagicCookie >> 16);
  for (std::size_t i = 0; i < value.size() - 4; ++i) {
    address.ip.bytes[i] = value[4 + i] ^ message[4 + i];
  }
  return address;
}

std::optional<ErrorCode> read_error(ByteView value) {
  if (value.size() < 4) return std::nullopt;
  const unsigned hundreds = value[2] & 7;
  const unsigned rest = value[3];
  if (hundreds < 3 || hundreds > 6 || rest > 99) return std::nullopt;
  return ErrorCode{static_cast<std::uint16_t>(hundreds * 100 + rest), as_chars(value.subspan(4))};
}

template <typename T>
void keep_first(std::optional<T>& slot, T value) {
  if (!slot) slot = value;
}

// False if an attribute that we know is not what it must be.
bool read_attribute(Message& message, std::uint16_t type, ByteView value, std::size_t offset) {
  switch (static_cast<AttributeType>(type)) {
    case AttributeType::username:
      if (value.size() > 513) return false;  // RFC 8489 section 14.3: fewer than 509 characters.
      keep_first(message.username, as_chars(value));
      return true;
    case AttributeType::priority:
      if (value.size() != 4) return false;
      keep_first(message.priority, load_be32(value.data()));
      return true;
    case AttributeType::use_candidate:
      message.use_candidate = true;
      return value.empty();
    case AttributeType::ice_controlled:
      if (value.size() != 8) return false;
      keep_first(message.ice_controlled, load_be64(value.data()));
      return true;
    case AttributeType::ice_controlling:
      if (value.size() != 8) return false;
      keep_first(message.ice_controlling, load_be64(value.data()));
      return true;
    case AttributeType::xor_mapped_address: {
      const auto address = read_xor_address(value, message.bytes);
      if (!address) return false;
      keep_first(message.xor_mapped_address, *address);
      return true;
    }
    case AttributeType::error_code: {
      const auto error = read_error(value);
      if (!error) return false;
      keep_first(message.error, *error);
      return true;
    }
    case AttributeType::message_integrity:
      if (value.size() != kIntegritySize) return false;
      message.integrity_at = offset;
      return true;
    case AttributeType::fingerprint:
      if (value.size() != kFingerprintSize) return false;
      message.fingerprint_at = offset;
      return true;
    // Understood, and of no use to us.
    case AttributeType::mapped_address:
    case AttributeType::unknown_attributes:
    case AttributeType::realm:
    case AttributeType::nonce:
    case AttributeType::message_integrity_sha256:
    case AttributeType::software:
      return true;
  }
  // RFC 8489 section 14: below 0x8000 comprehension is required.
  if (type < 0x8000 && message.unknown_count < Message::kMaxUnknown) {
    message.unknown[message.unknown_count++] = type;
  }
  return true;
}

}  // namespace

std::string_view to_string(ParseError error) {
  switch (error) {
    case ParseError::too_short:
      return "too_short";
    case ParseError::too_long:
      return "too_long";
    case ParseError::not_stun:
      return "not_stun";
    case ParseError::not_binding:
      return "not_binding";
    case ParseError::wrong_length:
      return "wrong_length";
    case ParseError::attribute_overruns:
      return "attribute_overruns";
    case ParseError::malformed_attribute:
      return "malformed_attribute";
  }
  return "?";
}

std::expected<Message, ParseError> parse(ByteView datagram) {
  if (datagram.size() < kHeaderSize) return std::unexpected(ParseError::too_short);
  if (datagram.size() > kMaxSize) return std::unexpected(ParseError::too_long);
  const std::uint16_t type = load_be16(datagram.data());
  if (type >= 0x4000 || load_be32(datagram.data() + 4) != kMagicCookie) {
    return std::unexpected(ParseError::not_stun);
  }
  if ((type & ~kClassMask) != kBinding) return std::unexpected(ParseError::not_binding);
  const std::size_t length = load_be16(datagram.data() + 2);
  if (length % 4 != 0 || length != datagram.size() - kHeaderSize) {
    return std::unexpected(ParseError::wrong_length);
  }

  Message message;
  message.bytes = datagram;
  message.klass = class_of(type);
  std::copy_n(datagram.begin() + 8, message.transaction.size(), message.transaction.begin());

  std::size_t offset = kHeaderSize;
  while (offset < datagram.size()) {
    // Section 14.7: FINGERPRINT is the last attribute.
    if (message.fingerprint_at != 0) return std::unexpected(ParseError::malformed_attribute);
    const std::uint16_t attribute = load_be16(datagram.data() + offset);
    const std::size_t size = load_be16(datagram.data() + offset + 2);
    if (datagram.size() - offset - kAttributeHeader < padded(size)) {
      return std::unexpected(ParseError::attribute_overruns);
    }
    // Section 14.5: what follows MESSAGE-INTEGRITY is not protected by it.
    const bool counts = message.integrity_at == 0 ||
                        attribute == static_cast<std::uint16_t>(AttributeType::fingerprint);
    if (counts && !read_attribute(message, attribute,
                                  datagram.subspan(offset + kAttributeHeader, size), offset)) {
      return std::unexpected(ParseError::malformed_attribute);
    }
    offset += kAttributeHeader + padded(size);
  }
  return message;
}

bool integrity_ok(const Message& message, std::string_view password) {
  if (message.integrity_at == 0) return false;
  const auto expected = integrity(message.bytes.first(message.integrity_at), password);
  return CRYPTO_memcmp(expected.data(),
                       message.bytes.data() + message.integrity_at + kAttributeHeader,
                       kIntegritySize) == 0;
}

bool fingerprint_ok(const Message& message) {
  if (message.fingerprint_at == 0) return false;
  return fingerprint(message.bytes.first(message.fingerprint_at)) ==
         load_be32(message.bytes.data() + message.fingerprint_at + kAttributeHeader);
}

std::optional<Username> split_username(std::string_view username) {
  const std::size_t colon = username.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Username{username.substr(0, colon), username.substr(colon + 1)};
}

std::string_view local_fragment(ByteView datagram) {
  const auto message = parse(datagram);
  if (!message || message->klass != Class::request || !message->username) return {};
  const auto username = split_username(*message->username);
  return username ? username->left : std::string_view();
}

Writer::Writer(Class klass, const TransactionId& transaction) {
  store_be16(buffer_.data(), type_of(klass));
  store_be16(buffer_.data() + 2, 0);
  store_be32(buffer_.data() + 4, kMagicCookie);
  std::copy(transaction.begin(), transaction.end(), buffer_.begin() + 8);
}

std::uint8_t* Writer::append(std::uint16_t type, std::size_t size) {
  PARLEY_ASSERT(buffer_.size() - size_ >= kAttributeHeader + padded(size));
  std::uint8_t* const at = buffer_.data() + size_;
  store_be16(at, type);
  store_be16(at + 2, static_cast<std::uint16_t>(size));
  std::fill_n(at + kAttributeHeader, padded(size), std::uint8_t{0});
  size_ += kAttributeHeader + padded(size);
  store_be16(buffer_.data() + 2, static_cast<std::uint16_t>(size_ - kHeaderSize));
  return at + kAttributeHeader;
}

Writer& Writer::attribute(std::uint16_t type, ByteView value) {
  std::copy(value.begin(), value.end(), append(type, value.size()));
  return *this;
}

Writer& Writer::username(std::string_view value) {
  return attribute(static_cast<std::uint16_t>(AttributeType::username), as_bytes(value));
}

Writer& Writer::xor_mapped_address(const SocketAddress& address) {
  const ByteView ip = address.ip.view();
  std::uint8_t* const at = append(AttributeType::xor_mapped_address, 4 + ip.size());
  at[1] = address.ip.v6 ? 2 : 1;
  store_be16(at + 2, static_cast<std::uint16_t>(address.port ^ kMagicCookie >> 16));
  for (std::size_t i = 0; i < ip.size(); ++i) at[4 + i] = ip[i] ^ buffer_[4 + i];
  return *this;
}

Writer& Writer::priority(std::uint32_t value) {
  store_be32(append(AttributeType::priority, 4), value);
  return *this;
}

Writer& Writer::use_candidate() {
  append(AttributeType::use_candidate, 0);
  return *this;
}

Writer& Writer::ice_controlled(std::uint64_t tie_breaker) {
  store_be64(append(AttributeType::ice_controlled, 8), tie_breaker);
  return *this;
}

Writer& Writer::ice_controlling(std::uint64_t tie_breaker) {
  store_be64(append(AttributeType::ice_controlling, 8), tie_breaker);
  return *this;
}

Writer& Writer::error(std::uint16_t code, std::string_view reason) {
  std::uint8_t* const at = append(AttributeType::error_code, 4 + reason.size());
  at[2] = static_cast<std::uint8_t>(code / 100);
  at[3] = static_cast<std::uint8_t>(code % 100);
  std::copy(reason.begin(), reason.end(), at + 4);
  return *this;
}

Writer& Writer::unknown_attributes(std::span<const std::uint16_t> types) {
  std::uint8_t* at = append(AttributeType::unknown_attributes, 2 * types.size());
  for (const std::uint16_t type : types) {
    store_be16(at, type);
    at += 2;
  }
  return *this;
}

ByteView Writer::finish(std::string_view password) {
  const auto digest = integrity(ByteView(buffer_).first(size_), password);
  std::copy(digest.begin(), digest.end(), append(AttributeType::message_integrity, kIntegritySize));
  return finish();
}

ByteView Writer::finish() {
  const std::uint32_t crc = fingerprint(ByteView(buffer_).first(size_));
  store_be32(append(AttributeType::fingerprint, kFingerprintSize), crc);
  return ByteView(buffer_).first(size_);
}

}  // namespace parley::stun
