#include "application/session/session.h"

#include "application/people/accounts.h"
#include "application/people/sessions.h"
#include "application/people/sign_in.h"

namespace parley::application::session {

using operation::Answer;
using operation::Call;
using operation::Caller;
using operation::Json;
using operation::Method;
using operation::Outcome;
using operation::Preparation;
using operation::Problem;

namespace {

struct Attempt {
  people::SignIn sign_in;
  Secret password;
  bool is_right = false;
};

Json person_json(const meetings::Person& person, bool open_meetings) {
  Json who = nullptr;
  if (person.is_known()) {
    who = {{"name", person.name},
           {"account", person.is_guest() ? Json(nullptr) : Json(person.account)}};
  }
  return {{"person", std::move(who)}, {"may_create", open_meetings || !person.account.empty()}};
}

std::unexpected<Problem> refuse(people::SignInError error) {
  const std::string words{describe(error)};
  switch (error) {
    case people::SignInError::too_often:
      return operation::too_many(words);
    case people::SignInError::wrong:
      return std::unexpected(Problem{403, "wrong", words});
    case people::SignInError::code_needed:
      return std::unexpected(Problem{403, "code_needed", words, "code"});
    case people::SignInError::code_wrong:
      return std::unexpected(Problem{403, "code_wrong", words, "code"});
  }
  return operation::forbidden(words);
}

std::expected<Preparation, Problem> begin(Call& call, Random& random,
                                          const people::PasswordCost& cost) {
  auto attempt = std::make_shared<Attempt>();
  auto begun = people::begin_sign_in(call.transaction, people::kDefaultTenant,
                                     call.body["email"].get_ref<const std::string&>(),
                                     call.client_address, call.now);
  if (!begun) {
    call.effects.security.push_back({"too many sign-ins"});
    return refuse(begun.error());
  }
  attempt->sign_in = std::move(*begun);
  attempt->password = Secret(call.body["password"].get<std::string>());
  return Preparation{[attempt, &random, cost] {
                       attempt->is_right =
                           check_password(attempt->sign_in, attempt->password, random, cost);
                     },
                     attempt};
}

Outcome sign_in(Call& call, const people::Vault& vault, bool open_meetings) {
  const auto& attempt = *static_cast<const Attempt*>(call.prepared.get());
  auto token = finish_sign_in(call.transaction, vault, attempt.sign_in, attempt.is_right,
                              call.body.value("code", std::string()),
                              people::client_of(call.user_agent), call.random, call.now);
  if (!token) {
    // Asking for the code is a step, not a failure.
    if (token.error() != people::SignInError::code_needed) {
      call.effects.security.push_back({token.error() == people::SignInError::wrong
                                           ? "sign-in with a wrong password"
                                           : "sign-in with a wrong code"});
    }
    return refuse(token.error());
  }
  call.effects.security.push_back({"signed in", attempt.sign_in.account});
  // Whoever had a session in this browser is somebody else now (ASVS 3.2.1).
  if (!call.session.reveal().empty()) people::revoke_session(call.transaction, call.session);
  const auto account =
      people::account_by_id(call.transaction, attempt.sign_in.tenant, attempt.sign_in.account);
  call.effects.session = std::move(*token);
  const meetings::Person person{.tenant = attempt.sign_in.tenant,
                                .account = attempt.sign_in.account,
                                .name = account ? account->name : ""};
  return Answer{200, person_json(person, open_meetings)};
}

Outcome sign_out(Call& call) {
  if (!call.session.reveal().empty()) people::revoke_session(call.transaction, call.session);
  call.effects.session = Secret();
  if (!call.person.is_guest()) {
    call.effects.security.push_back({"signed out", call.person.account});
  }
  return operation::no_content();
}

}  // namespace

operation::Operations operations(const Options& options, const people::Vault& vault,
                                 Random& random) {
  using namespace operation::schema;
  const Json any_text{{"type", "string"}};
  const Json answer =
      object({{"person", nullable(object({{"name", any_text}, {"account", nullable(any_text)}}))},
              {"may_create", boolean()}});
  const bool open = options.open_meetings;
  return {
      {.id = "getSession",
       .tag = "session",
       .method = Method::get,
       .path = "/session",
       .caller = Caller::anyone,
       .summary = "Who one is: an account, a guest, or nobody yet.",
       .answer = answer,
       .run = [open](Call& call) -> Outcome {
         return Answer{200, person_json(call.person, open)};
       }},
      {.id = "signIn",
       .tag = "session",
       .method = Method::post,
       .path = "/session",
       .caller = Caller::anyone,
       .summary = "Signs in by mail address and password, and by a one-time or recovery code where "
                  "the account has codes.",
       .body =
           object({{"email", text(1, 254)}, {"password", text(1, 128)}, {"code?", text(0, 32)}}),
       .answer = answer,
       .is_secret = true,
       .prepare = [&random, cost = options.cost](Call& call) { return begin(call, random, cost); },
       .run = [open, &vault](Call& call) { return sign_in(call, vault, open); }},
      {.id = "signOut",
       .tag = "session",
       .method = Method::remove,
       .path = "/session",
       .caller = Caller::anyone,
       .summary = "Ends the session.",
       .success = 204,
       .run = sign_out},
  };
}

}  // namespace parley::application::session
