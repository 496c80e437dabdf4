#include "apps/app/server_secret.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace parley::apps {
namespace {

/// 62^43 > 2^256.
constexpr std::size_t kLength = 43;

std::unexpected<std::string> failed(const std::filesystem::path& file, std::string_view what) {
  return std::unexpected(fmt::format("{}: {}", file.native(), what));
}

std::unexpected<std::string> failed(const std::filesystem::path& file) {
  return failed(file, std::strerror(errno));
}

/// Whole, on the disk, and under a name that nobody reads yet.
bool write_whole(const std::filesystem::path& file, std::string_view text) {
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (out < 0) return false;
  const bool written = ::write(out, text.data(), text.size()) == std::ssize(text);
  const bool kept = written && ::fsync(out) == 0;
  return ::close(out) == 0 && kept;
}

std::expected<Secret, std::string> read(const std::filesystem::path& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) return failed(file);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return failed(file, "others may read it: chmod 600");
  }
  std::ifstream in(file);
  std::string text;
  if (!(in >> text) || text.size() < kLength) {
    return failed(file, "is not a secret that Parley has made");
  }
  return Secret(text);
}

}  // namespace

std::expected<Secret, std::string> read_or_make_secret(const std::filesystem::path& file,
                                                       Random& random) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) return read(file);
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  const std::filesystem::path made = file.native() + ".new-" + random.token(8);
  if (!write_whole(made, random.token(kLength) + "\n")) return failed(made);
  // A link is made by one process alone; the others read what that one made.
  const bool linked = ::link(made.c_str(), file.c_str()) == 0;
  const int why = errno;
  ::unlink(made.c_str());
  if (!linked && why != EEXIST) return failed(file, std::strerror(why));
  return read(file);
}

}  // namespace parley::apps
