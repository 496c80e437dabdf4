#pragma once

#include <filesystem>

#include "application/files/storage.h"

namespace parley::application::files {

/// Files in a folder of the local disk, or of one that several machines share: `ab/abcdef…`, and
/// `incoming/` for what is not whole yet. All of it is for its owner only.
class Folder final : public Storage {
 public:
  /// Made if it is not there; what an earlier process left in `incoming` a day ago is removed. The
  /// error is a sentence.
  static std::expected<std::unique_ptr<Folder>, std::string> open(std::filesystem::path path,
                                                                  WallTime now);

  std::expected<std::unique_ptr<Spool>, std::string> receive(std::string_view id) override;
  bool keep(Spool& spool, std::string_view id) override;
  std::unique_ptr<Kept> open(std::string_view id) override;
  void remove(std::string_view id) override;
  std::vector<std::string> ids_before(WallTime then) override;

 private:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_of(std::string_view id) const;

  std::filesystem::path path_;
};

}  // namespace parley::application::files
