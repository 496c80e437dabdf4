#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"

typedef struct evp_md_ctx_st EVP_MD_CTX;

namespace parley::application::files {

/// A file that comes in, on disk from its first bytes on. Gone again unless it is kept.
///
///  owner    one upload
///  thread   one at a time, and one that may wait for the disk
///  bounded  by whoever appends
class Spool {
 public:
  /// In a folder that is there. The error is a sentence.
  static std::expected<std::unique_ptr<Spool>, std::string> open(const std::filesystem::path& path);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// False: the disk is full or broken.
  bool append(ByteView bytes);
  /// All is there: it has reached the disk when this returns true.
  bool finish();

  /// Everything, once finished; valid while this lives.
  ByteView bytes() const { return {static_cast<const std::uint8_t*>(view_), size_}; }
  std::size_t size() const { return size_; }
  /// SHA-256 in hexadecimal, once finished.
  const std::string& digest() const { return digest_; }
  const std::filesystem::path& path() const { return path_; }
  /// It was moved away from `path`.
  void kept() { is_kept_ = true; }

 private:
  Spool(std::filesystem::path path, int file);

  std::filesystem::path path_;
  int file_;
  EVP_MD_CTX* hash_;
  std::size_t size_ = 0;
  void* view_ = nullptr;
  std::string digest_;
  bool is_kept_ = false;
};

}  // namespace parley::application::files
