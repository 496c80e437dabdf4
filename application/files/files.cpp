#include "application/files/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "application/files/file_name.h"

namespace parley::application::files {
namespace {

using access::Capability;
using operation::Call;
using operation::Caller;
using operation::Json;
using operation::Method;
using operation::Outcome;
using operation::Preparation;
using operation::Problem;
namespace schema = operation::schema;

constexpr std::string_view kOne = "/meetings/{link}/files/{file}";
constexpr std::size_t kMaxGivenName = 1024;
constexpr std::size_t kMaxType = 256;
constexpr std::int64_t kMega = std::int64_t{1} << 20;

std::unexpected<Problem> no_such_file() { return operation::not_found("There is no such file."); }

std::unexpected<Problem> wrong_kind(KindFault fault) {
  return std::unexpected(Problem{415, "wrong_kind", std::string(to_string(fault)), "name"});
}

std::unexpected<Problem> too_large(const Limits& limits) {
  return std::unexpected(Problem{
      413, "too_large", fmt::format("A file can have {} MB at most.", limits.file / kMega)});
}

std::unexpected<Problem> no_room(std::string detail) {
  return std::unexpected(Problem{409, "no_room", std::move(detail)});
}

std::expected<void, Problem> check_room(const Call& call, const Limits& limits, std::int64_t size) {
  if (size > limits.file) return too_large(limits);
  const Taken taken = bytes_taken(call.transaction, call.meeting, call.participant.person);
  if (taken.by_person + size > limits.person) {
    return no_room(fmt::format("You have shared as much as you may in this meeting: {} MB.",
                               limits.person / kMega));
  }
  if (taken.by_all + size > limits.meeting) {
    return no_room(
        fmt::format("This meeting holds as many files as it may: {} MB.", limits.meeting / kMega));
  }
  return {};
}

/// Whoever may write to nobody has nobody to share with.
bool may_share(const Call& call) {
  return call.can(Capability::chat) || call.can(Capability::private_chat);
}

/// Before the bytes: what can be refused now need not be sent.
std::expected<Preparation, Problem> prepare_upload(const Call& call, const Limits& limits) {
  if (!may_share(call)) return operation::forbidden();
  const auto name = clean_name(call.query.at("name"));
  if (!name) return operation::bad_input("name", "This is no name for a file.");
  if (const auto fine = check_kind(*name, call.body.value("type", "")); !fine) {
    return wrong_kind(fine.error());
  }
  const Json& size = call.body.at("size");
  if (const auto fine = check_room(call, limits, size.is_null() ? 1 : size.get<std::int64_t>());
      !fine) {
    return std::unexpected(fine.error());
  }
  const std::string key =
      fmt::format("files/{}/{}/{}", call.meeting.tenant, call.meeting.id, call.participant.person);
  if (!people::take_attempt(call.transaction, key, kPace, call.now)) {
    return operation::too_many("So many files at once: wait a moment.");
  }
  return Preparation{};
}

/// They have come: `call.prepared` is an Upload.
Outcome upload_file(Call& call, const Limits& limits) {
  const auto upload = std::static_pointer_cast<Upload>(call.prepared);
  if (!upload) return operation::bad_input("", "There is no file in this request.");
  upload->is_taken = false;
  if (!may_share(call)) return operation::forbidden();
  const auto name = clean_name(call.query.at("name"));
  if (!name) return operation::bad_input("name", "This is no name for a file.");
  if (!upload->content) return wrong_kind(upload->content.error());
  if (const auto fine = check_room(call, limits, upload->size); !fine) {
    return std::unexpected(fine.error());
  }
  File file{.id = upload->id,
            .at = call.now,
            .person = call.participant.person,
            .name = *name,
            .type = std::string(upload->content->type),
            .size = upload->size};
  if (const auto& picture = upload->content->picture) {
    file.width = picture->width;
    file.height = picture->height;
  }
  add_file(call.transaction, call.meeting, file);
  upload->is_taken = true;
  return operation::Answer{201, to_json(file)};
}

Outcome fetch_file(Call& call) {
  if (!call.participant.takes_part()) return operation::forbidden();
  const auto file =
      file_by_id(call.transaction, call.meeting, call.id("file"), call.participant.person);
  if (!file) return no_such_file();
  return operation::Answer{200, nullptr,
                           operation::Content{file->id, file->name, file->type, file->size}};
}

Outcome delete_file(Call& call) {
  const auto file =
      file_by_id(call.transaction, call.meeting, call.id("file"), call.participant.person);
  if (!file || file->person != call.participant.person) return no_such_file();
  if (file->message) return operation::conflict("A message names this file: delete the message.");
  remove_file(call.transaction, file->id);
  call.effects.removed_files.push_back(file->id);
  return operation::no_content();
}

}  // namespace

Json to_json(const File& file) {
  return {{"id", file.id},
          {"name", file.name},
          {"type", file.type},
          {"size", file.size},
          {"width", file.width ? Json(*file.width) : Json()},
          {"height", file.height ? Json(*file.height) : Json()}};
}

Json files_state(const Limits& limits) {
  return {{"max_bytes", limits.file},
          {"max_per_message", kMostOfMessage},
          {"endings", shared_endings()}};
}

std::expected<std::vector<File>, Problem> files_to_send(const Call& call,
                                                        const std::vector<std::string>& ids) {
  std::vector<File> files;
  if (ids.empty()) return files;
  if (!call.can(Capability::share_files)) {
    return operation::forbidden("You may not share files in this meeting.");
  }
  for (const std::string& id : ids) {
    const bool is_named_twice = std::ranges::find(files, id, &File::id) != files.end();
    auto file = file_by_id(call.transaction, call.meeting, id, call.participant.person);
    if (!file || file->person != call.participant.person || file->message || is_named_twice) {
      return no_such_file();
    }
    files.push_back(std::move(*file));
  }
  return files;
}

operation::Operations file_operations(const Limits& limits) {
  return {
      {.id = "uploadFile",
       .tag = "files",
       .method = Method::post,
       .path = "/meetings/{link}/files",
       .needs = Capability::share_files,
       .summary = "Uploads a file for a message: it is removed after an hour if none names it.",
       .query = {{"name", schema::text(1, kMaxGivenName)}},
       .body =
           schema::object({{"type", schema::text(0, kMaxType)},
                           {"size", schema::nullable(schema::integer(0, std::int64_t{1} << 50))},
                           {"name?", schema::text(1, kMaxGivenName)},
                           {"digest?", schema::text(0, 64)}}),
       .answer = schema::ref("File"),
       .success = 201,
       .transfer = operation::Transfer::upload,
       .prepare = [limits](Call& call) { return prepare_upload(call, limits); },
       .run = [limits](Call& call) { return upload_file(call, limits); }},
      {.id = "fetchFile",
       .tag = "files",
       .method = Method::get,
       .path = kOne,
       .caller = Caller::participant,
       .summary = "The bytes of a file, to be saved: for whoever sees the message that names it.",
       .query = {{"participant", schema::text(1, 64)}},
       .transfer = operation::Transfer::download,
       .run = fetch_file},
      {.id = "deleteFile",
       .tag = "files",
       .method = Method::remove,
       .path = kOne,
       .summary =
           "Removes a file of one's own that no message names; others go with their message.",
       .success = 204,
       .run = delete_file},
  };
}

std::map<std::string, Json> components() {
  const Json pixels = schema::nullable(schema::integer(1, 65'536));
  return {{"File", schema::object({{"id", schema::text(1, 64)},
                                   {"name", schema::text(1, kMaxName)},
                                   {"type", schema::text(1, 128)},
                                   {"size", schema::integer(0, std::int64_t{1} << 50)},
                                   {"width", pixels},
                                   {"height", pixels}})},
          {"FileLimits", schema::object({{"max_bytes", schema::integer(0, std::int64_t{1} << 50)},
                                         {"max_per_message", schema::integer(1, 100)},
                                         {"endings", schema::list(schema::text(1, 16), 0, 100)}})}};
}

}  // namespace parley::application::files
