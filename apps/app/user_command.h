#pragma once

#include <string>

#include "application/people/accounts.h"
#include "base/secret.h"

namespace parley::apps {

/// What `parley app user …` was asked for, as it was typed.
struct UserRequest {
  std::string tenant{application::people::kDefaultTenant};
  std::string email{};
  std::string name{};
  bool is_admin = false;
  bool generate = false;  ///< The password is made up and printed.
  bool json = false;
};

/// Return the exit code: 0, kExitFailure (somebody is not there, or is already), kExitConfig (what
/// was typed cannot be).
int run_user_add(const Secret& database, const UserRequest& request);
int run_user_list(const Secret& database, const UserRequest& request);
int run_user_disable(const Secret& database, const UserRequest& request);
int run_user_enable(const Secret& database, const UserRequest& request);
int run_user_passwd(const Secret& database, const UserRequest& request);
int run_user_remove_totp(const Secret& database, const UserRequest& request);

}  // namespace parley::apps
