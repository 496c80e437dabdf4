#include "application/polls/polls.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "application/operation/input.h"
#include "application/polls/poll.h"
#include "application/polls/votes.h"

namespace parley::application::polls {
namespace {

using access::Capability;
using journal::Audience;
using operation::Call;
using operation::Json;
using operation::Method;
using operation::Outcome;
using operation::Problem;
namespace schema = operation::schema;

/// For whom a poll is shown.
enum class Reader : std::uint8_t { maker, voter };

Reader reader_of(const Call& call) {
  return call.can(Capability::create_poll) ? Reader::maker : Reader::voter;
}

std::unexpected<Problem> no_such_poll() { return operation::not_found("There is no such poll."); }

bool sees(Reader reader, const Poll& poll) {
  return reader == Reader::maker || poll.state != State::draft;
}

bool sees_votes(Reader reader, const Poll& poll) {
  if (poll.is_anonymous && poll.state == State::open) return false;
  return reader == Reader::maker || poll.is_shared;
}

/// What the rows say about votes, read once for all who are told.
struct Count {
  std::int64_t voters = 0;
  std::vector<std::int64_t> votes;
  std::optional<RunOff> run_off;
};

Count count(const Call& call, const Poll& poll) {
  Count count{.voters = count_voters(call.transaction, call.meeting, poll),
              .votes = count_votes(call.transaction, call.meeting, poll),
              .run_off = std::nullopt};
  if (poll.kind == Kind::ranked && poll.state == State::closed) {
    count.run_off =
        count_run_off(poll.options.size(), ballots_of(call.transaction, call.meeting, poll));
  }
  return count;
}

Json run_off_json(const RunOff& run_off) {
  Json rounds = Json::array();
  for (const RunOff::Round& round : run_off.rounds) {
    Json votes = Json::array();
    for (const auto& number : round.votes) votes.push_back(number ? Json(*number) : Json());
    rounds.push_back({{"votes", std::move(votes)}, {"out", round.out}});
  }
  return {{"rounds", std::move(rounds)}, {"winners", run_off.winners}};
}

/// Without `mine`: a page keeps what it knows of that.
Json to_json(const Poll& poll, const Count& count, Reader reader) {
  const bool with_votes = sees_votes(reader, poll);
  Json options = Json::array();
  Json correct = Json::array();
  for (std::size_t i = 0; i < poll.options.size(); ++i) {
    const Json votes = with_votes ? Json(count.votes[i]) : Json();
    options.push_back({{"text", poll.options[i].text}, {"votes", votes}});
    if (poll.options[i].is_correct) correct.push_back(i);
  }
  const bool tells_correct =
      poll.kind == Kind::quiz && (reader == Reader::maker || poll.state == State::closed);
  return {{"id", poll.id},
          {"question", poll.question},
          {"kind", to_string(poll.kind)},
          {"anonymous", poll.is_anonymous},
          {"state", to_string(poll.state)},
          {"shared", poll.is_shared},
          {"options", std::move(options)},
          {"voters", count.voters},
          {"correct", tells_correct ? std::move(correct) : Json()},
          {"run_off", with_votes && count.run_off ? run_off_json(*count.run_off) : Json()},
          {"created_at", operation::instant(poll.created_at)}};
}

Json to_json_for(const Call& call, const Poll& poll, const Count& count) {
  Json out = to_json(poll, count, reader_of(call));
  const auto mine = vote_of(call.transaction, call.meeting, poll, call.participant.person);
  out["mine"] = mine ? Json(*mine) : Json();
  return out;
}

/// Everybody who may know of it, each what they may know.
void tell(const Call& call, const Poll& poll, const Count& count) {
  call.tell(Audience::who_can(Capability::create_poll), "poll", to_json(poll, count, Reader::maker),
            poll.id);
  if (!sees(Reader::voter, poll)) return;
  call.tell(Audience::who_cannot(Capability::create_poll), "poll",
            to_json(poll, count, Reader::voter), poll.id);
}

std::expected<std::vector<Option>, Problem> options_in(const Json& body) {
  std::vector<Option> options;
  std::set<std::string> texts;
  for (const Json& text : body.at("options")) {
    options.push_back({text.get<std::string>(), false});
    const std::string& given = options.back().text;
    if (const auto fine =
            operation::check_text("options", given, kMaxOption, operation::Lines::one);
        !fine) {
      return std::unexpected(fine.error());
    }
    if (!texts.insert(given).second) {
      return operation::bad_input("options", "Two options are the same.");
    }
  }
  if (options.size() < kFewestOptions || options.size() > kMostOptions) {
    return operation::bad_input(
        "options", fmt::format("A poll has {} to {} options.", kFewestOptions, kMostOptions));
  }
  return options;
}

/// Places of options, each once at most.
std::expected<std::vector<std::size_t>, Problem> places_in(std::string_view member,
                                                           const Json& places,
                                                           std::size_t options) {
  std::vector<std::size_t> out;
  for (const Json& given : places) {
    const auto place = given.get<std::int64_t>();
    if (place < 0 || std::cmp_greater_equal(place, options)) {
      return operation::bad_input(member, "There is no such option.");
    }
    if (std::ranges::find(out, static_cast<std::size_t>(place)) != out.end()) {
      return operation::bad_input(member, "An option is named twice.");
    }
    out.push_back(static_cast<std::size_t>(place));
  }
  return out;
}

std::expected<void, Problem> mark_correct(Poll& poll, const Json& body) {
  const auto given = body.find("correct");
  const bool has_some = given != body.end() && !given->is_null() && !given->empty();
  if (has_some != (poll.kind == Kind::quiz)) {
    return operation::bad_input("correct", "A quiz has a correct option, other polls have none.");
  }
  if (!has_some) return {};
  const auto places = places_in("correct", *given, poll.options.size());
  if (!places) return std::unexpected(places.error());
  for (const std::size_t place : *places) poll.options[place].is_correct = true;
  return {};
}

Outcome create_poll(Call& call) {
  const auto kind = parse_kind(call.body.at("kind").get<std::string>());
  if (!kind) return operation::bad_input("kind", "There is no such kind of poll.");
  Poll poll{.id = {},
            .question = call.body.at("question").get<std::string>(),
            .kind = *kind,
            .is_anonymous = call.body.at("anonymous").get<bool>(),
            .created_at = call.now,
            .options = {}};
  if (const auto fine =
          operation::check_text("question", poll.question, kMaxQuestion, operation::Lines::many);
      !fine) {
    return std::unexpected(fine.error());
  }
  auto options = options_in(call.body);
  if (!options) return std::unexpected(options.error());
  poll.options = std::move(*options);
  if (const auto fine = mark_correct(poll, call.body); !fine) return std::unexpected(fine.error());
  if (count_polls(call.transaction, call.meeting) >= kMostPolls) {
    return operation::conflict("There are as many polls as a meeting can have: delete one.");
  }
  add_poll(call.transaction, call.meeting, poll, call.random);
  const Count none = count(call, poll);
  tell(call, poll, none);
  return operation::Answer{201, to_json_for(call, poll, none)};
}

/// The one that the path names, if they may know of it.
std::optional<Poll> poll_in(const Call& call) {
  auto poll = poll_by_id(call.transaction, call.meeting, call.id("poll"));
  if (poll && !sees(reader_of(call), *poll)) return std::nullopt;
  return poll;
}

std::expected<std::vector<std::size_t>, Problem> choices_in(const Call& call, const Poll& poll) {
  auto choices = places_in("choices", call.body.at("choices"), poll.options.size());
  if (!choices) return choices;
  const bool takes_one = poll.kind == Kind::single;
  if (choices->empty() || (takes_one && choices->size() > 1)) {
    return operation::bad_input("choices",
                                takes_one ? "Choose one option." : "Choose an option at least.");
  }
  if (poll.kind != Kind::ranked) std::ranges::sort(*choices);
  return choices;
}

Outcome vote(Call& call) {
  const auto poll = poll_in(call);
  if (!poll) return no_such_poll();
  if (poll->state != State::open) return operation::conflict("This poll takes no votes now.");
  const auto choices = choices_in(call, *poll);
  if (!choices) return std::unexpected(choices.error());
  const auto& voter = call.participant.person;
  if (!poll->is_anonymous &&
      vote_of(call.transaction, call.meeting, *poll, voter) == std::optional(*choices)) {
    return operation::Answer{200, to_json_for(call, *poll, count(call, *poll))};
  }
  const std::string key =
      fmt::format("votes/{}/{}/{}", call.meeting.tenant, call.meeting.id, voter);
  if (!people::take_attempt(call.transaction, key, kPace, call.now)) {
    return operation::too_many("So many votes at once: wait a moment.");
  }
  if (!cast_vote(call.transaction, call.meeting, *poll, voter, *choices)) {
    return operation::conflict("You have voted, and nobody knows what: it cannot be changed.");
  }
  const Count now = count(call, *poll);
  tell(call, *poll, now);
  const Json mine = to_json_for(call, *poll, now);
  call.tell(Audience::people({voter}), "poll", mine, poll->id);
  return operation::Answer{200, mine};
}

/// From draft to open to closed, or shared; where it is so already nothing happens.
Outcome change(Call& call, Poll poll, State state, bool is_shared) {
  const bool changes = state != poll.state || is_shared != poll.is_shared;
  poll.state = state;
  poll.is_shared = is_shared;
  const Count now = count(call, poll);
  if (changes) {
    save_poll(call.transaction, call.meeting, poll);
    tell(call, poll, now);
  }
  return operation::Answer{200, to_json_for(call, poll, now)};
}

Outcome open_poll(Call& call) {
  const auto poll = poll_in(call);
  if (!poll) return no_such_poll();
  if (poll->state == State::closed) {
    return operation::conflict("This poll is closed, and stays so.");
  }
  return change(call, *poll, State::open, poll->is_shared);
}

Outcome close_poll(Call& call) {
  const auto poll = poll_in(call);
  if (!poll) return no_such_poll();
  if (poll->state == State::draft) return operation::conflict("This poll is not open.");
  return change(call, *poll, State::closed, poll->is_shared);
}

Outcome share_poll(Call& call) {
  const auto poll = poll_in(call);
  if (!poll) return no_such_poll();
  if (poll->state == State::draft) return operation::conflict("This poll has no results yet.");
  return change(call, *poll, poll->state, true);
}

Outcome delete_poll(Call& call) {
  const auto poll = poll_in(call);
  if (!poll) return no_such_poll();
  remove_poll(call.transaction, call.meeting, *poll);
  journal::forget(call.transaction, call.meeting, poll->id);
  const auto audience =
      sees(Reader::voter, *poll) ? Audience::inside() : Audience::who_can(Capability::create_poll);
  call.tell(audience, "poll_deleted", {{"id", poll->id}});
  return operation::no_content();
}

/// `mine` is how the reader voted; what is told to all leaves it out.
Json poll_schema(std::string_view mine) {
  constexpr std::int64_t kMany = 1'000'000;
  const Json number = schema::integer(0, kMany);
  const Json place = schema::integer(0, static_cast<std::int64_t>(kMostOptions) - 1);
  const Json places = schema::list(place, 0, kMostOptions);
  const Json option =
      schema::object({{"text", schema::text(1, kMaxOption)}, {"votes", schema::nullable(number)}});
  const Json round = schema::object(
      {{"votes", schema::list(schema::nullable(number), 0, kMostOptions)}, {"out", places}});
  const Json run_off =
      schema::object({{"rounds", schema::list(round, 0, kMostOptions)}, {"winners", places}});
  return schema::object({{"id", schema::text(1, 64)},
                         {"question", schema::text(1, kMaxQuestion)},
                         {"kind", schema::ref("PollKind")},
                         {"anonymous", schema::boolean()},
                         {"state", schema::one_of({"draft", "open", "closed"})},
                         {"shared", schema::boolean()},
                         {"options", schema::list(option, kFewestOptions, kMostOptions)},
                         {"voters", number},
                         {mine, schema::nullable(places)},
                         {"correct", schema::nullable(places)},
                         {"run_off", schema::nullable(run_off)},
                         {"created_at", schema::time()}});
}

}  // namespace

operation::Operations poll_operations() {
  const Json places = schema::list(schema::integer(0, static_cast<std::int64_t>(kMostOptions) - 1),
                                   0, kMostOptions);
  const Json poll = schema::ref("Poll");
  return {
      {.id = "createPoll",
       .tag = "polls",
       .method = Method::post,
       .path = "/meetings/{link}/polls",
       .needs = Capability::create_poll,
       .summary = "A draft, which others see once it is open.",
       .body = schema::object(
           {{"question", schema::text(1, kMaxQuestion)},
            {"kind", schema::one_of({"single", "multiple", "ranked", "quiz"})},
            {"options", schema::list(schema::text(1, kMaxOption), kFewestOptions, kMostOptions)},
            {"anonymous", schema::boolean()},
            {"correct?", schema::nullable(places)}}),
       .answer = poll,
       .success = 201,
       .run = create_poll},
      {.id = "vote",
       .tag = "polls",
       .method = Method::put,
       .path = "/meetings/{link}/polls/{poll}/vote",
       .needs = Capability::vote,
       .summary =
           "One's own vote, in place of an earlier one. Ranked: in order of preference. In an "
           "anonymous poll it is final.",
       .body = schema::object({{"choices", places}}),
       .answer = poll,
       .run = vote},
      {.id = "openPoll",
       .tag = "polls",
       .method = Method::post,
       .path = "/meetings/{link}/polls/{poll}/open",
       .needs = Capability::create_poll,
       .summary = "It takes votes.",
       .answer = poll,
       .run = open_poll},
      {.id = "closePoll",
       .tag = "polls",
       .method = Method::post,
       .path = "/meetings/{link}/polls/{poll}/close",
       .needs = Capability::create_poll,
       .summary = "It takes no more votes.",
       .answer = poll,
       .run = close_poll},
      {.id = "sharePoll",
       .tag = "polls",
       .method = Method::post,
       .path = "/meetings/{link}/polls/{poll}/share",
       .needs = Capability::create_poll,
       .summary = "Everybody sees the counts; of an anonymous poll once it is closed.",
       .answer = poll,
       .run = share_poll},
      {.id = "deletePoll",
       .tag = "polls",
       .method = Method::remove,
       .path = "/meetings/{link}/polls/{poll}",
       .needs = Capability::create_poll,
       .summary = "With all its votes.",
       .success = 204,
       .run = delete_poll},
  };
}

Json polls_state(const Call& call) {
  Json all = Json::array();
  for (const Poll& poll : polls_of(call.transaction, call.meeting)) {
    if (sees(reader_of(call), poll)) all.push_back(to_json_for(call, poll, count(call, poll)));
  }
  return all;
}

std::map<std::string, Json> components() {
  return {{"PollKind", schema::one_of({"single", "multiple", "ranked", "quiz"})},
          {"Poll", poll_schema("mine")},
          {"PollNews", poll_schema("mine?")}};
}

std::map<std::string, Json> events() {
  return {{"poll", schema::ref("PollNews")},
          {"poll_deleted", schema::object({{"id", schema::text(1, 64)}})}};
}

}  // namespace parley::application::polls
