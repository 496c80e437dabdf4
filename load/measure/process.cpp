#include "load/measure/process.h"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>

namespace parley::load {
namespace {

std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::uint64_t number_at(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  std::uint64_t value = 0;
  std::from_chars(text.data() + begin, text.data() + text.size(), value);
  return value;
}

}  // namespace

std::optional<std::uint64_t> ticks_in_stat(std::string_view line) {
  constexpr int kUserTime = 14;  // Fields are counted from 1; the name is the second.
  const std::size_t name_ends = line.rfind(')');
  if (name_ends == std::string_view::npos) return std::nullopt;
  line.remove_prefix(name_ends + 1);
  for (int field = 3; field < kUserTime; ++field) {
    const std::size_t next = line.find(' ', 1);
    if (next == std::string_view::npos) return std::nullopt;
    line.remove_prefix(next);
  }
  const std::uint64_t user = number_at(line);
  const std::size_t next = line.find(' ', 1);
  if (next == std::string_view::npos) return std::nullopt;
  return user + number_at(line.substr(next));
}

std::optional<ProcessUse> read_process(pid_t pid) {
  const auto ticks = ticks_in_stat(read(fmt::format("/proc/{}/stat", pid)));
  if (!ticks) return std::nullopt;
  const auto per_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  ProcessUse out;
  out.cpu = Duration(static_cast<std::int64_t>(*ticks * (1'000'000'000 / per_second)));
  const std::string status = read(fmt::format("/proc/{}/status", pid));
  constexpr std::string_view kResident = "VmRSS:";
  if (const std::size_t at = status.find(kResident); at != std::string::npos) {
    out.resident_kb = number_at(std::string_view(status).substr(at + kResident.size()));
  }
  return out;
}

}  // namespace parley::load
