#pragma once

#include <cstdio>
#include <cstdlib>

/// A broken promise of ours, never a bad packet: says where and ends the process. Stays on in
/// production, because going on with broken state costs more than a restart, which calls survive.
#define PARLEY_ASSERT(condition)                                                           \
  do {                                                                                     \
    if (!(condition)) [[unlikely]] {                                                       \
      std::fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                        \
    }                                                                                      \
  } while (false)
