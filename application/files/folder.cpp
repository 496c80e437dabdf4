#include "application/files/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace parley::application::files {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kIncoming = "incoming";
constexpr auto kUploadLife = std::chrono::hours(24);
constexpr mode_t kOwnerOnly = 0700;

/// True: it is there. Its parent is made as well.
bool make_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), kOwnerOnly) == 0 || errno == EEXIST) return true;
  if (errno != ENOENT || !path.has_parent_path() || !make_folder(path.parent_path())) return false;
  return ::mkdir(path.c_str(), kOwnerOnly) == 0 || errno == EEXIST;
}

/// A file's name is durable once its folder is.
bool sync_folder(const fs::path& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  const bool synced = ::fsync(folder) == 0;
  ::close(folder);
  return synced;
}

/// When it was written; nullopt: it has gone.
std::optional<WallTime> written_at(const fs::path& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  return WallTime(std::chrono::seconds(facts.st_mtim.tv_sec));
}

class KeptFile final : public Kept {
 public:
  KeptFile(int file, std::uint64_t size) : file_(file), size_(size) {}
  ~KeptFile() override { ::close(file_); }
  KeptFile(const KeptFile&) = delete;
  KeptFile& operator=(const KeptFile&) = delete;

  std::uint64_t size() const override { return size_; }
  std::optional<std::size_t> read(MutableBytes into) override {
    for (;;) {
      const ssize_t got = ::read(file_, into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return std::nullopt;
    }
  }

 private:
  int file_;
  std::uint64_t size_;
};

}  // namespace

std::expected<std::unique_ptr<Folder>, std::string> Folder::open(fs::path path, WallTime now) {
  const fs::path incoming = path / kIncoming;
  if (!make_folder(incoming)) {
    return std::unexpected(fmt::format("{}: {}", incoming.native(), std::strerror(errno)));
  }
  if (::access(incoming.c_str(), W_OK | X_OK) != 0) {
    return std::unexpected(fmt::format("{}: {}", incoming.native(), std::strerror(errno)));
  }
  std::error_code error;
  for (const auto& one : fs::directory_iterator(incoming, error)) {
    const auto at = written_at(one.path());
    if (at && *at < now - kUploadLife) ::unlink(one.path().c_str());
  }
  return std::unique_ptr<Folder>(new Folder(std::move(path)));
}

fs::path Folder::path_of(std::string_view id) const { return path_ / id.substr(0, 2) / id; }

std::expected<std::unique_ptr<Spool>, std::string> Folder::receive(std::string_view id) {
  return Spool::open(path_ / kIncoming / id);
}

bool Folder::keep(Spool& spool, std::string_view id) {
  const fs::path path = path_of(id);
  const fs::path folder = path.parent_path();
  const bool is_new = ::access(folder.c_str(), F_OK) != 0;
  if (!make_folder(folder) || ::rename(spool.path().c_str(), path.c_str()) != 0) return false;
  spool.kept();
  return sync_folder(folder) && (!is_new || sync_folder(path_));
}

std::unique_ptr<Kept> Folder::open(std::string_view id) {
  const int file = ::open(path_of(id).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return nullptr;
  struct stat facts{};
  if (::fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    ::close(file);
    return nullptr;
  }
  return std::make_unique<KeptFile>(file, static_cast<std::uint64_t>(facts.st_size));
}

void Folder::remove(std::string_view id) { ::unlink(path_of(id).c_str()); }

std::vector<std::string> Folder::ids_before(WallTime then) {
  std::vector<std::string> ids;
  std::error_code error;
  for (const auto& folder : fs::directory_iterator(path_, error)) {
    if (folder.path().filename() == kIncoming) continue;
    std::error_code unreadable;
    for (const auto& one : fs::directory_iterator(folder.path(), unreadable)) {
      const auto at = written_at(one.path());
      if (at && *at < then) ids.push_back(one.path().filename().native());
    }
  }
  return ids;
}

}  // namespace parley::application::files
