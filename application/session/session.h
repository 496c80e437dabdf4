#pragma once

#include "application/operation/operation.h"
#include "application/people/password.h"
#include "application/people/vault.h"

/// Signing in and out, and who one is.
namespace parley::application::session {

struct Options {
  bool open_meetings = false;  ///< Guests, too, may create meetings.
  people::PasswordCost cost{};
};

/// `vault` and `random` outlive the operations.
operation::Operations operations(const Options& options, const people::Vault& vault,
                                 Random& random);

}  // namespace parley::application::session
