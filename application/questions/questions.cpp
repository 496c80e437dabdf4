#include "application/questions/questions.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "application/operation/input.h"
#include "application/questions/question.h"

namespace parley::application::questions {
namespace {

using access::Capability;
using journal::Audience;
using operation::Call;
using operation::Json;
using operation::Method;
using operation::Outcome;
using operation::Problem;
namespace schema = operation::schema;

std::unexpected<Problem> no_such_question() {
  return operation::not_found("There is no such question.");
}

/// As it is for all: without `is_mine`, and without `mine`, which a page keeps.
Json to_json(const Question& question) {
  return {{"id", question.id},
          {"text", question.text},
          {"from_name", question.name ? Json(*question.name) : Json()},
          {"votes", question.votes},
          {"answered", question.is_answered},
          {"answer", question.answer ? Json(*question.answer) : Json()},
          {"at", operation::instant(question.at)}};
}

Json to_json_for(const Question& question, std::string_view person,
                 const std::set<std::string>& votes) {
  Json out = to_json(question);
  out["is_mine"] = question.person == person;
  out["mine"] = votes.contains(question.id);
  return out;
}

Json to_json_for(const Call& call, const Question& question) {
  const auto& person = call.participant.person;
  return to_json_for(question, person, votes_of(call.transaction, call.meeting, person));
}

Json event_of(const Question& question) {
  Json body = to_json(question);
  body[std::string(journal::kPersonMember)] = question.person;
  return body;
}

void tell(const Call& call, const Question& question) {
  call.tell(Audience::inside(), "question", event_of(question), question.id);
}

bool take(const Call& call, std::string_view what, const people::Allowance& pace) {
  const std::string key = fmt::format("{}/{}/{}/{}", what, call.meeting.tenant, call.meeting.id,
                                      call.participant.person);
  return people::take_attempt(call.transaction, key, pace, call.now);
}

std::optional<Question> question_in(const Call& call) {
  return question_by_id(call.transaction, call.meeting, call.id("question"));
}

Outcome ask_question(Call& call) {
  Question question{.id = {},
                    .at = call.now,
                    .person = call.participant.person,
                    .name = std::nullopt,
                    .text = call.body.at("text").get<std::string>(),
                    .answer = std::nullopt};
  if (!call.body.at("anonymous").get<bool>()) question.name = call.participant.name;
  if (const auto fine =
          operation::check_text("text", question.text, kMaxText, operation::Lines::many);
      !fine) {
    return std::unexpected(fine.error());
  }
  if (count_questions(call.transaction, call.meeting) >= kMostQuestions) {
    return operation::conflict("There are as many questions as a meeting can have.");
  }
  if (!take(call, "questions", kAskPace)) {
    return operation::too_many("So many questions at once: wait a moment.");
  }
  add_question(call.transaction, call.meeting, question, call.random);
  tell(call, question);
  return operation::Answer{201, to_json_for(call, question)};
}

Outcome vote_for_question(Call& call) {
  auto question = question_in(call);
  if (!question) return no_such_question();
  const bool votes_for_it = call.body.at("vote").get<bool>();
  const auto& voter = call.participant.person;
  if (votes_for_it && question->person == voter) {
    return operation::conflict("This is your own question.");
  }
  const bool has_voted = votes_of(call.transaction, call.meeting, voter).contains(question->id);
  if (has_voted == votes_for_it) return operation::Answer{200, to_json_for(call, *question)};
  if (!take(call, "question votes", kVotePace)) {
    return operation::too_many("So many votes at once: wait a moment.");
  }
  set_vote(call.transaction, call.meeting, *question, voter, votes_for_it);
  tell(call, *question);
  Json mine = event_of(*question);
  mine["mine"] = votes_for_it;
  call.tell(Audience::people({voter}), "question", mine, question->id);
  return operation::Answer{200, to_json_for(call, *question)};
}

Outcome answer_question(Call& call) {
  auto question = question_in(call);
  if (!question) return no_such_question();
  question->is_answered = true;
  question->answer.reset();
  const auto text = call.body.find("text");
  if (text != call.body.end() && !text->is_null()) {
    question->answer = text->get<std::string>();
    if (const auto fine =
            operation::check_text("text", *question->answer, kMaxAnswer, operation::Lines::many);
        !fine) {
      return std::unexpected(fine.error());
    }
  }
  save_answer(call.transaction, call.meeting, *question);
  tell(call, *question);
  return operation::Answer{200, to_json_for(call, *question)};
}

Outcome delete_question(Call& call) {
  const auto question = question_in(call);
  if (!question) return no_such_question();
  if (question->person != call.participant.person && !call.can(Capability::answer_question) &&
      !call.can(Capability::moderate_chat)) {
    return operation::forbidden(
        "Only who asked a question and who answers or moderates remove it.");
  }
  remove_question(call.transaction, call.meeting, *question);
  journal::forget(call.transaction, call.meeting, question->id);
  call.tell(Audience::inside(), "question_deleted", {{"id", question->id}});
  return operation::no_content();
}

std::string to_text(const Question& last) { return fmt::format("{}.{}", last.votes, last.number); }

std::optional<Cursor> parse_cursor(std::string_view text) {
  const auto number = [](std::string_view digits) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool is_whole = parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
    if (!is_whole || value < 0) return std::nullopt;
    return value;
  };
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto votes = number(text.substr(0, dot));
  const auto place = number(text.substr(dot + 1));
  if (!votes || !place) return std::nullopt;
  return Cursor{*votes, *place};
}

Outcome list_questions(Call& call) {
  const auto limit = operation::page_limit(call);
  if (!limit) return std::unexpected(limit.error());
  std::optional<Cursor> cursor;
  if (const auto given = operation::page_cursor(call); !given.empty()) {
    cursor = parse_cursor(given);
    if (!cursor) return operation::bad_input("cursor", "No page begins here.");
  }
  const auto sort = call.query.find("sort");
  const bool newest = sort != call.query.end() && sort->second == "newest";
  if (sort != call.query.end() && !newest && sort->second != "votes") {
    return operation::bad_input("sort", "Questions are sorted by votes or newest.");
  }
  // One more than asked for: is there a next page?
  auto questions = questions_after(call.transaction, call.meeting,
                                   newest ? Order::newest : Order::votes, cursor, *limit + 1);
  const bool more = std::cmp_greater(questions.size(), *limit);
  if (more) questions.pop_back();
  const auto& person = call.participant.person;
  const auto votes = votes_of(call.transaction, call.meeting, person);
  Json items = Json::array();
  for (const Question& question : questions) items.push_back(to_json_for(question, person, votes));
  return operation::Answer{
      200,
      {{"items", std::move(items)}, {"next", more ? Json(to_text(questions.back())) : Json()}}};
}

/// `mine` is whether the reader voted for it; what is told to all leaves it out.
Json question_schema(std::string_view mine) {
  constexpr std::int64_t kMany = 1'000'000;
  return schema::object({{"id", schema::text(1, 64)},
                         {"text", schema::text(1, kMaxText)},
                         {"from_name", schema::nullable(schema::text(0, 256))},
                         {"is_mine", schema::boolean()},
                         {"votes", schema::integer(0, kMany)},
                         {mine, schema::boolean()},
                         {"answered", schema::boolean()},
                         {"answer", schema::nullable(schema::text(1, kMaxAnswer))},
                         {"at", schema::time()}});
}

}  // namespace

