#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace spdlog {
class logger;
}

namespace parley::observability {

enum class Level : std::uint8_t { debug, info, warn, error, off };
std::optional<Level> parse_level(std::string_view text);

struct LogConfig {
  std::string process = "parley";  ///< Stands in every line.
  Level level = Level::info;
  bool json = false;
};

template <typename T>
concept HasValue = requires(const T& t) {
  typename T::Value;
  t.value();
};
template <typename T>
concept HasToString = requires(const T& t) { t.to_string(); };

/// One `key=value` of a line. Anything that fmt can print, a Strong, or what has `to_string()`; a
/// Secret prints as "redacted".
class Field {
 public:
  template <typename T>
  Field(std::string_view key, const T& value) : key_(key), bare_(is_bare<T>()) {
    if constexpr (HasValue<T>) {
      text_ = fmt::format("{}", value.value());
    } else if constexpr (HasToString<T>) {
      text_ = value.to_string();
    } else {
      text_ = fmt::format("{}", value);
    }
  }

  std::string_view key() const { return key_; }
  std::string_view text() const { return text_; }
  bool bare() const { return bare_; }  ///< A number or a bool: no quotes in JSON.

 private:
  template <typename T>
  static constexpr bool is_bare() {
    return std::integral<T> && !std::same_as<T, char>;
  }

  std::string_view key_;
  std::string text_;
  bool bare_;
};

/// Structured lines to stderr:
///
///   Log log = root.with("room", room).with("participant", sid);
///   log.info("joined", {{"took_ms", 12}});
///   2026-11-21T07:30:25.123Z info  media joined room=standup participant=PA_x took_ms=12
///
/// A Log without a root says nothing (for tests). Copies are cheap; the context is shared.
///
///  thread   any; lines never mix
class Log {
 public:
  Log() = default;
  /// To stderr.
  explicit Log(const LogConfig& config);
  /// To `out`, which must outlive every copy.
  Log(const LogConfig& config, std::ostream& out);

  Log with(std::initializer_list<Field> fields) const;
  template <typename T>
  Log with(std::string_view key, const T& value) const {
    return with({Field(key, value)});
  }

  void debug(std::string_view message, std::initializer_list<Field> fields = {}) const {
    write(Level::debug, message, fields);
  }
  void info(std::string_view message, std::initializer_list<Field> fields = {}) const {
    write(Level::info, message, fields);
  }
  void warn(std::string_view message, std::initializer_list<Field> fields = {}) const {
    write(Level::warn, message, fields);
  }
  void error(std::string_view message, std::initializer_list<Field> fields = {}) const {
    write(Level::error, message, fields);
  }
  void write(Level level, std::string_view message, std::initializer_list<Field> fields = {}) const;
  bool enabled(Level level) const;

 private:
  struct Context {
    std::shared_ptr<spdlog::logger> logger;
    bool json = false;
    std::string bound;  // printed already
  };
  std::shared_ptr<const Context> context_;
};

}  // namespace parley::observability
