#pragma once

#include "application/store/migrations.h"

namespace parley::application {

/// All tables of the application plane.
const store::Schema& schema();

}  // namespace parley::application
