#include "application/api/desk.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "application/api/answers.h"
#include "application/api/check.h"
#include "application/people/accounts.h"
#include "application/people/attempts.h"
#include "application/people/digest.h"
#include "application/people/guests.h"
#include "application/people/sessions.h"
#include "signaling/placement/await_bus.h"
#include "signaling/token/token.h"

namespace parley::application::api {

using meetings::Person;
using meetings::Presence;
using operation::Answer;
using operation::Caller;
using operation::Effects;
using operation::Json;
using operation::Operation;
using operation::Outcome;
using operation::Problem;
using signaling::await_callback;

namespace {

constexpr std::size_t kMaxKey = 128;
/// From one address: a school behind one router, not a script.
constexpr people::Allowance kNewGuests{.burst = 600, .pause = std::chrono::seconds(1)};

std::string title_of(std::string_view code) {
  std::string title(code);
  std::ranges::replace(title, '_', ' ');
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') {
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
  }
  return title;
}

std::optional<Person> person_by(store::Transaction& transaction, const Request& request,
                                WallTime now, bool may_write) {
  if (request.session.reveal().empty()) return std::nullopt;
  const auto session = people::find_session(transaction, request.session, now);
  if (!session) return std::nullopt;
  if (may_write && is_touch_due(*session, now)) {
    people::touch_session(transaction, request.session, now);
  }
  Person person{.tenant = session->tenant, .account = session->account, .guest = session->guest};
  if (!person.is_guest()) {
    const auto account = people::account_by_id(transaction, person.tenant, person.account);
    if (account) {
      person.name = account->name;
      person.is_admin = account->is_admin;
    }
  }
  return person;
}

std::expected<Arrival, Problem> welcome_guest(store::Transaction& transaction,
                                              const Request& request, Random& random,
                                              WallTime now) {
  if (!people::take_attempt(transaction, fmt::format("guest/{}", request.client_address),
                            kNewGuests, now)) {
    return operation::too_many("Too many guests come from this address. Wait a moment.");
  }
  const auto guest =
      people::add_guest(transaction, people::kDefaultTenant, "", "Guest", random, now);
  if (!guest) return operation::forbidden("Nobody can come as a guest.");
  Arrival arrival;
  arrival.new_session =
      people::start_guest_session(transaction, guest->tenant, guest->id, random, now);
  arrival.person = {.tenant = guest->tenant, .guest = guest->id};
  return arrival;
}

std::optional<Problem> find_participant(store::Transaction& transaction, const Request& request,
                                        Arrival& arrival) {
  Problem nobody{403, "not_inside", "Join the meeting first."};
  if (request.participant.empty()) return nobody;
  auto found = participant_by_id(transaction, arrival.meeting, request.participant);
  // Somebody else's is as good as none: who guesses one learns nothing.
  if (!found || found->person != arrival.person.key()) return nobody;
  arrival.participant = std::move(*found);
  arrival.may = arrival.participant.standing.may(arrival.meeting);
  return std::nullopt;
}

std::optional<std::string> fault_of_query(const Operation& operation, const Request& request) {
  if (operation.transfer == operation::Transfer::upload) {
    for (const auto& [name, schema] : operation.query.items()) {
      if (!request.query.contains(name)) {
        return fmt::format("the parameter \"{}\" is missing", name);
      }
    }
  }
  for (const auto& [name, value] : request.query) {
    if (!operation.query.is_object() || !operation.query.contains(name)) {
      return fmt::format("the parameter \"{}\" is not known here", name.substr(0, 64));
    }
    const Json& schema = operation.query[name];
    Json read = value;
    if (schema.value("type", Json()) == "integer") {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (error != std::errc() || end != value.data() + value.size()) {
        return fmt::format("the parameter \"{}\" must be a whole number", name);
      }
      read = number;
    }
    if (const auto fault = fault_of(schema, read)) {
      return fmt::format("the parameter \"{}\" {}", name, fault->what);
    }
  }
  return std::nullopt;
}

}  // namespace

