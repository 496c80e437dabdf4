#include "application/store/dump_file.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "base/assert.h"

namespace parley::application::store {
namespace {

constexpr std::size_t kBuffer = 64 * 1024;

Error file_error(const std::filesystem::path& file, int code) {
  return {code == ENOSPC || code == EDQUOT ? Error::Kind::full : Error::Kind::unavailable,
          fmt::format("{}: {}", file.native(), std::generic_category().message(code))};
}

Error bad_backup(std::string_view what) {
  return {Error::Kind::bad_backup, fmt::format("this is no whole backup: {}", what)};
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  PARLEY_ASSERT(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256::add(std::string_view text) {
  PARLEY_ASSERT(EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1);
}

std::string Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  PARLEY_ASSERT(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

DumpWriter::DumpWriter(std::filesystem::path file, std::filesystem::path unfinished, int fd)
    : file_(std::move(file)), unfinished_(std::move(unfinished)), fd_(fd) {}

DumpWriter::DumpWriter(DumpWriter&& other) noexcept
    : file_(std::move(other.file_)),
      unfinished_(std::move(other.unfinished_)),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      failed_(std::move(other.failed_)),
      sum_(std::move(other.sum_)) {}

std::expected<DumpWriter, Error> DumpWriter::create(const std::filesystem::path& file) {
  std::filesystem::path unfinished = file;
  unfinished += fmt::format(".{}.part", ::getpid());
  const int fd =
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return std::unexpected(file_error(unfinished, errno));
  return DumpWriter(file, std::move(unfinished), fd);
}

DumpWriter::~DumpWriter() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(unfinished_.c_str());
}

void DumpWriter::line(const std::string& text) {
  sum_.add(text);
  sum_.add("\n");
  put(text);
  put("\n");
}

void DumpWriter::put(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBuffer) flush();
}

void DumpWriter::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && !failed_) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      failed_ = file_error(unfinished_, errno);
      break;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

std::expected<void, Error> DumpWriter::finish(std::int64_t rows) {
  put(nlohmann::json{{"rows", rows}, {"sha256", sum_.finish()}}.dump() + "\n");
  flush();
  if (failed_) return std::unexpected(*failed_);
  if (::fsync(fd_) != 0 || ::rename(unfinished_.c_str(), file_.c_str()) != 0) {
    return std::unexpected(file_error(file_, errno));
  }
  ::close(std::exchange(fd_, -1));
  // The new name, too, is to be there after the machine lost its power.
  const auto folder = file_.has_parent_path() ? file_.parent_path() : std::filesystem::path(".");
  const int folder_fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd >= 0) {
    ::fsync(folder_fd);
    ::close(folder_fd);
  }
  return {};
}

std::expected<DumpReader, Error> DumpReader::open(const std::filesystem::path& file) {
  std::FILE* opened = std::fopen(file.c_str(), "rbe");
  if (opened == nullptr) return std::unexpected(file_error(file, errno));
  DumpReader reader(opened);
  if (auto checked = reader.check(); !checked) return std::unexpected(std::move(checked.error()));
  return reader;
}

std::optional<std::string> DumpReader::read_line() {
  char* text = nullptr;
  std::size_t capacity = 0;
  const ssize_t size = ::getline(&text, &capacity, file_.get());
  std::optional<std::string> line;
  if (size >= 0) line.emplace(text, static_cast<std::size_t>(size));
  std::free(text);
  return line;
}

std::expected<void, Error> DumpReader::check() {
  Sha256 sum;
  std::optional<std::string> last = read_line();
  if (!last) return std::unexpected(bad_backup("the file is empty"));
  std::int64_t before_last = 0;
  while (auto next = read_line()) {
    sum.add(*last);
    last = std::move(next);
    ++before_last;
  }
  const auto end = nlohmann::json::parse(*last, nullptr, false);
  if (!end.is_object() || !end.contains("sha256") || !end["sha256"].is_string() ||
      !end.contains("rows") || !end["rows"].is_number_integer()) {
    return std::unexpected(bad_backup("its end is missing"));
  }
  if (end["sha256"] != sum.finish()) {
    return std::unexpected(bad_backup("it was changed after it was made (checksum)"));
  }
  rows_ = end["rows"];
  lines_left_ = before_last;
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) {
    return std::unexpected(bad_backup("it cannot be read twice"));
  }
  return {};
}

std::optional<std::string> DumpReader::line() {
  if (lines_left_ == 0) return std::nullopt;
  --lines_left_;
  return read_line();
}

}  // namespace parley::application::store
