#include "application/chat/messages.h"

#include <fmt/format.h>

#include <limits>

namespace parley::application::chat {
namespace {

constexpr std::size_t kIdLength = 22;

// Whatever is asked, it is asked by $4.
constexpr std::string_view kSelect =
    "SELECT id, at, from_person, from_participant, from_name, to_person, to_participant, to_name, "
    "text, reply_to, edited_at, is_deleted, number FROM chat_messages "
    "WHERE tenant = $1 AND meeting = $2 AND run = $3 "
    "AND (to_person IS NULL OR to_person = $4 OR from_person = $4) ";
constexpr std::size_t kNumber = 12;

Message message_of(const store::Row& row) {
  Message message{.id = row.text(0),
                  .number = row.integer(kNumber),
                  .at = row.time(1),
                  .from = {row.text(2), row.text(3), row.text(4)},
                  .to = std::nullopt,
                  .text = row.text(8),
                  .reply_to = row.maybe_text(9),
                  .edited_at = row.maybe_time(10),
                  .is_deleted = row.truth(11)};
  if (!row.is_null(5)) message.to = Party{row.text(5), row.text(6), row.text(7)};
  return message;
}

std::optional<store::Row> row_by_id(store::Transaction& transaction,
                                    const meetings::Meeting& meeting, std::string_view id,
                                    std::string_view who_asks) {
  return transaction.first(fmt::format("{}AND id = $5", kSelect),
                           {meeting.tenant, meeting.id, meeting.run, who_asks, id});
}

}  // namespace

void add_message(store::Transaction& transaction, const meetings::Meeting& meeting,
                 Message& message, Random& random) {
  message.id = random.token(kIdLength);
  const auto newest = transaction.first(
      "SELECT COALESCE(MAX(number), 0) FROM chat_messages "
      "WHERE tenant = $1 AND meeting = $2 AND run = $3",
      {meeting.tenant, meeting.id, meeting.run});
  if (!newest) return;
  message.number = newest->integer(0) + 1;
  const auto& to = message.to;
  transaction.change(
      "INSERT INTO chat_messages (tenant, meeting, run, number, id, at, from_person, "
      "from_participant, from_name, to_person, to_participant, to_name, text, reply_to) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      {meeting.tenant, meeting.id, meeting.run, message.number, message.id, message.at,
       message.from.person, message.from.participant, message.from.name,
       to ? store::Value(to->person) : store::Value(),
       to ? store::Value(to->participant) : store::Value(),
       to ? store::Value(to->name) : store::Value(), message.text, message.reply_to});
  std::int64_t place = 0;
  const auto to_person = to ? std::optional(to->person) : std::nullopt;
  for (const files::File& file : message.files) {
    files::name_in_message(transaction, meeting, file.id, message.number, place++, to_person);
  }
}

std::optional<Message> message_by_id(store::Transaction& transaction,
                                     const meetings::Meeting& meeting, std::string_view id,
                                     std::string_view who_asks) {
  const auto row = row_by_id(transaction, meeting, id, who_asks);
  if (!row) return std::nullopt;
  Message message = message_of(*row);
  message.files = files::files_of_messages(transaction, meeting, message.number, message.number);
  return message;
}

std::optional<std::vector<Message>> messages_before(store::Transaction& transaction,
                                                    const meetings::Meeting& meeting,
                                                    std::string_view cursor,
                                                    std::string_view who_asks, std::int64_t limit) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!cursor.empty()) {
    const auto last = row_by_id(transaction, meeting, cursor, who_asks);
    if (!last) return std::nullopt;
    before = last->integer(kNumber);
  }
  std::vector<Message> messages;
  const auto sql = fmt::format("{}AND number < $5 ORDER BY number DESC LIMIT $6", kSelect);
  for (const store::Row& row :
       transaction.query(sql, {meeting.tenant, meeting.id, meeting.run, who_asks, before, limit})) {
    messages.push_back(message_of(row));
  }
  if (messages.empty()) return messages;
  // Newest first, the files oldest first; those of messages between that they do not see fall away.
  auto message = messages.rbegin();
  for (files::File& file : files::files_of_messages(transaction, meeting, messages.back().number,
                                                    messages.front().number)) {
    while (message != messages.rend() && message->number < file.message) ++message;
    if (message == messages.rend()) break;
    if (message->number == file.message) message->files.push_back(std::move(file));
  }
  return messages;
}

std::vector<std::string> remove_files(store::Transaction& transaction,
                                      const meetings::Meeting& meeting, Message& message) {
  message.files.clear();
  return files::remove_files_of_message(transaction, meeting, message.number);
}

void save_message(store::Transaction& transaction, const meetings::Meeting& meeting,
                  const Message& message) {
  transaction.change(
      "UPDATE chat_messages SET text = $5, edited_at = $6, is_deleted = $7 "
      "WHERE tenant = $1 AND meeting = $2 AND run = $3 AND id = $4",
      {meeting.tenant, meeting.id, meeting.run, message.id, message.text, message.edited_at,
       message.is_deleted});
}

}  // namespace parley::application::chat
