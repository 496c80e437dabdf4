#include "signaling/http/static_files.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <system_error>

#include "base/assert.h"

namespace parley::signaling {
namespace {

constexpr std::uintmax_t kMaxFileBytes = 64 * 1024 * 1024;

struct Mime {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array kMimes{Mime{".html", "text/html; charset=utf-8"},
                            Mime{".js", "text/javascript; charset=utf-8"},
                            Mime{".mjs", "text/javascript; charset=utf-8"},
                            Mime{".css", "text/css; charset=utf-8"},
                            Mime{".json", "application/json"},
                            Mime{".map", "application/json"},
                            Mime{".webmanifest", "application/manifest+json"},
                            Mime{".svg", "image/svg+xml"},
                            Mime{".png", "image/png"},
                            Mime{".jpg", "image/jpeg"},
                            Mime{".jpeg", "image/jpeg"},
                            Mime{".webp", "image/webp"},
                            Mime{".avif", "image/avif"},
                            Mime{".ico", "image/x-icon"},
                            Mime{".woff2", "font/woff2"},
                            Mime{".woff", "font/woff"},
                            Mime{".ttf", "font/ttf"},
                            Mime{".wasm", "application/wasm"},
                            Mime{".mp3", "audio/mpeg"},
                            Mime{".ogg", "audio/ogg"},
                            Mime{".opus", "audio/ogg"},
                            Mime{".wav", "audio/wav"},
                            Mime{".mp4", "video/mp4"},
                            Mime{".webm", "video/webm"},
                            Mime{".tflite", "application/octet-stream"},
                            Mime{".txt", "text/plain; charset=utf-8"}};

// Pages load nothing from elsewhere, and run no script that is not a file of ours. WebAssembly is
// for background effects and noise suppression; blob: for media and the workers that bundlers
// inline.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob: mediastream:; worker-src 'self' blob:; "
    "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'";

std::string etag_of(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  PARLEY_ASSERT(EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_sha256(),
                           nullptr) == 1);
  std::string tag = "\"";
  for (unsigned i = 0; i < 12; ++i) tag += fmt::format("{:02x}", digest[i]);
  return tag + '"';
}

/// RFC 9110 section 13.1.2: a list of tags, or a star; weak comparison.
bool matches_etag(std::string_view header, std::string_view etag) {
  return header == "*" || (!header.empty() && header.find(etag) != std::string_view::npos);
}

bool stays_inside(std::string_view path) {
  // Segments that begin with a dot are parents, or files that nobody meant to publish.
  return path.starts_with('/') && path.find("/.") == std::string_view::npos &&
         path.find('\\') == std::string_view::npos && path.find('\0') == std::string_view::npos;
}

}  // namespace

std::string_view mime_type(std::string_view path) {
  for (const auto& [extension, type] : kMimes) {
    if (path.ends_with(extension)) return type;
  }
  return "application/octet-stream";
}

bool has_content_hash(std::string_view path) {
  if (!path.starts_with("/assets/")) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || dot < 9) return false;
  // Vite: eight characters of base64url after a dash.
  const std::string_view hash = name.substr(dot - 8, 8);
  return name[dot - 9] == '-' && std::ranges::all_of(hash, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
         });
}

const StaticFiles::File* StaticFiles::load(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    files_.erase(path.native());
    return nullptr;
  }
  const auto changed = std::filesystem::last_write_time(path, error);
  const auto size = std::filesystem::file_size(path, error);
  if (error || size > kMaxFileBytes) return nullptr;
  const auto at = files_.find(path.native());
  if (at != files_.end() && at->second.changed == changed && at->second.size == size) {
    return &at->second;
  }
  std::ifstream in(path, std::ios::binary);
  std::string content(size, '\0');
  if (!in.read(content.data(), static_cast<std::streamsize>(size))) return nullptr;
  File file{changed, size, std::make_shared<const std::string>(std::move(content)), {}};
  file.etag = etag_of(*file.content);
  return &(files_[path.native()] = std::move(file));
}

std::optional<Reply> StaticFiles::serve(const Request& request) {
  if (folder_.empty() || !stays_inside(request.path)) return std::nullopt;
  const std::filesystem::path path = folder_ / std::string(request.path.substr(1));
  const File* file = load(path);
  if (file == nullptr) return std::nullopt;

  Reply reply;
  reply.content_type = mime_type(request.path);
  reply.headers.emplace_back("Cache-Control", has_content_hash(request.path)
                                                  ? "public, max-age=31536000, immutable"
                                                  : "no-cache");
  if (reply.content_type.starts_with("text/html")) {
    reply.headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
    reply.headers.emplace_back("Referrer-Policy", "no-referrer");
    // No window of another origin keeps a hold on ours.
    reply.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    reply.headers.emplace_back("Permissions-Policy",
                               "camera=(self), microphone=(self), display-capture=(self), "
                               "geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()");
  }
  const File* plain = file;
  if (const File* packed = load(path.native() + ".gz"); packed != nullptr) {
    reply.headers.emplace_back("Vary", "Accept-Encoding");
    if (request.accepts_gzip) {
      file = packed;
      reply.headers.emplace_back("Content-Encoding", "gzip");
    } else {
      file = plain;
    }
  }
  reply.headers.emplace_back("ETag", file->etag);
  if (matches_etag(request.if_none_match, file->etag)) {
    reply.status = 304;
    return reply;
  }
  reply.body = file->content;
  return reply;
}

std::optional<Reply> StaticFiles::serve_app(bool accepts_gzip, std::string_view if_none_match) {
  return serve({"/index.html", accepts_gzip, if_none_match});
}

}  // namespace parley::signaling
