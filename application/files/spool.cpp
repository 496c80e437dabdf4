#include "application/files/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace parley::application::files {

std::expected<std::unique_ptr<Spool>, std::string> Spool::open(const std::filesystem::path& path) {
  constexpr int kOwnerOnly = 0600;
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (file < 0) {
    return std::unexpected(fmt::format("{}: {}", path.native(), std::strerror(errno)));
  }
  return std::unique_ptr<Spool>(new Spool(path, file));
}

Spool::Spool(std::filesystem::path path, int file)
    : path_(std::move(path)), file_(file), hash_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(hash_, EVP_sha256(), nullptr);
}

Spool::~Spool() {
  if (view_ != nullptr) ::munmap(view_, size_);
  EVP_MD_CTX_free(hash_);
  ::close(file_);
  if (!is_kept_) ::unlink(path_.c_str());
}

bool Spool::append(ByteView bytes) {
  EVP_DigestUpdate(hash_, bytes.data(), bytes.size());
  size_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool Spool::finish() {
  if (::fsync(file_) != 0) return false;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(hash_, digest.data(), &size);
  digest_ = fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
  if (size_ == 0) return true;
  void* const view = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file_, 0);
  if (view == MAP_FAILED) return false;
  view_ = view;
  return true;
}

}  // namespace parley::application::files
