#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "application/files/file.h"
#include "application/files/kind.h"
#include "application/files/spool.h"
#include "application/operation/operation.h"
#include "application/people/attempts.h"

/// Files in the chat of a meeting: uploaded by who has `share_files`, then named by a message,
/// which decides who may fetch them.
namespace parley::application::files {

struct Limits {
  std::int64_t file = std::int64_t{25} << 20;       ///< Bytes of one.
  std::int64_t person = std::int64_t{250} << 20;    ///< Of all that one person shares in a run.
  std::int64_t meeting = std::int64_t{2000} << 20;  ///< Of all of a run.
};
inline constexpr std::size_t kMostOfMessage = 10;
/// Of one person in one meeting.
inline constexpr people::Allowance kPace{.burst = 30, .pause = std::chrono::seconds(2)};
/// What no message names by then is removed.
inline constexpr auto kUnnamedLife = std::chrono::hours(1);

/// What has come in and was looked at, for `uploadFile`: in Call::prepared.
struct Upload {
  std::string id;
  std::int64_t size = 0;
  std::expected<Content, KindFault> content;
  bool is_taken = false;  ///< A row knows it now.
};

operation::Operations file_operations(const Limits& limits);
/// JSON Schemas: File, FileLimits.
std::map<std::string, operation::Json> components();
/// What a page has to know before it uploads.
operation::Json files_state(const Limits& limits);

/// As its message shows it.
operation::Json to_json(const File& file);
/// Files that this person has uploaded and no message names yet.
std::expected<std::vector<File>, operation::Problem> files_to_send(
    const operation::Call& call, const std::vector<std::string>& ids);

}  // namespace parley::application::files
