#include "runtime/processors.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include "runtime/thread.h"

namespace parley::runtime {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// "0::/a/b" in /proc/self/cgroup; a hierarchy of version 1 has another number in front.
std::string own_group() {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return "/";
}

}  // namespace

std::optional<double> parse_cpu_max(std::string_view text) {
  double quota = 0;
  double period = 0;
  const auto [after, bad] = std::from_chars(text.data(), text.data() + text.size(), quota);
  if (bad != std::errc{} || after == text.data() + text.size() || *after != ' ') return {};
  const auto end = std::from_chars(after + 1, text.data() + text.size(), period);
  if (end.ec != std::errc{} || quota <= 0 || period <= 0) return {};
  const double limit = quota / period;
  return std::isfinite(limit) ? std::optional(limit) : std::nullopt;
}

std::optional<double> cpu_limit(const std::string& root, std::string path) {
  std::optional<double> lowest;
  while (true) {
    while (path.ends_with('/')) path.pop_back();
    if (const auto limit = parse_cpu_max(contents(root + path + "/cpu.max"))) {
      lowest = std::min(lowest.value_or(*limit), *limit);
    }
    if (path.empty()) return lowest;
    path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  }
}

unsigned usable_processors() {
  const auto cores = static_cast<unsigned>(usable_cores().size());
  const auto limit = cpu_limit("/sys/fs/cgroup", own_group());
  if (!limit || *limit >= cores) return cores;
  return std::max(1U, static_cast<unsigned>(std::ceil(*limit)));
}

}  // namespace parley::runtime
