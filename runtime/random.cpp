#include "runtime/random.h"

#include <sys/random.h>

#include <cerrno>

#include "base/assert.h"

namespace parley::runtime {

void SystemRandom::fill(MutableBytes out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    PARLEY_ASSERT(n > 0);
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace parley::runtime
