#pragma once

#include "application/operation/operation.h"

/// Coming to a meeting and being in it: the door, joining, leaving, what one sees, one's own hand
/// and name.
namespace parley::application::attending {

struct Options {
  /// A link that nobody has made makes a meeting when somebody comes to it, and anybody may create
  /// one; else only accounts may.
  bool open_meetings = false;
};

/// Adds what another folder knows to what one sees when one comes (`GET …/state`).
using StatePart = std::function<void(const operation::Call&, operation::Json& state)>;

operation::Operations operations(const Options& options, std::vector<StatePart> parts);

}  // namespace parley::application::attending
