#include "emulator/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "emulator/text.h"

namespace parley::emulator {
namespace {

// What a trace that was recorded by the packet would have; one that was made has hundreds.
constexpr std::size_t kMostSteps = 1'000'000;

struct Column {
  std::string_view setting;
  bool down = true;
  bool up = true;
};

class Reader {
 public:
  /// What is wrong with the line, if anything.
  std::string read(std::string_view line) {
    const auto fields = fields_of(line, ',');
    return columns_.empty() ? read_head(fields) : read_row(fields);
  }

  std::expected<Trace, TraceError> finish() {
    if (columns_.empty()) return std::unexpected(TraceError{0, "it is empty"});
    if (trace_.steps.empty()) return std::unexpected(TraceError{0, "there is no row in it"});
    return std::move(trace_);
  }

 private:
  std::string read_head(const std::vector<std::string_view>& fields) {
    if (fields.front() != "ms") {
      return fmt::format(
          "the first line names the columns, and 'ms' is the first of them, not '{}'",
          fields.front());
    }
    columns_.push_back({"ms"});
    for (std::size_t i = 1; i < fields.size(); ++i) {
      Column column{fields[i]};
      if (column.setting.starts_with("down.")) column = {column.setting.substr(5), true, false};
      if (column.setting.starts_with("up.")) column = {column.setting.substr(3), false, true};
      if (!is_setting(column.setting)) {
        return fmt::format(
            "there is no setting '{}'; there are {}, each also with 'down.' or 'up.'",
            column.setting, setting_names());
      }
      columns_.push_back(column);
    }
    return columns_.size() > 1 ? "" : "there is no column but 'ms'";
  }

  std::string read_row(const std::vector<std::string_view>& fields) {
    if (trace_.repeat) return "nothing may follow 'repeat'";
    const auto at = parse_duration(fields.front());
    if (!at) return at.error();
    if (trace_.steps.empty() && *at != Duration::zero()) return "the first row is that of 0 ms";
    if (!trace_.steps.empty() && *at <= trace_.steps.back().at) {
      return fmt::format("{} ms does not come after the row before", fields.front());
    }
    if (fields.size() == 2 && fields[1] == "repeat") {
      if (trace_.steps.empty()) return "there is nothing to repeat";
      trace_.repeat = *at;
      return "";
    }
    if (fields.size() != columns_.size()) {
      return fmt::format("{} fields, but {} columns", fields.size(), columns_.size());
    }
    if (trace_.steps.size() == kMostSteps) return fmt::format("more than {} rows", kMostSteps);
    Trace::Step& step = trace_.steps.emplace_back();
    step.at = *at;
    for (std::size_t i = 1; i < fields.size(); ++i) {
      if (fields[i] == "-") continue;
      const Column& column = columns_[i];
      for (Change* const change :
           {column.down ? &step.down : nullptr, column.up ? &step.up : nullptr}) {
        if (change == nullptr) continue;
        if (const auto set = change->set(column.setting, fields[i]); !set) return set.error();
      }
    }
    return "";
  }

  std::vector<Column> columns_;
  Trace trace_;
};

}  // namespace

std::expected<Trace, TraceError> parse_trace(std::string_view text) {
  Reader reader;
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = without_comment(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty()) continue;
    if (std::string wrong = reader.read(line); !wrong.empty()) {
      return std::unexpected(TraceError{number, std::move(wrong)});
    }
  }
  return reader.finish();
}

Time TracePlayer::next_deadline() const {
  if (next_ < trace_->steps.size()) return start_ + trace_->steps[next_].at;
  return trace_->repeat ? start_ + *trace_->repeat : kNever;
}

const Change* TracePlayer::due(Time now) {
  if (next_deadline() > now) return nullptr;
  if (next_ == trace_->steps.size()) {
    start_ += *trace_->repeat;
    next_ = 0;
  }
  return &trace_->steps[next_++].of(side_);
}

}  // namespace parley::emulator
