#pragma once

#include "application/operation/operation.h"

namespace parley::application::hosting {

/// Powers over others: mute, restrict, remove, ban, roles, speaking, spotlight.
operation::Operations powers_operations();

}  // namespace parley::application::hosting
