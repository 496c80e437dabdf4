#include "application/boards/boards.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <utility>

#include "application/boards/document.h"
#include "application/boards/pace.h"
#include "signaling/encoding/base64.h"

namespace parley::application::boards {
namespace {

using access::Capability;
using journal::Audience;
using operation::Call;
using operation::Json;
using operation::Method;
using operation::Outcome;
using operation::Problem;
namespace schema = operation::schema;

constexpr std::string_view kOne = "/meetings/{link}/boards/{board}";
constexpr std::array<std::string_view, 2> kNames{"notes", "whiteboard"};
constexpr std::size_t kMaxId = 64;
/// Of updates in one answer.
constexpr std::size_t kPage = 512UL * 1024;

/// Characters of base64url without padding.
constexpr std::size_t encoded(std::size_t bytes) { return (bytes * 4 + 2) / 3; }

Json data_schema(std::size_t most) { return schema::text(1, encoded(most)); }

std::expected<std::string, Problem> name_in(const Call& call) {
  const std::string& name = call.id("board");
  if (std::ranges::find(kNames, name) == kNames.end()) {
    return operation::not_found("A meeting has notes and a whiteboard.");
  }
  return name;
}

std::expected<ByteVector, Problem> data_in(const Call& call) {
  auto data = signaling::base64url_decode_strict(call.body.at("data").get<std::string>());
  if (!data) return operation::bad_input("data", "This is not base64url without padding.");
  return std::move(*data);
}

std::string key_of(const Call& call, std::string_view what) {
  return fmt::format("{}/{}/{}/{}", what, call.meeting.tenant, call.meeting.id,
                     call.participant.person);
}

/// One of `pace`, and of what somebody may write altogether.
bool take(const Call& call, std::string_view what, const people::Allowance& pace,
          const ByteVector& data) {
  const auto kib = static_cast<std::int64_t>(data.size() / 1024);
  return people::take_attempt(call.transaction, key_of(call, what), pace, call.now) &&
         people::take_attempt(call.transaction, key_of(call, "board volume"), kVolume, call.now,
                              kib);
}

std::unexpected<Problem> began_anew() {
  return operation::conflict("This document is not there any more; another one began.");
}

Json piece_json(const Piece& piece) {
  return {{"number", piece.number}, {"data", signaling::base64url_encode(piece.data)}};
}

/// To everybody inside, for now: whoever misses it finds a gap in the numbers.
void flash(Call& call, std::string_view type, Json body) {
  call.effects.flashes.push_back({Audience::inside(), std::string(type), std::move(body)});
}

std::int64_t after_in(const Call& call) {
  const auto given = call.query.find("after");
  std::int64_t number = 0;
  if (given != call.query.end()) {
    const std::string& text = given->second;
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return number;
}

Outcome read_board(Call& call) {
  const auto name = name_in(call);
  if (!name) return std::unexpected(name.error());
  Json board{{"document", nullptr},
             {"last", 0},
             {"snapshot", nullptr},
             {"updates", Json::array()},
             {"more", false}};
  const auto document = document_of(call.transaction, call.meeting, *name);
  if (!document) return operation::Answer{200, std::move(board)};
  board["document"] = document->id;
  board["last"] = document->last;
  std::int64_t after = after_in(call);
  if (after < covered(call.transaction, call.meeting, *document)) {
    if (const auto snapshot = newest_snapshot(call.transaction, call.meeting, *document)) {
      after = snapshot->number;
      board["snapshot"] = piece_json(*snapshot);
    }
  }
  for (const Piece& one : updates_after(call.transaction, call.meeting, *document, after, kPage)) {
    after = one.number;
    board["updates"].push_back(piece_json(one));
  }
  board["more"] = after < document->last;
  return operation::Answer{200, std::move(board)};
}

Outcome append(Call& call) {
  const auto name = name_in(call);
  if (!name) return std::unexpected(name.error());
  const auto data = data_in(call);
  if (!data) return std::unexpected(data.error());
  auto document = document_of(call.transaction, call.meeting, *name);
  const Json& expected = call.body.at("document");
  if (document ? (!expected.is_null() && expected != document->id) : !expected.is_null()) {
    return began_anew();
  }
  if (document && std::cmp_greater(document->bytes, kMostDocument - data->size())) {
    return std::unexpected(Problem{413, "too_large", "This document takes no more."});
  }
  if (!take(call, "board updates", kUpdatePace, *data)) {
    return operation::too_many("So many changes at once: wait a moment.");
  }
  if (!document) document = begin_document(call.transaction, call.meeting, *name, call.random);
  const std::int64_t number = append_update(call.transaction, call.meeting, *document, *data);
  Json news{{"board", *name}, {"document", document->id}, {"number", number}};
  if (data->size() <= kMostTold) news["data"] = call.body.at("data");
  flash(call, "board", std::move(news));
  return operation::Answer{201, {{"document", document->id}, {"number", number}}};
}

Outcome put_snapshot(Call& call) {
  const auto name = name_in(call);
  if (!name) return std::unexpected(name.error());
  const auto data = data_in(call);
  if (!data) return std::unexpected(data.error());
  auto document = document_of(call.transaction, call.meeting, *name);
  if (!document || call.body.at("document") != document->id) return began_anew();
  if (call.body.at("number").get<std::int64_t>() != document->last) {
    return operation::conflict("There are newer updates, or not as many.");
  }
  const std::int64_t replaces = document->last - covered(call.transaction, call.meeting, *document);
  const bool is_large = std::cmp_greater(document->bytes, kLarge);
  if (replaces < 1 || (replaces < kFewestReplaced && !is_large)) {
    return operation::conflict(
        fmt::format("A snapshot replaces {} updates at least.", kFewestReplaced));
  }
  if (!take(call, "board snapshots", kSnapshotPace, *data)) {
    return operation::too_many("So many snapshots at once: wait a moment.");
  }
  add_snapshot(call.transaction, call.meeting, *document, *data, call.participant.person, call.now);
  forget_replaced(call.transaction, call.meeting, *document, call.now - kKept,
                  static_cast<std::int64_t>(kMostKept));
  flash(call, "board_snapshot",
        {{"board", *name},
         {"document", document->id},
         {"number", document->last},
         {"participant", call.participant.id}});
  return operation::no_content();
}

Outcome restore(Call& call) {
  const auto name = name_in(call);
  if (!name) return std::unexpected(name.error());
  auto document = document_of(call.transaction, call.meeting, *name);
  if (!document) return operation::no_content();
  drop_snapshots(call.transaction, call.meeting, *document);
  flash(call, "board_restored", {{"board", *name}, {"document", document->id}});
  return operation::no_content();
}

/// The page of others makes a pointer with a name of it. Only who may see who is there is told.
Outcome point(Call& call, Pace& pace) {
  const auto name = name_in(call);
  if (!name) return std::unexpected(name.error());
  if (const auto data = data_in(call); !data) return std::unexpected(data.error());
  if (!pace.take(key_of(call, "board presence"), call.now)) {
    return operation::too_many("So much at once: wait a moment.");
  }
  call.effects.flashes.push_back({Audience::who_can(Capability::see_people), "board_presence",
                                  Json{{"board", *name},
                                       {"participant", call.participant.id},
                                       {"data", call.body.at("data")}}});
  return operation::no_content();
}

}  // namespace

operation::Operations board_operations() {
  const Json id = schema::text(1, kMaxId);
  const Json number = schema::integer(0, INT64_MAX);
  const auto pace = std::make_shared<Pace>(kPresencePace);
  return {
      {.id = "readBoard",
       .tag = "boards",
       .method = Method::get,
       .path = kOne,
       .summary = "The notes or the whiteboard: a snapshot, if one is newer than `after`, and the "
                  "updates after that. `more`: ask again after the last number.",
       .query = {{"after", number}},
       .answer = schema::ref("Board"),
       .run = read_board},
      {.id = "appendBoardUpdate",
       .tag = "boards",
       .method = Method::post,
       .path = "/meetings/{link}/boards/{board}/updates",
       .needs = Capability::edit_notes,
       .summary = "Adds a change, which others apply whenever it comes. `document`: of which it "
                  "is a change; null: of whichever is there, or a new one.",
       .body =
           schema::object({{"document", schema::nullable(id)}, {"data", data_schema(kMostUpdate)}}),
       .answer = schema::object({{"document", id}, {"number", number}}),
       .success = 201,
       .run = append},
      {.id = "putBoardSnapshot",
       .tag = "boards",
       .method = Method::put,
       .path = "/meetings/{link}/boards/{board}/snapshot",
       .needs = Capability::edit_notes,
       .summary = "The document as it is with all updates up to `number`, the last one: read in "
                  "their place from now on.",
       .body = schema::object(
           {{"document", id}, {"number", number}, {"data", data_schema(kMostSnapshot)}}),
       .success = 204,
       .run = put_snapshot},
      {.id = "restoreBoard",
       .tag = "boards",
       .method = Method::post,
       .path = "/meetings/{link}/boards/{board}/restore",
       .needs = Capability::change_settings,
       .summary = "Takes back the snapshots of the last days, should one have lost something: all "
                  "updates that are kept are read again.",
       .success = 204,
       .run = restore},
      {.id = "pointOnBoard",
       .tag = "boards",
       // No answer is kept for it to be asked again: that would be a write to the disk.
       .method = Method::put,
       .path = "/meetings/{link}/boards/{board}/presence",
       .needs = Capability::edit_notes,
       .summary = "Where one's own cursor or pointer is, for those who look now.",
       .body = schema::object({{"data", data_schema(kMostPresence)}}),
       .success = 204,
       .run = [pace](Call& call) { return point(call, *pace); }},
  };
}

std::map<std::string, Json> components() {
  const Json number = schema::integer(0, INT64_MAX);
  const Json any_text{{"type", "string"}};
  const Json piece = schema::object({{"number", number}, {"data", any_text}});
  return {{"Board", schema::object({{"document", schema::nullable(schema::text(1, kMaxId))},
                                    {"last", number},
                                    {"snapshot", schema::nullable(piece)},
                                    {"updates", schema::list(piece, 0, 500)},
                                    {"more", schema::boolean()}})}};
}

std::map<std::string, Json> events() {
  const Json name = schema::one_of({"notes", "whiteboard"});
  const Json id = schema::text(1, kMaxId);
  const Json number = schema::integer(1, INT64_MAX);
  const Json any_text{{"type", "string"}};
  return {
      {"board", schema::object(
                    {{"board", name}, {"document", id}, {"number", number}, {"data?", any_text}})},
      {"board_snapshot",
       schema::object(
           {{"board", name}, {"document", id}, {"number", number}, {"participant", id}})},
      {"board_restored", schema::object({{"board", name}, {"document", id}})},
      {"board_presence",
       schema::object({{"board", name}, {"participant", id}, {"data", any_text}})},
  };
}

}  // namespace parley::application::boards
