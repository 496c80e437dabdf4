#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/files/file.h"
#include "application/meetings/meetings.h"
#include "application/store/transaction.h"
#include "base/random.h"
#include "base/time.h"

/// The messages of one run of a meeting: what was written in an earlier one, people of the next do
/// not see. Whoever asks is named in each question, and finds what they may see and nothing else:
/// a private message is there for its two people alone.
namespace parley::application::chat {

/// Who wrote something or to whom, as they were called then.
struct Party {
  std::string person;       ///< Person::key().
  std::string participant;  ///< The tab.
  std::string name;
};

struct Message {
  std::string id;
  std::int64_t number = 0;  ///< Among those of its run.
  WallTime at{};
  Party from;
  std::optional<Party> to;  ///< nullopt: to all.
  std::string text;         ///< Empty once deleted.
  std::optional<std::string> reply_to;
  std::optional<WallTime> edited_at;
  bool is_deleted = false;
  std::vector<files::File> files{};

  bool is_of(std::string_view person) const { return from.person == person; }
  bool is_seen_by(std::string_view person) const {
    return !to || is_of(person) || to->person == person;
  }
};

/// Writes it as the newest, with its files; gives it its id and number.
void add_message(store::Transaction& transaction, const meetings::Meeting& meeting,
                 Message& message, Random& random);
std::optional<Message> message_by_id(store::Transaction& transaction,
                                     const meetings::Meeting& meeting, std::string_view id,
                                     std::string_view who_asks);
/// Newest first, at most `limit`, written before the message `cursor` (empty: from the newest).
/// nullopt: they see no such message.
std::optional<std::vector<Message>> messages_before(store::Transaction& transaction,
                                                    const meetings::Meeting& meeting,
                                                    std::string_view cursor,
                                                    std::string_view who_asks, std::int64_t limit);
/// Returns the ids whose bytes are to go.
std::vector<std::string> remove_files(store::Transaction& transaction,
                                      const meetings::Meeting& meeting, Message& message);
/// Writes text, edited_at and is_deleted.
void save_message(store::Transaction& transaction, const meetings::Meeting& meeting,
                  const Message& message);

}  // namespace parley::application::chat
