#pragma once

#include "application/operation/operation.h"
#include "application/people/password.h"

/// What hosts do: their meetings' settings, the lobby, and powers over others. Each power is a
/// capability, and works only on those whom the caller outranks (application/access).
namespace parley::application::hosting {

struct Options {
  bool open_meetings = false;  ///< Guests, too, may create meetings.
  people::PasswordCost passcode_cost{};
};

operation::Operations operations(const Options& options, Random& random);

}  // namespace parley::application::hosting
