#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "signaling/http/reply.h"

namespace parley::signaling {

/// The web app: the files of one folder, with what browsers need to keep them. A file is read when
/// it is first asked for and again when it has changed on disk.
///
///  bounded  by the folder; files over 64 MiB are not served
class StaticFiles {
 public:
  struct Request {
    std::string_view path;  ///< Decoded, begins with a slash.
    bool accepts_gzip = false;
    std::string_view if_none_match;
  };

  /// An empty folder serves nothing.
  explicit StaticFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// nullopt: no such file, or a path that tries to leave the folder.
  std::optional<Reply> serve(const Request& request);
  /// The page that every meeting link leads to.
  std::optional<Reply> serve_app(bool accepts_gzip, std::string_view if_none_match);

 private:
  struct File {
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    std::shared_ptr<const std::string> content;
    std::string etag;
  };
  const File* load(const std::filesystem::path& path);

  std::filesystem::path folder_;
  std::unordered_map<std::string, File> files_;
};

/// By the file's extension; application/octet-stream if unknown.
std::string_view mime_type(std::string_view path);
/// Bundlers put a hash of the content into the names of what never changes: index-DwFQ3x9a.js.
bool has_content_hash(std::string_view path);

}  // namespace parley::signaling
