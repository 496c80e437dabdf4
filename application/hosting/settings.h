#pragma once

#include "application/hosting/hosting.h"

namespace parley::application::hosting {

/// Making meetings, and what holds for all of one: settings, lock, suspension, layout, the end.
operation::Operations settings_operations(const Options& options, Random& random);

}  // namespace parley::application::hosting
