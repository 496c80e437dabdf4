#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::application::store {

/// What can go wrong with a database. `what` is a sentence for the operator; it never repeats a
/// value that was to be stored.
struct Error {
  enum class Kind : std::uint8_t {
    unavailable,      ///< No connection, no such file, no permission: try again later.
    overloaded,       ///< Too much is waiting, or somebody else holds a lock for too long.
    conflict,         ///< Another transaction was faster each time that this one was tried.
    duplicate,        ///< A key that must be there once is there already.
    constraint,       ///< Another rule of a table: a reference to nothing, a missing value.
    bad_value,        ///< Text that is not UTF-8, or holds a NUL.
    full,             ///< The disk.
    damaged,          ///< The file is no database, or broken.
    newer,            ///< Made by a newer program.
    bad_backup,       ///< The file is no backup, cut short or changed.
    not_empty,        ///< What a backup would replace holds data.
    statement,        ///< SQL that the engine refuses: a mistake of ours.
    unknown_outcome,  ///< The connection broke while committing: it may or may not have happened.
  };
  Kind kind{};
  std::string what;
};

/// A metric label.
constexpr std::string_view to_string(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::unavailable:
      return "unavailable";
    case Error::Kind::overloaded:
      return "overloaded";
    case Error::Kind::conflict:
      return "conflict";
    case Error::Kind::duplicate:
      return "duplicate";
    case Error::Kind::constraint:
      return "constraint";
    case Error::Kind::bad_value:
      return "bad_value";
    case Error::Kind::full:
      return "full";
    case Error::Kind::damaged:
      return "damaged";
    case Error::Kind::newer:
      return "newer";
    case Error::Kind::bad_backup:
      return "bad_backup";
    case Error::Kind::not_empty:
      return "not_empty";
    case Error::Kind::statement:
      return "statement";
    case Error::Kind::unknown_outcome:
      return "unknown_outcome";
  }
  return "unknown";
}
inline constexpr std::size_t kErrorKinds =
    static_cast<std::size_t>(Error::Kind::unknown_outcome) + 1;

}  // namespace parley::application::store