operation::Operations question_operations() {
  Json query = operation::page_query();
  query["sort"] = schema::one_of({"votes", "newest"});
  const Json question = schema::ref("Question");
  return {
      {.id = "listQuestions",
       .tag = "questions",
       .method = Method::get,
       .path = "/meetings/{link}/questions",
       .summary = "By votes, or newest first.",
       .query = std::move(query),
       .answer = operation::page_answer("Question"),
       .run = list_questions},
      {.id = "askQuestion",
       .tag = "questions",
       .method = Method::post,
       .path = "/meetings/{link}/questions",
       .needs = Capability::ask_question,
       .summary = "Anonymous: nobody is told who asks.",
       .body =
           schema::object({{"text", schema::text(1, kMaxText)}, {"anonymous", schema::boolean()}}),
       .answer = question,
       .success = 201,
       .run = ask_question},
      {.id = "voteForQuestion",
       .tag = "questions",
       .method = Method::put,
       .path = "/meetings/{link}/questions/{question}/vote",
       .needs = Capability::vote,
       .summary = "One wants it answered, or not any more. Not one's own.",
       .body = schema::object({{"vote", schema::boolean()}}),
       .answer = question,
       .run = vote_for_question},
      {.id = "answerQuestion",
       .tag = "questions",
       .method = Method::post,
       .path = "/meetings/{link}/questions/{question}/answer",
       .needs = Capability::answer_question,
       .summary = "In writing, or aloud: without a text. In place of an earlier answer.",
       .body = schema::object({{"text?", schema::nullable(schema::text(1, kMaxAnswer))}}),
       .answer = question,
       .run = answer_question},
      {.id = "deleteQuestion",
       .tag = "questions",
       .method = Method::remove,
       .path = "/meetings/{link}/questions/{question}",
       .summary = "One's own, or as one who answers or moderates.",
       .success = 204,
       .run = delete_question},
  };
}

Json questions_state(const Call& call) {
  const auto& person = call.participant.person;
  const auto votes = votes_of(call.transaction, call.meeting, person);
  Json all = Json::array();
  for (const Question& question :
       questions_after(call.transaction, call.meeting, Order::votes, std::nullopt, kInState)) {
    all.push_back(to_json_for(question, person, votes));
  }
  return all;
}

std::map<std::string, Json> components() {
  return {{"Question", question_schema("mine")}, {"QuestionNews", question_schema("mine?")}};
}

std::map<std::string, Json> events() {
  return {{"question", schema::ref("QuestionNews")},
          {"question_deleted", schema::object({{"id", schema::text(1, 64)}})}};
}

}  // namespace parley::application::questions
