#include <cstddef>
#include <cstdint>
#include <string>

#include "application/files/file_name.h"
#include "application/files/kind.h"
#include "base/assert.h"

// A file that somebody shares: the first byte says which ending it claims, the rest is the file;
// and all of it is a name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using namespace parley::application::files;
  if (size > 0) {
    const auto& endings = shared_endings();
    const std::string name = "a." + std::string(endings[data[0] % endings.size()]);
    const auto content = check_content(name, ByteView(data, size).subspan(1));
    if (content && content->picture) {
      PARLEY_ASSERT(content->picture->width > 0 && content->picture->height > 0);
    }
  }
  const std::string_view given(reinterpret_cast<const char*>(data), size);
  if (const auto name = clean_name(given)) {
    PARLEY_ASSERT(!name->empty() && name->find_first_of("/\\\"\r\n") == std::string::npos);
    PARLEY_ASSERT(name->size() <= 4 * (kMaxName + 1));
    PARLEY_ASSERT(clean_name(*name) == name);
    for (const char c : attachment_of(*name)) PARLEY_ASSERT(c >= 0x20 && c < 0x7f);
  }
  return 0;
}
