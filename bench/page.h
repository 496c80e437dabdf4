#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

namespace parley::bench {

/// A figure, and what it is held against: our own measured floor, a peer, or what is wanted.
struct Figure {
  std::string_view figure;
  double value = 0;
  std::string_view unit;
  double against = 0;
  std::string_view what;
  double most = 1;  ///< So many times `against`.
};

/// A line of the page with which bench/run ends (tests/bench/report.ts writes the same); bench/run
/// says what the columns are.
inline void add_to_page(const Figure& f) {
  const char* const path = std::getenv("PARLEY_BENCH_PAGE");
  if (path == nullptr) return;
  std::FILE* const file = std::fopen(path, "a");
  if (file == nullptr) return;
  fmt::print(file, "{}\t{:.3f}\t{}\t{:.3f}\t{}\t{:.2f}\n", f.figure, f.value, f.unit, f.against,
             f.what, f.most);
  std::fclose(file);
}

}  // namespace parley::bench
