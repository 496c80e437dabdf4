#include "application/questions/question.h"

#include <fmt/format.h>

#include <limits>

namespace parley::application::questions {
namespace {

constexpr std::size_t kIdLength = 22;

constexpr std::string_view kSelect =
    "SELECT id, number, at, person, name, text, votes, is_answered, answer FROM questions "
    "WHERE tenant = $1 AND meeting = $2 AND run = $3 ";

Question question_of(const store::Row& row) {
  return {.id = row.text(0),
          .number = row.integer(1),
          .at = row.time(2),
          .person = row.text(3),
          .name = row.maybe_text(4),
          .text = row.text(5),
          .votes = row.integer(6),
          .is_answered = row.truth(7),
          .answer = row.maybe_text(8)};
}

}  // namespace

void add_question(store::Transaction& transaction, const meetings::Meeting& meeting,
                  Question& question, Random& random) {
  question.id = random.token(kIdLength);
  const auto newest = transaction.first(
      "SELECT COALESCE(MAX(number), 0) FROM questions "
      "WHERE tenant = $1 AND meeting = $2 AND run = $3",
      {meeting.tenant, meeting.id, meeting.run});
  if (!newest) return;
  question.number = newest->integer(0) + 1;
  transaction.change(
      "INSERT INTO questions (tenant, meeting, id, run, number, at, person, name, text) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {meeting.tenant, meeting.id, question.id, meeting.run, question.number, question.at,
       question.person, question.name, question.text});
}

std::optional<Question> question_by_id(store::Transaction& transaction,
                                       const meetings::Meeting& meeting, std::string_view id) {
  const auto row = transaction.first(fmt::format("{}AND id = $4", kSelect),
                                     {meeting.tenant, meeting.id, meeting.run, id});
  return row ? std::optional(question_of(*row)) : std::nullopt;
}

std::vector<Question> questions_after(store::Transaction& transaction,
                                      const meetings::Meeting& meeting, Order order,
                                      const std::optional<Cursor>& cursor, std::int64_t limit) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const bool by_votes = order == Order::votes;
  const auto sql = fmt::format(
      "{}AND {}", kSelect,
      by_votes ? "(votes < $4 OR (votes = $4 AND number > $5)) ORDER BY votes DESC, number LIMIT $6"
               : "number < $4 ORDER BY number DESC LIMIT $5");
  store::Values values{meeting.tenant, meeting.id, meeting.run};
  if (by_votes) values.emplace_back(cursor ? cursor->votes : kMost);
  values.emplace_back(cursor ? cursor->number : kMost);
  values.emplace_back(limit);
  std::vector<Question> questions;
  for (const store::Row& row : transaction.query(sql, values)) {
    questions.push_back(question_of(row));
  }
  return questions;
}

std::int64_t count_questions(store::Transaction& transaction, const meetings::Meeting& meeting) {
  const auto row = transaction.first(
      "SELECT COUNT(*) FROM questions WHERE tenant = $1 AND meeting = $2 AND run = $3",
      {meeting.tenant, meeting.id, meeting.run});
  return row ? row->integer(0) : 0;
}

void save_answer(store::Transaction& transaction, const meetings::Meeting& meeting,
                 const Question& question) {
  transaction.change(
      "UPDATE questions SET is_answered = $4, answer = $5 "
      "WHERE tenant = $1 AND meeting = $2 AND id = $3",
      {meeting.tenant, meeting.id, question.id, question.is_answered, question.answer});
}

void remove_question(store::Transaction& transaction, const meetings::Meeting& meeting,
                     const Question& question) {
  transaction.change("DELETE FROM questions WHERE tenant = $1 AND meeting = $2 AND id = $3",
                     {meeting.tenant, meeting.id, question.id});
}

bool set_vote(store::Transaction& transaction, const meetings::Meeting& meeting, Question& question,
              std::string_view person, bool votes_for_it) {
  const std::int64_t changed = transaction.change(
      votes_for_it ? "INSERT INTO question_votes (tenant, meeting, question, person) "
                     "VALUES ($1, $2, $3, $4) "
                     "ON CONFLICT (tenant, meeting, question, person) DO NOTHING"
                   : "DELETE FROM question_votes "
                     "WHERE tenant = $1 AND meeting = $2 AND question = $3 AND person = $4",
      {meeting.tenant, meeting.id, question.id, person});
  if (changed == 0) return false;
  question.votes += votes_for_it ? 1 : -1;
  transaction.change(
      "UPDATE questions SET votes = $4 WHERE tenant = $1 AND meeting = $2 AND id = $3",
      {meeting.tenant, meeting.id, question.id, question.votes});
  return true;
}

std::set<std::string> votes_of(store::Transaction& transaction, const meetings::Meeting& meeting,
                               std::string_view person) {
  std::set<std::string> questions;
  for (const store::Row& row :
       transaction.query("SELECT question FROM question_votes "
                         "WHERE tenant = $1 AND meeting = $2 AND person = $3",
                         {meeting.tenant, meeting.id, person})) {
    questions.insert(row.text(0));
  }
  return questions;
}

}  // namespace parley::application::questions
