#pragma once

#include <map>
#include <string>

#include "application/api/directory.h"

namespace parley::application::api {

using Schemas = std::map<std::string, operation::Json>;

/// OpenAPI 3.1: all operations, with what a program must know that the schemas do not say
/// (`x-capability`, who may call). `components` are the schemas that others name, `events` those of
/// what the event stream says, by the events' types.
operation::Json openapi(const Directory& directory, const Schemas& components,
                        const Schemas& events);

}  // namespace parley::application::api
