#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/files/spool.h"
#include "base/bytes.h"
#include "base/time.h"

namespace parley::application::files {

/// A kept file that is read.
class Kept {
 public:
  virtual ~Kept() = default;
  virtual std::uint64_t size() const = 0;
  /// The next bytes, as many as fit; 0: no more. nullopt: it cannot be read.
  virtual std::optional<std::size_t> read(MutableBytes into) = 0;
};

/// Where the bytes of files are, by id. A folder is one (`Folder`), an object store can be another.
/// Rows and bytes are not written together: bytes come first and go last, and `ids_before` finds
/// those that no row knows.
///
///  thread   any, one call at a time for one id; every call may wait for a disk or a network
class Storage {
 public:
  virtual ~Storage() = default;

  /// Where what comes in is collected.
  virtual std::expected<std::unique_ptr<Spool>, std::string> receive(std::string_view id) = 0;
  /// True: it is there under `id`, and survives a loss of power.
  virtual bool keep(Spool& spool, std::string_view id) = 0;
  /// nullptr: there is none.
  virtual std::unique_ptr<Kept> open(std::string_view id) = 0;
  /// None there: nothing to do.
  virtual void remove(std::string_view id) = 0;
  /// Of all that has been there since before then.
  virtual std::vector<std::string> ids_before(WallTime then) = 0;
};

}  // namespace parley::application::files
