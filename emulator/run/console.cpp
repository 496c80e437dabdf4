#include "emulator/run/console.h"

#include "emulator/text.h"

namespace parley::emulator {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024;

}  // namespace

void Console::type(std::string_view text) {
  for (const char c : text) {
    if (c != '\n') {
      if (partial_.size() < kLongestLine) {
        partial_ += c;
      } else {
        too_long_ = true;
      }
      continue;
    }
    line(too_long_ ? "too-long" : partial_);
    partial_.clear();
    too_long_ = false;
  }
}

bool Console::line(std::string_view line) {
  line = without_comment(line);
  if (line.empty()) return true;
  const auto command = parse_command(line);
  const nlohmann::ordered_json answer =
      command ? hub_.execute(*command) : nlohmann::ordered_json{{"error", command.error()}};
  // Names of clients and files may be any bytes.
  const std::string text =
      answer.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
  return !answer.contains("error");
}

}  // namespace parley::emulator
