#include "apps/app/user_command.h"

#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "application/people/password.h"
#include "application/people/second_factor.h"
#include "apps/app/open_database.h"
#include "apps/app/read_password.h"
#include "apps/command/exit_codes.h"
#include "runtime/clock.h"
#include "runtime/random.h"

namespace parley::apps {
namespace {

namespace people = application::people;
namespace store = application::store;
using people::AccountError;

WallTime wall_now() { return runtime::clock_offset().wall(runtime::monotonic_now()); }

int complain(std::string_view what, int exit_code) {
  fmt::print(stderr, "parley app user: {}\n", what);
  return exit_code;
}

int exit_code_of_account(AccountError error) {
  const bool typed = error == AccountError::bad_email || error == AccountError::bad_name;
  return typed ? kExitConfig : kExitFailure;
}

/// Finds the account and does something with it, in one transaction.
using Change =
    std::function<std::expected<void, AccountError>(store::Transaction&, const people::Account&)>;
int change_account(const Secret& database, const UserRequest& request, const Change& change,
                   std::string_view done) {
  int exit_code = 0;
  const auto opened = open_database(database, "user", exit_code);
  if (!opened) return exit_code;
  const auto result =
      opened->write([&](store::Transaction& t) -> std::expected<void, AccountError> {
        const auto account = people::find_account(t, request.tenant, request.email);
        if (!account) return std::unexpected(AccountError::not_found);
        return change(t, *account);
      });
  if (!result) return complain(result.error().what, exit_code_of(result.error()));
  if (!*result) {
    return complain(fmt::format("{}: {}", request.email, people::describe(result->error())),
                    exit_code_of_account(result->error()));
  }
  fmt::print("{}: {}\n", request.email, done);
  return 0;
}

/// A good one, and its hash. nullopt: it was said what is wrong.
struct Chosen {
  Secret password;
  std::string hash;
};
std::optional<Chosen> choose_password(const UserRequest& request, std::string_view name) {
  runtime::SystemRandom random;
  constexpr std::size_t kGenerated = 20;
  const auto password = request.generate ? std::optional(Secret(random.token(kGenerated)))
                                         : read_password(request.email);
  if (!password) return std::nullopt;
  if (const auto fault = people::password_fault(*password, request.email, name)) {
    complain(*fault, 0);
    return std::nullopt;
  }
  return Chosen{*password, people::hash_password(*password, random)};
}

/// The only place that shows one: it was asked for.
void show_generated(const UserRequest& request, const Chosen& chosen) {
  if (request.generate) fmt::print("password: {}\n", chosen.password.reveal());
}

std::string flags_of(const people::Account& account) {
  std::string flags = account.is_admin ? "admin " : "";
  if (account.has_totp) flags += "totp ";
  if (!account.has_password) flags += "no-password ";
  if (account.disabled_at) flags += "disabled ";
  return flags.empty() ? "" : flags.substr(0, flags.size() - 1);
}

void show(const people::Account& account, bool json) {
  if (!json) {
    fmt::print("{:<32} {:<24} {}\n", account.email, account.name, flags_of(account));
    return;
  }
  const auto seconds = [](WallTime time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  nlohmann::json line{{"id", account.id},
                      {"email", account.email},
                      {"name", account.name},
                      {"admin", account.is_admin},
                      {"password", account.has_password},
                      {"totp", account.has_totp},
                      {"created_at", seconds(account.created_at)},
                      {"disabled_at", nullptr}};
  if (account.disabled_at) line["disabled_at"] = seconds(*account.disabled_at);
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

int run_user_add(const Secret& database, const UserRequest& request) {
  const std::string name =
      request.name.empty() ? request.email.substr(0, request.email.find('@')) : request.name;
  if (!people::normal_email(request.email)) {
    return complain(fmt::format("{}: {}", request.email, describe(AccountError::bad_email)),
                    kExitConfig);
  }
  int exit_code = 0;
  const auto opened = open_database(database, "user add", exit_code);
  if (!opened) return exit_code;
  const auto chosen = choose_password(request, request.name);
  if (!chosen) return kExitConfig;
  runtime::SystemRandom random;
  const auto added = opened->write([&](store::Transaction& t) {
    return people::add_account(t,
                               {.tenant = request.tenant,
                                .email = request.email,
                                .name = name,
                                .password_hash = chosen->hash,
                                .is_admin = request.is_admin},
                               random, wall_now());
  });
  if (!added) return complain(added.error().what, exit_code_of(added.error()));
  if (!*added) {
    return complain(fmt::format("{}: {}", request.email, describe(added->error())),
                    exit_code_of_account(added->error()));
  }
  fmt::print("{}: added\n", (*added)->email);
  show_generated(request, *chosen);
  return 0;
}

int run_user_list(const Secret& database, const UserRequest& request) {
  int exit_code = 0;
  const auto opened = open_database(database, "user list", exit_code);
  if (!opened) return exit_code;
  constexpr std::int64_t kPage = 500;
  std::string after;
  for (;;) {
    const auto page = opened->read([&](store::Transaction& t) {
      return people::list_accounts(t, request.tenant, after, kPage);
    });
    if (!page) return complain(page.error().what, exit_code_of(page.error()));
    for (const people::Account& account : *page) show(account, request.json);
    if (std::ssize(*page) < kPage) return 0;
    after = page->back().email;
  }
}

int run_user_disable(const Secret& database, const UserRequest& request) {
  return change_account(
      database, request,
      [](store::Transaction& t, const people::Account& account) {
        return people::disable_account(t, account.tenant, account.id, wall_now());
      },
      "disabled, and signed out everywhere");
}

int run_user_enable(const Secret& database, const UserRequest& request) {
  return change_account(
      database, request,
      [](store::Transaction& t, const people::Account& account) {
        return people::enable_account(t, account.tenant, account.id);
      },
      "enabled");
}

int run_user_passwd(const Secret& database, const UserRequest& request) {
  const auto chosen = choose_password(request, request.name);
  if (!chosen) return kExitConfig;
  const int exit_code = change_account(
      database, request,
      [&](store::Transaction& t, const people::Account& account) {
        return people::set_password(t, account.tenant, account.id, chosen->hash);
      },
      "has a new password, and is signed out everywhere");
  if (exit_code == 0) show_generated(request, *chosen);
  return exit_code;
}

int run_user_remove_totp(const Secret& database, const UserRequest& request) {
  return change_account(
      database, request,
      [](store::Transaction& t,
         const people::Account& account) -> std::expected<void, AccountError> {
        people::remove_totp(t, account.tenant, account.id);
        return {};
      },
      "is asked for no codes any more");
}

}  // namespace parley::apps
