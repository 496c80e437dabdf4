#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/meetings/meetings.h"
#include "application/store/transaction.h"
#include "base/time.h"

/// The rows of files. As with messages, whoever asks is named and finds what they may see: a file
/// that no message names is its owner's alone, one of a private message is its two people's.
namespace parley::application::files {

inline constexpr std::size_t kIdLength = 22;

struct File {
  std::string id;
  WallTime at{};
  std::string person;  ///< Whose: Person::key().
  std::string name;
  std::string type;
  std::int64_t size = 0;
  std::optional<std::int64_t> width{};  ///< Of a picture.
  std::optional<std::int64_t> height{};
  std::optional<std::int64_t> message{};  ///< The number of the one that names it.
};

void add_file(store::Transaction& transaction, const meetings::Meeting& meeting, const File& file);
std::optional<File> file_by_id(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::string_view id, std::string_view who_asks);

/// How much there is in this run: of one person, of all.
struct Taken {
  std::int64_t by_person = 0;
  std::int64_t by_all = 0;
};
Taken bytes_taken(store::Transaction& transaction, const meetings::Meeting& meeting,
                  std::string_view person);

/// From now on it goes with the message `number`, `place` being its place among the message's.
void name_in_message(store::Transaction& transaction, const meetings::Meeting& meeting,
                     std::string_view id, std::int64_t number, std::int64_t place,
                     const std::optional<std::string>& to_person);
/// Of the messages `first` to `last`, in the order of messages and places; who may see those is the
/// caller's to know.
std::vector<File> files_of_messages(store::Transaction& transaction,
                                    const meetings::Meeting& meeting, std::int64_t first,
                                    std::int64_t last);

/// Each returns the ids whose bytes are to go after the commit.
std::vector<std::string> remove_files_of_message(store::Transaction& transaction,
                                                 const meetings::Meeting& meeting,
                                                 std::int64_t number);
void remove_file(store::Transaction& transaction, std::string_view id);
/// Of all meetings: what was uploaded before then and is still named by no message.
std::vector<std::string> remove_unnamed(store::Transaction& transaction, WallTime before);

/// Those of `ids` that no row knows.
std::vector<std::string> without_row(store::Transaction& transaction,
                                     const std::vector<std::string>& ids);

}  // namespace parley::application::files
