#include "application/api/answers.h"

#include <fmt/format.h>

#include "application/people/digest.h"

namespace parley::application::api {

using operation::Answer;
using operation::Json;
using operation::Problem;

namespace {

ByteVector key_of(const Question& question) {
  return people::digest(fmt::format("{}\n{}", question.person, question.key));
}

ByteVector digest_of(const Question& question) {
  // With the key, of which the row has no more than a digest: passwords and passcodes in the body
  // cannot be tried out on it.
  return people::digest(fmt::format("{}\n{}\n{}", question.key, question.operation, question.body));
}

}  // namespace

std::expected<std::optional<Answer>, Problem> answered_before(store::Transaction& transaction,
                                                              const Question& question) {
  const auto row = transaction.first(
      "SELECT question_hash, status, body FROM answers WHERE key_hash = $1", {key_of(question)});
  if (!row) return std::optional<Answer>();
  if (row->bytes(0) != digest_of(question)) {
    return std::unexpected(
        Problem{422, "key_used_before", "This Idempotency-Key has been used for another request."});
  }
  return Answer{static_cast<unsigned>(row->integer(1)), Json::parse(row->text(2))};
}

void keep_answer(store::Transaction& transaction, const Question& question, const Answer& answer,
                 WallTime now) {
  transaction.change(
      "INSERT INTO answers (key_hash, question_hash, status, body, at) VALUES ($1, $2, $3, $4, $5)",
      {key_of(question), digest_of(question), answer.status, answer.body.dump(), now});
}

std::int64_t trim_answers(store::Transaction& transaction, WallTime before) {
  return transaction.change("DELETE FROM answers WHERE at < $1", {before});
}

}  // namespace parley::application::api
