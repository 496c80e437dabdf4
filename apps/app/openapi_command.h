#pragma once

namespace parley::apps {

/// What `/api/openapi.json` of a server says, on stdout, for programs that make a client of it: in
/// order and indented, so that two of them can be compared. Returns the exit code.
int run_openapi();

}  // namespace parley::apps
