#include "sim/families.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>

namespace parley::sim {
namespace {

std::uint32_t from_environment(const char* name, std::uint32_t usual) {
  const char* const text = std::getenv(name);
  return text != nullptr ? static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10)) : usual;
}

}  // namespace

std::vector<std::uint32_t> seeds(std::uint32_t usual) {
  std::vector<std::uint32_t> out(from_environment("PARLEY_SIM_SEEDS", usual));
  std::iota(out.begin(), out.end(), from_environment("PARLEY_SIM_FIRST_SEED", 1));
  return out;
}

double Draw::uniform(double from, double to) {
  return from + (to - from) * static_cast<double>(random_.next() >> 11U) * 0x1p-53;
}

double Draw::logarithmic(double from, double to) {
  return std::exp(uniform(std::log(from), std::log(to)));
}

double Column::at(double percentile) const {
  if (values_.empty()) return 0;
  std::vector<double> sorted = values_;
  std::sort(sorted.begin(), sorted.end());
  const double rank = percentile / 100 * static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(std::lround(rank))];
}

double Column::share_below(double bound) const {
  const auto below =
      std::count_if(values_.begin(), values_.end(), [&](double value) { return value < bound; });
  return static_cast<double>(below) / static_cast<double>(std::max<std::size_t>(values_.size(), 1));
}

double Column::mean() const {
  const double sum = std::accumulate(values_.begin(), values_.end(), 0.0);
  return sum / static_cast<double>(std::max<std::size_t>(values_.size(), 1));
}

void Column::print() const {
  std::printf("  %-24s %9.3f %9.3f %9.3f %9.3f %9.3f\n", name_.c_str(), at(0), at(5), at(50),
              at(95), at(100));
}

void print(const char* family, std::initializer_list<const Column*> columns) {
  std::printf("%-26s %9s %9s %9s %9s %9s\n", family, "least", "p5", "median", "p95", "most");
  for (const Column* column : columns) column->print();
}

}  // namespace parley::sim
