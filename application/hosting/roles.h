#pragma once

#include "application/operation/operation.h"

namespace parley::application::hosting {

/// Roles that somebody made: administrators for all meetings of their tenant, hosts for one.
operation::Operations roles_operations();
std::map<std::string, operation::Json> components();

}  // namespace parley::application::hosting
