#include <cstddef>
#include <cstdint>

#include "apps/config/load.h"
#include "base/assert.h"

// Any text: either it is read, or each fault is a sentence with a line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::apps;
  Config config;
  ConfigErrors errors;
  std::vector<std::string> warnings;
  read_config_text({reinterpret_cast<const char*>(data), size}, "fuzz", config, errors, warnings);
  for (const std::string& error : errors) PARLEY_ASSERT(error.starts_with("fuzz:"));
  return 0;
}
