#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "application/store/error.h"

/// The lines of a backup, and the checksum that its last one holds.
namespace parley::application::store {

class Sha256 {
 public:
  Sha256();
  void add(std::string_view text);
  /// In hexadecimal. Afterwards it is used up.
  std::string finish();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

/// Writes beside the file's place, and moves it there when it is whole and on the disk.
class DumpWriter {
 public:
  static std::expected<DumpWriter, Error> create(const std::filesystem::path& file);
  DumpWriter(DumpWriter&& other) noexcept;
  DumpWriter& operator=(DumpWriter&&) = delete;
  /// What was not finished is removed.
  ~DumpWriter();

  void line(const std::string& text);
  /// Adds the last line. The error says why the file is not there.
  std::expected<void, Error> finish(std::int64_t rows);

 private:
  DumpWriter(std::filesystem::path file, std::filesystem::path unfinished, int fd);
  void put(std::string_view text);
  void flush();

  std::filesystem::path file_;
  std::filesystem::path unfinished_;
  int fd_;
  std::string buffer_;
  std::optional<Error> failed_;
  Sha256 sum_;
};

/// Reads the lines between which and the last one the checksum has been found right.
class DumpReader {
 public:
  /// Reads the whole file once.
  static std::expected<DumpReader, Error> open(const std::filesystem::path& file);

  /// The next line, without the last one of the file; nullopt: there is none.
  std::optional<std::string> line();
  std::int64_t rows() const { return rows_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit DumpReader(std::FILE* file) : file_(file) {}
  std::optional<std::string> read_line();
  std::expected<void, Error> check();

  std::unique_ptr<std::FILE, Close> file_;
  std::int64_t lines_left_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace parley::application::store
