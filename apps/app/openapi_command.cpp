#include "apps/app/openapi_command.h"

#include <fmt/format.h>

#include <cstdio>

#include "apps/app/meetings.h"
#include "apps/command/exit_codes.h"
#include "runtime/random.h"

namespace parley::apps {

int run_openapi() {
  runtime::SystemRandom random;
  // Neither who may create meetings nor what is sealed is a part of the document.
  const application::people::Vault vault(Secret("of nobody"));
  const application::api::Directory directory(all_operations(false, {}, vault, random));
  const std::string text = openapi_of(directory).dump(2) + "\n";
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    fmt::print(stderr, "parley app openapi: stdout takes no more\n");
    return kExitFailure;
  }
  return 0;
}

}  // namespace parley::apps
