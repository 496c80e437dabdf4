#include "application/account/account.h"

#include <fmt/format.h>

#include "application/people/accounts.h"
#include "application/people/attempts.h"
#include "application/people/recovery_codes.h"
#include "application/people/second_factor.h"
#include "application/people/sessions.h"
#include "application/people/totp.h"

namespace parley::application::account {

using operation::Answer;
using operation::Call;
using operation::Caller;
using operation::Json;
using operation::Method;
using operation::no_content;
using operation::Outcome;
using operation::Preparation;
using operation::Problem;

namespace {

constexpr std::string_view kIssuer = "Parley";
constexpr std::size_t kLongestCode = 32;

people::Account account_of(const Call& call) {
  return people::account_by_id(call.transaction, call.person.tenant, call.person.account)
      .value_or(people::Account());
}

Json view_of(const Call& call) {
  const people::Account account = account_of(call);
  return {{"email", account.email},
          {"name", account.name},
          {"is_admin", account.is_admin},
          {"has_totp", account.has_totp},
          {"recovery_codes",
           people::count_recovery_codes(call.transaction, account.tenant, account.id)}};
}

void note(Call& call, std::string_view what) {
  call.effects.security.push_back({what, call.person.account});
}

std::string attempts_key(const Call& call) {
  return fmt::format("account/{}/{}", call.person.tenant, call.person.account);
}

/// Passwords and codes of somebody who is signed in: a browser that was left open is no more than
/// ten tries at what is behind it.
bool take_attempt(const Call& call) {
  return people::take_attempt(call.transaction, attempts_key(call), people::kPerAccount, call.now);
}

std::unexpected<Problem> too_often() {
  return operation::too_many("Too many attempts. Wait a minute and try again.");
}

std::unexpected<Problem> wrong_code() {
  return std::unexpected(
      Problem{403, "code_wrong", "This code is not right, or was used already.", "code"});
}

/// The password that was typed, against the one there is; with a new one's hash where that is
/// wanted.
struct Check {
  Secret typed;
  std::string hash;
  bool is_right = false;
  Secret chosen{};
  std::string chosen_hash{};
};

std::expected<std::shared_ptr<Check>, Problem> begin_check(Call& call) {
  if (!take_attempt(call)) {
    note(call, "too many attempts on an account");
    return too_often();
  }
  auto check = std::make_shared<Check>();
  check->typed = Secret(call.body["password"].get<std::string>());
  check->hash = people::password_hash_of(call.transaction, call.person.tenant, call.person.account);
  return check;
}

std::expected<Preparation, Problem> prepare_check(Call& call) {
  auto check = begin_check(call);
  if (!check) return std::unexpected(check.error());
  return Preparation{
      [check = *check] { check->is_right = people::verify_password(check->hash, check->typed); },
      *check};
}

std::expected<Preparation, Problem> prepare_new_password(Call& call, Random& random,
                                                         const people::PasswordCost& cost) {
  const people::Account account = account_of(call);
  const Secret chosen(call.body["new_password"].get<std::string>());
  if (const auto fault = people::password_fault(chosen, account.email, account.name)) {
    return operation::bad_input("new_password", *fault);
  }
  auto begun = begin_check(call);
  if (!begun) return std::unexpected(begun.error());
  const std::shared_ptr<Check> check = std::move(*begun);
  check->chosen = chosen;
  return Preparation{[check, &random, cost] {
                       check->is_right = people::verify_password(check->hash, check->typed);
                       if (!check->is_right) return;
                       check->chosen_hash = people::hash_password(check->chosen, random, cost);
                     },
                     check};
}

/// nullopt: the password was right.
std::optional<Problem> fault_of_password(Call& call) {
  const auto& check = *static_cast<const Check*>(call.prepared.get());
  // While it was checked, it may have been changed.
  const bool is_current =
      check.hash ==
      people::password_hash_of(call.transaction, call.person.tenant, call.person.account);
  if (check.is_right && is_current) return std::nullopt;
  note(call, "wrong password for an account");
  return Problem{403, "wrong", "This is not your password.", "password"};
}

/// Whoever had the old session's token has nothing any more (ASVS 4.0.3 section 3.2.1).
void begin_new_session(Call& call) {
  people::revoke_session(call.transaction, call.session);
  call.effects.session =
      people::start_session(call.transaction, call.person.tenant, call.person.account,
                            people::client_of(call.user_agent), call.random, call.now);
}

Outcome change_name(Call& call) {
  const auto set = people::set_name(call.transaction, call.person.tenant, call.person.account,
                                    call.body["name"].get_ref<const std::string&>());
  if (!set) return operation::bad_input("name", std::string(describe(set.error())));
  return Answer{200, view_of(call)};
}

Outcome change_password(Call& call) {
  if (const auto fault = fault_of_password(call)) return std::unexpected(*fault);
  const auto& check = *static_cast<const Check*>(call.prepared.get());
  // Ends all sessions; this browser gets another one.
  const auto set = people::set_password(call.transaction, call.person.tenant, call.person.account,
                                        check.chosen_hash);
  if (!set) return operation::not_found(std::string(describe(set.error())));
  begin_new_session(call);
  people::forgive_attempts(call.transaction, attempts_key(call));
  note(call, "password changed");
  return no_content();
}

Outcome begin_totp(Call& call, const people::Vault& vault) {
  if (const auto fault = fault_of_password(call)) return std::unexpected(*fault);
  const people::Account account = account_of(call);
  if (account.has_totp) return operation::conflict("Codes are asked for already.");
  const ByteVector secret = people::new_totp_secret(call.random);
  people::begin_totp(call.transaction, vault, account.tenant, account.id, secret, call.random);
  people::forgive_attempts(call.transaction, attempts_key(call));
  return Answer{200,
                {{"secret", people::to_base32(secret)},
                 {"uri", people::totp_uri(secret, kIssuer, account.email)}}};
}

Outcome confirm_totp(Call& call, const people::Vault& vault) {
  if (!take_attempt(call)) return too_often();
  const people::Account account = account_of(call);
  if (account.has_totp) return operation::conflict("Codes are asked for already.");
  if (!people::confirm_totp(call.transaction, vault, account.tenant, account.id,
                            call.body["code"].get_ref<const std::string&>(), call.now)) {
    return wrong_code();
  }
  people::forgive_attempts(call.transaction, attempts_key(call));
  note(call, "one-time codes switched on");
  return Answer{200,
                {{"codes", people::make_recovery_codes(call.transaction, account.tenant, account.id,
                                                       call.random)}}};
}

/// Password and code, for what makes the account's door weaker or its spare keys anew.
std::optional<Problem> fault_of_both(Call& call, const people::Vault& vault) {
  if (auto fault = fault_of_password(call)) return fault;
  if (!account_of(call).has_totp) {
    return operation::conflict("No codes are asked for.").error();
  }
  if (!people::check_second_factor(call.transaction, vault, call.person.tenant, call.person.account,
                                   call.body["code"].get_ref<const std::string&>(), call.now)) {
    note(call, "wrong code for an account");
    return wrong_code().error();
  }
  people::forgive_attempts(call.transaction, attempts_key(call));
  return std::nullopt;
}

Outcome remove_totp(Call& call, const people::Vault& vault) {
  if (const auto fault = fault_of_both(call, vault)) return std::unexpected(*fault);
  people::remove_totp(call.transaction, call.person.tenant, call.person.account);
  note(call, "one-time codes switched off");
  return no_content();
}

Outcome renew_codes(Call& call, const people::Vault& vault) {
  if (const auto fault = fault_of_both(call, vault)) return std::unexpected(*fault);
  note(call, "recovery codes made anew");
  return Answer{200,
                {{"codes", people::make_recovery_codes(call.transaction, call.person.tenant,
                                                       call.person.account, call.random)}}};
}

Outcome list_sessions(Call& call) {
  Json items = Json::array();
  for (const people::SessionEntry& one : people::sessions_of(
           call.transaction, call.person.tenant, call.person.account, call.session, call.now)) {
    items.push_back({{"id", one.id},
                     {"client", one.client},
                     {"created_at", operation::instant(one.created_at)},
                     {"used_at", operation::instant(one.used_at)},
                     {"is_current", one.is_current}});
  }
  return Answer{200, {{"items", std::move(items)}, {"next", nullptr}}};
}

Outcome end_session(Call& call) {
  if (!people::revoke_session_by_id(call.transaction, call.person.tenant, call.person.account,
                                    call.id("session"))) {
    return operation::not_found("There is no such session.");
  }
  note(call, "session ended by its owner");
  return no_content();
}

Outcome end_other_sessions(Call& call) {
  people::revoke_other_sessions(call.transaction, call.person.tenant, call.person.account,
                                call.session);
  note(call, "other sessions ended by their owner");
  return no_content();
}

}  // namespace

std::map<std::string, Json> components() {
  using namespace operation::schema;
  const Json any_text{{"type", "string"}};
  const Json time{{"type", "string"}, {"format", "date-time"}};
  return {{"Account", object({{"email", any_text},
                              {"name", any_text},
                              {"is_admin", boolean()},
                              {"has_totp", boolean()},
                              {"recovery_codes", integer(0, people::kRecoveryCodes)}})},
          {"Session", object({{"id", any_text},
                              {"client", any_text},
                              {"created_at", time},
                              {"used_at", time},
                              {"is_current", boolean()}})}};
}

operation::Operations operations(const Options& options, const people::Vault& vault,
                                 Random& random) {
  using namespace operation::schema;
  const Json any_text{{"type", "string"}};
  const Json password = text(1, people::kLongestPassword);
  const Json code = text(1, kLongestCode);
  const Json both = object({{"password", password}, {"code", code}});
  const Json codes =
      object({{"codes", list(any_text, people::kRecoveryCodes, people::kRecoveryCodes)}});
  const auto with_vault = [&vault](Outcome (*run)(Call&, const people::Vault&)) {
    return [run, &vault](Call& call) { return run(call, vault); };
  };
  return {
      {.id = "getAccount",
       .tag = "account",
       .method = Method::get,
       .path = "/account",
       .caller = Caller::account,
       .summary = "One's own account.",
       .answer = ref("Account"),
       .run = [](Call& call) -> Outcome { return Answer{200, view_of(call)}; }},
      {.id = "changeAccount",
       .tag = "account",
       .method = Method::patch,
       .path = "/account",
       .caller = Caller::account,
       .summary = "Changes one's own name.",
       .body = object({{"name", text(1, people::kMaxNameBytes)}}),
       .answer = ref("Account"),
       .run = change_name},
      {.id = "changePassword",
       .tag = "account",
       .method = Method::put,
       .path = "/account/password",
       .caller = Caller::account,
       .summary = "Changes one's own password; every other session ends.",
       .body = object({{"password", password}, {"new_password", password}}),
       .success = 204,
       .prepare = [&random, cost = options.cost](
                      Call& call) { return prepare_new_password(call, random, cost); },
       .run = change_password},
      {.id = "beginTotp",
       .tag = "account",
       .method = Method::put,
       .path = "/account/totp",
       .caller = Caller::account,
       .summary = "A secret for an authenticator app; codes are asked for once one was shown.",
       .body = object({{"password", password}}),
       .answer = object({{"secret", any_text}, {"uri", any_text}}),
       .is_secret = true,
       .prepare = prepare_check,
       .run = with_vault(begin_totp)},
      {.id = "confirmTotp",
       .tag = "account",
       .method = Method::post,
       .path = "/account/totp/confirm",
       .caller = Caller::account,
       .summary =
           "By a code of the app: from now on signing in asks for one. Answers with recovery "
           "codes, which are shown this once.",
       .body = object({{"code", code}}),
       .answer = codes,
       .is_secret = true,
       .run = with_vault(confirm_totp)},
      {.id = "removeTotp",
       .tag = "account",
       .method = Method::post,
       .path = "/account/totp/remove",
       .caller = Caller::account,
       .summary = "Codes are not asked for any more; recovery codes are void.",
       .body = both,
       .success = 204,
       .is_secret = true,
       .prepare = prepare_check,
       .run = with_vault(remove_totp)},
      {.id = "renewRecoveryCodes",
       .tag = "account",
       .method = Method::post,
       .path = "/account/recovery-codes",
       .caller = Caller::account,
       .summary = "Ten new recovery codes in place of the old ones, shown this once.",
       .body = both,
       .answer = codes,
       .is_secret = true,
       .prepare = prepare_check,
       .run = with_vault(renew_codes)},
      {.id = "listSessions",
       .tag = "account",
       .method = Method::get,
       .path = "/account/sessions",
       .caller = Caller::account,
       .summary = "Where one is signed in.",
       .answer = object({{"items", list(ref("Session"), 0, 10000)}, {"next", nullable(any_text)}}),
       .run = list_sessions},
      {.id = "endSession",
       .tag = "account",
       .method = Method::remove,
       .path = "/account/sessions/{session}",
       .caller = Caller::account,
       .summary = "Signs out somewhere.",
       .success = 204,
       .run = end_session},
      {.id = "endOtherSessions",
       .tag = "account",
       .method = Method::remove,
       .path = "/account/sessions",
       .caller = Caller::account,
       .summary = "Signs out everywhere but here.",
       .success = 204,
       .run = end_other_sessions},
  };
}

}  // namespace parley::application::account
