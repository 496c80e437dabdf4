#include "application/journal/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parley::application::journal {
namespace {

using Kind = Audience::Kind;
constexpr std::array<std::string_view, 6> kKinds{"inside",     "waiting", "who_can",
                                                 "who_cannot", "people",  "participant"};

}  // namespace

std::string Audience::to_text() const {
  std::string text{kKinds[static_cast<std::size_t>(kind)]};
  if (kind == Kind::who_can || kind == Kind::who_cannot) {
    return fmt::format("{} {}", text, access::to_string(capability));
  }
  for (const std::string& one : who) text += fmt::format(" {}", one);
  return text;
}

std::optional<Audience> Audience::parse(std::string_view text) {
  const auto next = [&text] {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
  };
  const auto at = std::ranges::find(kKinds, next());
  if (at == kKinds.end()) return std::nullopt;
  Audience audience{static_cast<Kind>(at - kKinds.begin()), {}, {}};
  if (audience.kind == Kind::who_can || audience.kind == Kind::who_cannot) {
    const auto capability = access::parse_capability(next());
    if (!capability) return std::nullopt;
    audience.capability = *capability;
  }
  while (!text.empty()) audience.who.emplace_back(next());
  return audience;
}

bool Listener::hears(const Audience& audience) const {
  switch (audience.kind) {
    case Kind::inside:
      return is_inside;
    case Kind::waiting:
      return !is_inside;
    case Kind::who_can:
      return is_inside && may.has(audience.capability);
    case Kind::who_cannot:
      return is_inside && !may.has(audience.capability);
    case Kind::people:
      return is_inside && std::ranges::find(audience.who, person) != audience.who.end();
    case Kind::participant:
      return std::ranges::find(audience.who, participant) != audience.who.end();
  }
  return false;
}

void append(store::Transaction& transaction, const meetings::Meeting& meeting,
            const Audience& audience, std::string_view type, const nlohmann::json& body,
            WallTime now, std::string_view subject) {
  // The row of the meeting is locked until the commit: numbers are committed in their order.
  const auto number = transaction.first(
      "UPDATE meetings SET events = events + 1 WHERE tenant = $1 AND id = $2 RETURNING events",
      {meeting.tenant, meeting.id});
  if (!number) return;
  transaction.change(
      "INSERT INTO journal (tenant, meeting, number, audience, type, body, at, subject) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {meeting.tenant, meeting.id, number->integer(0), audience.to_text(), type, body.dump(), now,
       store::Value::text_or_null(subject)});
}

void forget(store::Transaction& transaction, const meetings::Meeting& meeting,
            std::string_view subject) {
  // The row stays: from the lowest number it is known how far back the journal reaches.
  transaction.change(
      "UPDATE journal SET audience = $4, body = '{}', subject = NULL "
      "WHERE tenant = $1 AND meeting = $2 AND subject = $3",
      {meeting.tenant, meeting.id, subject, Audience::people({}).to_text()});
}

std::vector<Event> read_after(store::Transaction& transaction, const meetings::Meeting& meeting,
                              std::int64_t number, std::int64_t limit) {
  std::vector<Event> events;
  for (const store::Row& row : transaction.query(
           "SELECT number, audience, type, body FROM journal WHERE tenant = $1 AND meeting = $2 "
           "AND number > $3 ORDER BY number LIMIT $4",
           {meeting.tenant, meeting.id, number, limit})) {
    auto audience = Audience::parse(row.text(1));
    if (!audience) continue;  // Written by a newer program.
    events.push_back({row.integer(0), std::move(*audience), row.text(2), row.text(3)});
  }
  return events;
}

std::int64_t newest(store::Transaction& transaction, const meetings::Meeting& meeting) {
  const auto row = transaction.first("SELECT events FROM meetings WHERE tenant = $1 AND id = $2",
                                     {meeting.tenant, meeting.id});
  return row ? row->integer(0) : 0;
}

bool reaches_back_to(store::Transaction& transaction, const meetings::Meeting& meeting,
                     std::int64_t number) {
  const std::int64_t last = newest(transaction, meeting);
  if (number == last) return true;
  if (number > last || number < 0) return false;
  const auto row =
      transaction.first("SELECT MIN(number) FROM journal WHERE tenant = $1 AND meeting = $2",
                        {meeting.tenant, meeting.id});
  return row && !row->is_null(0) && row->integer(0) <= number + 1;
}

std::int64_t trim(store::Transaction& transaction, WallTime before) {
  return transaction.change("DELETE FROM journal WHERE at < $1", {before});
}

}  // namespace parley::application::journal
