#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "application/operation/operation.h"

namespace parley::application::api {

/// A POST that came with a key. What it did and what was answered are written together, so a client
/// that heard no answer may ask again.
struct Question {
  std::string_view person;     ///< Person::key(), or an address where nobody is known.
  std::string_view operation;  ///< Its id and path.
  std::string_view key;
  std::string_view body;
};

/// What was answered then; nullopt: it is new. The error: the key was used for another question.
std::expected<std::optional<operation::Answer>, operation::Problem> answered_before(
    store::Transaction& transaction, const Question& question);
void keep_answer(store::Transaction& transaction, const Question& question,
                 const operation::Answer& answer, WallTime now);
/// Returns how many.
std::int64_t trim_answers(store::Transaction& transaction, WallTime before);

}  // namespace parley::application::api
