#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/time.h"

namespace parley::application::store {

/// What a column holds, the same on every engine: nothing, a whole number (BIGINT), text (TEXT) or
/// bytes (BYTEA). Times are numbers of milliseconds, what is true is 1.
class Value {
 public:
  using Held = std::variant<std::monostate, std::int64_t, std::string, ByteVector>;

  Value() = default;
  Value(std::nullopt_t) {}
  template <std::integral T>
  Value(T number) : held_(static_cast<std::int64_t>(number)) {}
  Value(std::string text) : held_(std::move(text)) {}
  Value(std::string_view text) : held_(std::string(text)) {}
  Value(const char* text) : held_(std::string(text)) {}
  Value(ByteVector bytes) : held_(std::move(bytes)) {}
  Value(ByteView bytes) : held_(to_vector(bytes)) {}
  Value(WallTime time)
      : held_(std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count()) {}
  template <typename T>
  Value(const std::optional<T>& value) {
    if (value) *this = Value(*value);
  }

  /// Nothing, where there is no text.
  static Value text_or_null(std::string_view text) { return text.empty() ? Value() : Value(text); }

  const Held& held() const { return held_; }
  friend bool operator==(const Value&, const Value&) = default;

 private:
  Held held_;
};

using Values = std::vector<Value>;

/// One row of an answer, by column. A type that the table does not have is a broken promise of
/// ours.
class Row {
 public:
  Row() = default;
  explicit Row(Values values) : values_(std::move(values)) {}

  std::size_t size() const { return values_.size(); }
  const Values& values() const { return values_; }
  bool is_null(std::size_t column) const {
    return std::holds_alternative<std::monostate>(at(column));
  }
  std::int64_t integer(std::size_t column) const { return get<std::int64_t>(column); }
  bool truth(std::size_t column) const { return integer(column) != 0; }
  const std::string& text(std::size_t column) const { return get<std::string>(column); }
  const ByteVector& bytes(std::size_t column) const { return get<ByteVector>(column); }
  WallTime time(std::size_t column) const {
    return WallTime(std::chrono::milliseconds(integer(column)));
  }
  std::optional<WallTime> maybe_time(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }
  std::optional<std::string> maybe_text(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(text(column));
  }

 private:
  const Value::Held& at(std::size_t column) const {
    PARLEY_ASSERT(column < values_.size());
    return values_[column].held();
  }
  template <typename T>
  const T& get(std::size_t column) const {
    const T* value = std::get_if<T>(&at(column));
    PARLEY_ASSERT(value != nullptr);
    return *value;
  }

  Values values_;
};

using Rows = std::vector<Row>;

}  // namespace parley::application::store
