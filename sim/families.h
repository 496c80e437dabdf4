#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/time.h"

/// Families of simulations: many seeds of one kind of path, and what is printed and asserted of all
/// of them together. Tests only.
///
///   PARLEY_SIM_SEEDS=200 sim_test --gtest_filter='PauseSim.*'    so many seeds of each family
///   PARLEY_SIM_FIRST_SEED=10001                                  others than usual
namespace parley::sim {

/// So many as usual, from 1 on, unless the environment says otherwise.
std::vector<std::uint32_t> seeds(std::uint32_t usual);

/// What a seed leaves open, drawn.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed * 7919 + 17) {}
  double uniform(double from, double to);
  double logarithmic(double from, double to);
  Duration ms(double from, double to) { return in_ms(uniform(from, to)); }
  Duration log_ms(double from, double to) { return in_ms(logarithmic(from, to)); }
  static Duration in_ms(double ms) { return Duration(static_cast<std::int64_t>(ms * 1e6)); }

 private:
  SeededRandom random_;
};

/// One measure over the seeds of a family.
class Column {
 public:
  explicit Column(std::string name) : name_(std::move(name)) {}
  void add(double value) { values_.push_back(value); }
  double at(double percentile) const;
  double share_below(double bound) const;
  double mean() const;
  void print() const;
  double last() const { return values_.back(); }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::vector<double> values_;
};

/// A table: least, p5, median, p95 and most of each.
void print(const char* family, std::initializer_list<const Column*> columns);

}  // namespace parley::sim
