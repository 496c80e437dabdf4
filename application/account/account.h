#pragma once

#include "application/operation/operation.h"
#include "application/people/password.h"
#include "application/people/vault.h"

namespace parley::application::account {

struct Options {
  people::PasswordCost cost{};  ///< Of passwords that are chosen here.
};

/// `random` is used on the threads of passwords; it and `vault` outlive the operations.
operation::Operations operations(const Options& options, const people::Vault& vault,
                                 Random& random);
std::map<std::string, operation::Json> components();

}  // namespace parley::application::account
