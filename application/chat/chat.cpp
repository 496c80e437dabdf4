#include "application/chat/chat.h"

#include <fmt/format.h>

#include <utility>

#include "application/chat/messages.h"
#include "application/files/files.h"
#include "application/operation/input.h"

namespace parley::application::chat {
namespace {

using access::Capability;
using journal::Audience;
using meetings::Participant;
using meetings::Presence;
using operation::Call;
using operation::Caller;
using operation::Json;
using operation::Method;
using operation::Outcome;
using operation::Problem;
namespace schema = operation::schema;

constexpr std::string_view kOne = "/meetings/{link}/chat/{message}";

std::unexpected<Problem> no_such_message() {
  return operation::not_found("There is no such message.");
}

/// As everybody sees it who sees it at all, but for whether it is their own.
Json to_json(const Message& message) {
  const auto& to = message.to;
  Json files = Json::array();
  for (const files::File& file : message.files) files.push_back(files::to_json(file));
  return {{"id", message.id},
          {"at", operation::instant(message.at)},
          {"from", message.from.participant},
          {"from_name", message.from.name},
          {"to", to ? Json(to->participant) : Json()},
          {"to_name", to ? Json(to->name) : Json()},
          {"text", message.text},
          {"reply_to", message.reply_to ? Json(*message.reply_to) : Json()},
          {"files", std::move(files)},
          {"edited_at", operation::instant(message.edited_at)},
          {"deleted", message.is_deleted}};
}

Json to_json_for(const Message& message, std::string_view person) {
  Json out = to_json(message);
  out["is_mine"] = message.is_of(person);
  return out;
}

/// What the message is now, in place of what it was.
void tell(const Call& call, const Message& message) {
  Json body = to_json(message);
  body[std::string(journal::kPersonMember)] = message.from.person;
  const auto audience =
      message.to ? Audience::people({message.from.person, message.to->person}) : Audience::inside();
  journal::forget(call.transaction, call.meeting, message.id);
  call.tell(audience, "message", body, message.id);
}

/// May they write this at all, to all or to somebody of this standing?
bool may_write(const Call& call, const meetings::Standing* to) {
  if (to == nullptr) return call.can(Capability::chat);
  if (call.can(Capability::private_chat)) return true;
  return call.meeting.settings.type == access::MeetingType::classroom &&
         call.can(Capability::chat) && to->may(call.meeting).has(Capability::private_chat);
}

/// A message of files alone needs no text.
std::expected<void, Problem> check(const Call& call, std::string_view text, bool has_files) {
  if (!text.empty() || !has_files) {
    auto fine = operation::check_text("text", text, kMaxText, operation::Lines::many);
    if (!fine) return fine;
  }
  const auto& author = call.participant.person;
  const std::string key =
      fmt::format("chat/{}/{}/{}", call.meeting.tenant, call.meeting.id, author);
  if (!people::take_attempt(call.transaction, key, kPace, call.now)) {
    return operation::too_many("So many messages at once: wait a moment.");
  }
  return {};
}

/// Somebody who is inside, in this tab or another.
std::expected<Party, Problem> recipient_of(const Call& call, const std::string& id) {
  const auto nobody = operation::not_found("Nobody of that id is in the meeting.");
  // Before it is looked whether they are there: who may not write to anybody learns nothing.
  if (!call.can(Capability::private_chat) && !call.can(Capability::chat)) {
    return operation::forbidden();
  }
  const auto named = participant_by_id(call.transaction, call.meeting, id);
  if (!named) return nobody;
  bool is_inside = false;
  for (const Participant& tab : participants_of(call.transaction, call.meeting, named->person)) {
    is_inside = is_inside || tab.presence == Presence::inside;
  }
  if (!is_inside) return nobody;
  if (named->person == call.participant.person) {
    return operation::bad_input("to", "This is yourself.");
  }
  if (!may_write(call, &named->standing)) {
    return operation::forbidden("You may not write to this person alone.");
  }
  return Party{named->person, named->id, named->name};
}

/// Everybody who sees the reply has to see what it answers.
std::expected<void, Problem> check_reply(const Call& call, const Message& reply) {
  if (!reply.reply_to) return {};
  const auto answered =
      message_by_id(call.transaction, call.meeting, *reply.reply_to, call.participant.person);
  if (!answered) return no_such_message();
  const bool all_see_it = !answered->to || (reply.to && answered->is_seen_by(reply.to->person));
  if (!all_see_it) {
    return operation::bad_input("reply_to", "Not everybody who reads this sees that message.");
  }
  return {};
}

std::optional<std::string> member(const Json& body, const char* name) {
  const auto at = body.find(name);
  if (at == body.end() || at->is_null()) return std::nullopt;
  return at->get<std::string>();
}

Outcome write_message(Call& call) {
  Message message{.id = {},
                  .at = call.now,
                  .from = {call.participant.person, call.participant.id, call.participant.name},
                  .to = std::nullopt,
                  .text = call.body.at("text").get<std::string>(),
                  .reply_to = member(call.body, "reply_to"),
                  .edited_at = std::nullopt};
  if (const auto to = member(call.body, "to")) {
    auto recipient = recipient_of(call, *to);
    if (!recipient) return std::unexpected(recipient.error());
    message.to = std::move(*recipient);
  } else if (!may_write(call, nullptr)) {
    return operation::forbidden();
  }
  if (const auto fine = check_reply(call, message); !fine) return std::unexpected(fine.error());
  auto files = files::files_to_send(call, call.body.value("files", std::vector<std::string>()));
  if (!files) return std::unexpected(files.error());
  message.files = std::move(*files);
  if (const auto fine = check(call, message.text, !message.files.empty()); !fine) {
    return std::unexpected(fine.error());
  }
  add_message(call.transaction, call.meeting, message, call.random);
  tell(call, message);
  return operation::Answer{201, to_json_for(message, call.participant.person)};
}

Outcome edit_message(Call& call) {
  auto message =
      message_by_id(call.transaction, call.meeting, call.id("message"), call.participant.person);
  if (!message || message->is_deleted || !message->is_of(call.participant.person)) {
    return no_such_message();
  }
  std::optional<meetings::Standing> to;
  if (message->to) to = standing_of(call.transaction, call.meeting, message->to->person);
  // What one may not write any more, one may not write into an old message.
  if (!may_write(call, to ? &*to : nullptr)) return operation::forbidden();
  auto text = call.body.at("text").get<std::string>();
  if (const auto fine = check(call, text, !message->files.empty()); !fine) {
    return std::unexpected(fine.error());
  }
  if (text != message->text) {
    message->text = std::move(text);
    message->edited_at = call.now;
    save_message(call.transaction, call.meeting, *message);
    tell(call, *message);
  }
  return operation::Answer{200, to_json_for(*message, call.participant.person)};
}

Outcome delete_message(Call& call) {
  auto message =
      message_by_id(call.transaction, call.meeting, call.id("message"), call.participant.person);
  if (!message) return no_such_message();
  if (!message->is_of(call.participant.person) && !call.can(Capability::moderate_chat)) {
    return operation::forbidden("Only who wrote a message and who moderates the chat delete it.");
  }
  if (message->is_deleted) return operation::no_content();
  message->text.clear();
  message->is_deleted = true;
  call.effects.removed_files = remove_files(call.transaction, call.meeting, *message);
  save_message(call.transaction, call.meeting, *message);
  tell(call, *message);
  return operation::no_content();
}

Outcome list_messages(Call& call) {
  if (!call.participant.takes_part()) return operation::forbidden();
  const auto limit = operation::page_limit(call);
  if (!limit) return std::unexpected(limit.error());
  // One more than asked for: is there a next page?
  auto messages = messages_before(call.transaction, call.meeting, operation::page_cursor(call),
                                  call.participant.person, *limit + 1);
  if (!messages) return operation::bad_input("cursor", "No page begins here.");
  const bool more = std::cmp_greater(messages->size(), *limit);
  if (more) messages->pop_back();
  Json items = Json::array();
  for (const Message& message : *messages) {
    items.push_back(to_json_for(message, call.participant.person));
  }
  return operation::Answer{
      200, {{"items", std::move(items)}, {"next", more ? Json(messages->back().id) : Json()}}};
}

}  // namespace

operation::Operations chat_operations() {
  const Json text = schema::text(0, kMaxText);
  const Json id = schema::nullable(schema::text(1, 64));
  return {
      {.id = "listMessages",
       .tag = "chat",
       .method = Method::get,
       .path = "/meetings/{link}/chat",
       .caller = Caller::participant,
       .summary = "What was written in this run of the meeting, newest first.",
       .query = operation::page_query(),
       .answer = operation::page_answer("Message"),
       .run = list_messages},
      {.id = "writeMessage",
       .tag = "chat",
       .method = Method::post,
       .path = "/meetings/{link}/chat",
       .summary = "Writes to all, or to the person whose participant `to` is; with files, or files "
                  "alone, that were uploaded for it.",
       .body = schema::object(
           {{"text", text},
            {"to?", id},
            {"reply_to?", id},
            {"files?", schema::list(schema::text(1, 64), 0, files::kMostOfMessage)}}),
       .answer = schema::ref("Message"),
       .success = 201,
       .run = write_message},
      {.id = "editMessage",
       .tag = "chat",
       .method = Method::patch,
       .path = kOne,
       .summary = "Another text for a message of one's own.",
       .body = schema::object({{"text", text}}),
       .answer = schema::ref("Message"),
       .run = edit_message},
      {.id = "deleteMessage",
       .tag = "chat",
       .method = Method::remove,
       .path = kOne,
       .summary = "Takes the text and the files of a message away for good: of one's own, or as a "
                  "moderator.",
       .success = 204,
       .run = delete_message},
  };
}

std::map<std::string, Json> components() {
  const Json id = schema::text(1, 64);
  const Json name = schema::text(0, 256);
  const Json time = schema::time();
  return {{"Message",
           schema::object({{"id", id},
                           {"at", time},
                           {"from", id},
                           {"from_name", name},
                           {"is_mine", schema::boolean()},
                           {"to", schema::nullable(id)},
                           {"to_name", schema::nullable(name)},
                           {"text", schema::text(0, kMaxText)},
                           {"reply_to", schema::nullable(id)},
                           {"files", schema::list(schema::ref("File"), 0, files::kMostOfMessage)},
                           {"edited_at", schema::nullable(time)},
                           {"deleted", schema::boolean()}})}};
}

std::map<std::string, Json> events() { return {{"message", schema::ref("Message")}}; }

}  // namespace parley::application::chat
