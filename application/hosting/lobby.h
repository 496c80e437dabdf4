#pragma once

#include "application/operation/operation.h"

namespace parley::application::hosting {

/// Letting in those who wait, one or all, turning them away, and a word to them.
operation::Operations lobby_operations();
/// JSON Schemas of what the events say, by their type.
std::map<std::string, operation::Json> events();

}  // namespace parley::application::hosting
