#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

#include "base/bytes.h"

namespace parley::rtp {

/// One element of a header extension block.
struct Extension {
  std::uint8_t id = 0;
  ByteView value;
};

/// The header extension block of a packet, read as one- or two-byte elements (RFC 8285). An element
/// that runs past the block ends the walk; a block of another profile has no elements.
class Extensions {
 public:
  static constexpr std::uint16_t kOneByteProfile = 0xbede;
  static constexpr std::uint16_t kTwoByteProfile = 0x1000;  ///< Low four bits: appbits, ignored.

  class Iterator {
   public:
    using value_type = Extension;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    Iterator(bool two_byte, ByteView rest) : rest_(rest), two_byte_(two_byte), done_(false) {
      advance();
    }

    const Extension& operator*() const { return current_; }
    const Extension* operator->() const { return &current_; }
    Iterator& operator++() {
      advance();
      return *this;
    }
    void operator++(int) { advance(); }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.done_; }

   private:
    void advance();

    ByteView rest_;
    Extension current_;
    bool two_byte_ = false;
    bool done_ = true;
  };

  Extensions() = default;
  Extensions(std::uint16_t profile, ByteView bytes) : bytes_(bytes), profile_(profile) {}

  Iterator begin() const;
  std::default_sentinel_t end() const { return {}; }

  /// The first element with this id. Id 0 (not negotiated) is never found.
  std::optional<ByteView> find(std::uint8_t id) const;

  bool present() const { return profile_ != 0; }
  std::uint16_t profile() const { return profile_; }
  ByteView bytes() const { return bytes_; }

 private:
  ByteView bytes_;
  std::uint16_t profile_ = 0;  ///< 0: the packet has no block.
};

/// Builds an extension block, header included, in a buffer that it borrows. Starts in the one-byte
/// form and changes over to the two-byte form when an element needs it (id over 14, no value, or a
/// value over 16 bytes), so the caller does not have to know beforehand.
class ExtensionWriter {
 public:
  explicit ExtensionWriter(MutableBytes out) : out_(out) {}

  /// Room for an element's value, to be filled in before `finish`; nullptr if it does not fit, if
  /// the id is 0 (not negotiated) or the value is over 255 bytes. Valid until the next call.
  std::uint8_t* reserve(std::uint8_t id, std::size_t size);

  /// Copies the value; false as above.
  bool add(std::uint8_t id, ByteView value);

  bool empty() const { return elements_ == 0; }

  /// Pads to 32 bits and writes the block's header. The size of the whole block; 0 if it is empty.
  std::size_t finish();

 private:
  bool change_to_two_byte(std::size_t size_of_next);

  MutableBytes out_;
  std::size_t size_ = 4;  ///< The block's own header comes first.
  std::size_t elements_ = 0;
  bool two_byte_ = false;
};

}  // namespace parley::rtp