Response Response::problem(const Problem& problem) {
  Json body{{"type", "about:blank"},
            {"title", title_of(problem.code)},
            {"status", problem.status},
            {"detail", problem.detail},
            {"code", problem.code}};
  if (!problem.member.empty()) body["member"] = problem.member;
  Response response{.status = problem.status,
                    .content_type = "application/problem+json",
                    .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
  if (problem.status == 429 || problem.status == 503) {
    response.headers.emplace_back("Retry-After", "1");
  }
  return response;
}

std::expected<Arrival, Problem> Desk::arrive(store::Transaction& transaction,
                                             const Operation& operation, const Request& request,
                                             const std::map<std::string, std::string>& path,
                                             Random& random, WallTime now) {
  Arrival arrival;
  if (auto person = person_by(transaction, request, now, operation.writes())) {
    arrival.person = std::move(*person);
  } else if (operation.caller == Caller::person && operation.writes()) {
    auto guest = welcome_guest(transaction, request, random, now);
    if (!guest) return guest;
    arrival = std::move(*guest);
  } else if (operation.caller != Caller::anyone && operation.caller != Caller::account) {
    return std::unexpected(Problem{401, "no_session", "Your session has ended. Join again."});
  } else {
    arrival.person.tenant = people::kDefaultTenant;
  }
  if (operation.caller == Caller::account && arrival.person.is_guest()) {
    return std::unexpected(Problem{401, "no_session", "Sign in first."});
  }
  if (!request.device.reveal().empty()) {
    arrival.person.device =
        fmt::format("{:02x}", fmt::join(people::digest(request.device.reveal()), ""));
  }
  const auto link = path.find("link");
  if (link == path.end()) return arrival;

  auto meeting = meetings::meeting_by_link(transaction, link->second);
  if (!meeting && !(operation.link_may_be_new && meetings::is_good_link(link->second))) {
    return operation::not_found("There is no meeting at this link.");
  }
  if (meeting) arrival.meeting = std::move(*meeting);
  const bool must_be_participant =
      operation.caller == Caller::participant || operation.caller == Caller::inside;
  if (!must_be_participant && request.participant.empty()) return arrival;
  const auto stranger = find_participant(transaction, request, arrival);
  if (stranger && must_be_participant) return std::unexpected(*stranger);
  if (operation.caller == Caller::inside &&
      (arrival.participant.presence != Presence::inside || !arrival.meeting.is_on())) {
    return std::unexpected(Problem{403, "not_inside", "You are not in this meeting."});
  }
  if (arrival.participant.presence != Presence::inside) arrival.may = {};
  if (operation.needs && !arrival.may.has(*operation.needs)) return operation::forbidden();
  return arrival;
}

/// What one request is worked on with; shared by the loop and the store's thread, one at a time.
struct Desk::Turn {
  Request request;
  const Operation* operation = nullptr;
  std::map<std::string, std::string> path;
  Json body;
  std::shared_ptr<void> prepared;
  // What the transaction leaves.
  Arrival arrival;
  Effects effects;
  std::optional<meetings::Pass> pass;

  operation::Call call(store::Transaction& transaction, Random& random, WallTime now) {
    return {.transaction = transaction,
            .random = random,
            .now = now,
            .person = arrival.person,
            .meeting = arrival.meeting,
            .participant = arrival.participant,
            .may = arrival.may,
            .path = path,
            .query = request.query,
            .body = body,
            .client_address = request.client_address,
            .user_agent = request.user_agent,
            .session = request.session,
            .prepared = prepared,
            .effects = effects};
  }
};

Desk::Desk(asio::io_context& loop, const Directory& directory, Surroundings surroundings)
    : loop_(loop), directory_(directory), around_(std::move(surroundings)) {}

asio::awaitable<std::optional<Problem>> Desk::prepare(std::shared_ptr<Turn> turn) {
  using Prepared = std::expected<operation::Preparation, Problem>;
  const WallTime now = around_.now();
  const auto work = [turn, now, this](store::Transaction& transaction) -> Prepared {
    auto arrival =
        arrive(transaction, *turn->operation, turn->request, turn->path, around_.random, now);
    if (!arrival) return std::unexpected(arrival.error());
    turn->arrival = std::move(*arrival);
    turn->effects = {};
    if (turn->arrival.new_session) turn->request.session = *turn->arrival.new_session;
    auto call = turn->call(transaction, around_.random, now);
    return turn->operation->prepare(call);
  };
  using Result = std::expected<Prepared, store::Error>;
  auto asked =
      await_callback<Result>([&](auto done) { around_.store.write(work, std::move(done)); });
  auto result = co_await std::move(asked);
  if (!result) co_return operation::away().error();
  if (!*result) co_return result->error();
  if (!(*result)->work) co_return std::nullopt;
  turn->prepared = (*result)->result;
  auto slow = await_callback<bool>([&](const auto& done) {
    asio::post(slow_, [this, work = std::move((*result)->work), done] {
      work();
      asio::post(loop_, [done] { done(true); });
    });
  });
  co_await std::move(slow);
  co_return std::nullopt;
}

std::optional<Problem> Desk::read(Turn& turn) const {
  const Operation& operation = *turn.operation;
  if (!operation.body.is_null()) {
    const std::string& text = turn.request.body;
    turn.body = Json::parse(text.empty() ? "{}" : text, nullptr, false);
    if (turn.body.is_discarded()) {
      return Problem{400, "bad_input", "The body is not JSON in UTF-8."};
    }
    if (const auto fault = fault_of(operation.body, turn.body)) {
      const std::string whose = fault->member.empty() ? "The body" : fault->member;
      return Problem{400, "bad_input", fmt::format("{} {}.", whose, fault->what), fault->member};
    }
  }
  if (const auto fault = fault_of_query(operation, turn.request)) {
    return Problem{400, "bad_input", fmt::format("{}.", *fault)};
  }
  if (turn.request.idempotency_key.size() > kMaxKey) {
    return Problem{400, "bad_input", "The Idempotency-Key is too long."};
  }
  return std::nullopt;
}

Outcome Desk::carry_out(Turn& turn, store::Transaction& transaction, WallTime now) const {
  const Operation& operation = *turn.operation;
  turn.effects = {};
  auto arrival = arrive(transaction, operation, turn.request, turn.path, around_.random, now);
  if (!arrival) return std::unexpected(arrival.error());
  auto of_preparation = std::move(turn.arrival.new_session);
  turn.arrival = std::move(*arrival);
  if (!turn.arrival.new_session) turn.arrival.new_session = std::move(of_preparation);

  const bool keyed = operation.method == operation::Method::post && !operation.is_secret &&
                     !turn.request.idempotency_key.empty();
  const std::string person =
      turn.arrival.person.is_known() ? turn.arrival.person.key() : turn.request.client_address;
  const std::string named = fmt::format("{} {}", operation.id, turn.request.path);
  const Question question{person, named, turn.request.idempotency_key, turn.request.body};
  std::optional<Answer> answer;
  if (keyed) {
    auto before = answered_before(transaction, question);
    if (!before) return std::unexpected(before.error());
    answer = std::move(*before);
  }
  if (!answer) {
    auto call = turn.call(transaction, around_.random, now);
    auto outcome = operation.run(call);
    if (!outcome) return outcome;
    answer = std::move(*outcome);
    if (keyed) keep_answer(transaction, question, *answer, now);
  }

  // What follows is about the meeting as it is now, which a join may have made.
  if (const auto link = turn.path.find("link"); link != turn.path.end()) {
    auto meeting = meetings::meeting_by_link(transaction, link->second);
    if (meeting) turn.arrival.meeting = std::move(*meeting);
  }
  turn.pass = std::move(turn.effects.pass);
  if (operation.gives_token && answer->body.value("state", "") == "inside") {
    const auto whose =
        participant_by_id(transaction, turn.arrival.meeting, answer->body.value("participant", ""));
    if (whose) turn.pass = pass_of(turn.arrival.meeting, *whose);
  }
  return std::move(*answer);
}

Response Desk::respond(Turn& turn, Answer answer, WallTime now) const {
  Response response{.status = answer.status};
  response.session =
      turn.effects.session ? std::move(turn.effects.session) : std::move(turn.arrival.new_session);
  if (turn.pass) {
    auto token = signaling::join_token(turn.pass->room, turn.pass->identity, turn.pass->name,
                                       now + around_.token_life);
    token.grants = turn.pass->grants;
    answer.body["token"] = signaling::mint_token(token, *around_.keys.first(), now);
    answer.body["room"] = turn.pass->room;
    answer.body["url"] = "/";
  }
  if (answer.content) response.content = std::move(answer.content);
  if (!answer.body.is_null()) {
    response.content_type = "application/json";
    response.body = answer.body.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return response;
}

Response Desk::refuse(const Problem& problem) {
  refused_[std::string(problem.code)].add();
  return Response::problem(problem);
}

bool Desk::is_upload(const Request& request) const {
  const auto found = directory_.find(request.method, request.path);
  return found.operation != nullptr && found.operation->transfer == operation::Transfer::upload;
}

asio::awaitable<std::optional<Response>> Desk::admit(Request request) {
  using Result = std::optional<Response>;
  auto turn = std::make_shared<Turn>();
  turn->request = std::move(request);
  auto found = directory_.find(turn->request.method, turn->request.path);
  turn->operation = found.operation;
  turn->path = std::move(found.path);
  if (const auto problem = read(*turn)) co_return Result(refuse(*problem));
  auto preparing = prepare(turn);
  const auto problem = co_await std::move(preparing);
  if (problem) co_return Result(refuse(*problem));
  co_return Result();
}

asio::awaitable<Response> Desk::serve(Request request) {
  auto turn = std::make_shared<Turn>();
  turn->request = std::move(request);
  auto found = directory_.find(turn->request.method, turn->request.path);
  if (found.operation == nullptr) {
    if (found.allowed.empty()) co_return refuse({404, "not_found", "There is no such resource."});
    Response response =
        refuse({405, "not_allowed", fmt::format("This resource knows {}.", found.allowed)});
    response.headers.emplace_back("Allow", found.allowed);
    co_return response;
  }
  const Operation& operation = *found.operation;
  turn->operation = &operation;
  turn->path = std::move(found.path);
  if (const auto problem = read(*turn)) co_return refuse(*problem);
  if (operation.transfer == operation::Transfer::upload) {
    turn->prepared = turn->request.received;
  } else if (operation.prepare) {
    auto preparing = prepare(turn);
    if (const auto problem = co_await std::move(preparing)) {
      log_security(*turn);
      co_return refuse(*problem);
    }
  }

  const WallTime now = around_.now();
  const auto work = [turn, now, this](store::Transaction& transaction) {
    return carry_out(*turn, transaction, now);
  };
  using Result = std::expected<Outcome, store::Error>;
  auto asked = await_callback<Result>([&](auto done) {
    if (operation.writes()) {
      around_.store.write(work, std::move(done));
    } else {
      around_.store.read(work, std::move(done));
    }
  });
  auto result = co_await std::move(asked);
  if (!result) co_return refuse(operation::away().error());
  log_security(*turn);
  if (operation.writes() && !turn->arrival.meeting.id.empty()) {
    around_.follow(turn->arrival.meeting, turn->effects);
  }
  if (!*result) {
    Response response = refuse(result->error());
    response.session = std::move(turn->arrival.new_session);
    co_return response;
  }
  served_.add();
  co_return respond(*turn, std::move(**result), now);
}

void Desk::log_security(const Turn& turn) const {
  for (const Effects::SecurityEvent& event : turn.effects.security) {
    around_.log.info("security", {{"event", event.what}, {"account", event.account}});
  }
}

void Desk::expose(observability::Exposition& out) const {
  out.counter("parley_api_served_total", "Requests of the REST API that were carried out.",
              served_.value());
  for (const auto& [code, counter] : refused_) {
    out.counter("parley_api_refused_total", "Requests of the REST API that were refused, by code.",
                counter.value(), {{"code", code}});
  }
}

}  // namespace parley::application::api
