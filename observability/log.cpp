#include "observability/log.h"

#include <iterator>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace parley::observability {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      return spdlog::level::off;
  }
  std::unreachable();
}

/// JSON's string escapes; in text lines too, so that no value can pretend to be a line of its own.
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          out.push_back(c);
        }
    }
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  append_escaped(out, text);
  out.push_back('"');
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) {
      return true;
    }
  }
  return false;
}

void append(std::string& out, const Field& field, bool json) {
  if (json) {
    out.push_back(',');
    append_quoted(out, field.key());
    out.push_back(':');
  } else {
    out.push_back(' ');
    out += field.key();
    out.push_back('=');
  }
  if (json ? !field.bare() : needs_quotes(field.text())) {
    append_quoted(out, field.text());
  } else {
    out += field.text();
  }
}

std::shared_ptr<spdlog::logger> make_logger(const LogConfig& config, spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>(config.process, std::move(sink));
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      config.json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","process":"%n",%v})"
                  : "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %n %v",
      spdlog::pattern_time_type::utc));
  logger->set_level(to_spdlog(config.level));
  logger->flush_on(spdlog::level::trace);
  return logger;
}

}  // namespace

std::optional<Level> parse_level(std::string_view text) {
  if (text == "debug") return Level::debug;
  if (text == "info") return Level::info;
  if (text == "warn" || text == "warning") return Level::warn;
  if (text == "error") return Level::error;
  if (text == "off") return Level::off;
  return std::nullopt;
}

Log::Log(const LogConfig& config)
    : context_(std::make_shared<Context>(
          Context{make_logger(config, std::make_shared<spdlog::sinks::stderr_color_sink_mt>()),
                  config.json,
                  {}})) {}

Log::Log(const LogConfig& config, std::ostream& out)
    : context_(std::make_shared<Context>(
          Context{make_logger(config, std::make_shared<spdlog::sinks::ostream_sink_mt>(out)),
                  config.json,
                  {}})) {}

Log Log::with(std::initializer_list<Field> fields) const {
  if (!context_) return {};
  auto context = std::make_shared<Context>(*context_);
  for (const Field& field : fields) append(context->bound, field, context->json);
  Log log;
  log.context_ = std::move(context);
  return log;
}

bool Log::enabled(Level level) const {
  return context_ && context_->logger->should_log(to_spdlog(level));
}

void Log::write(Level level, std::string_view message, std::initializer_list<Field> fields) const {
  if (!enabled(level)) return;
  std::string line;
  if (context_->json) {
    line += "\"message\":";
    append_quoted(line, message);
  } else {
    append_escaped(line, message);
  }
  line += context_->bound;
  for (const Field& field : fields) append(line, field, context_->json);
  context_->logger->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace parley::observability
