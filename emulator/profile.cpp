#include "emulator/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace parley::emulator {
namespace {

using Result = std::expected<void, std::string>;

/// "a/b/c" in its parts.
std::vector<std::string_view> parts(std::string_view text) {
  std::vector<std::string_view> found;
  for (;;) {
    const auto slash = text.find('/');
    found.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return found;
    text.remove_prefix(slash + 1);
  }
}

template <typename T>
Result store(std::optional<T>& out, const std::expected<T, std::string>& value) {
  if (!value) return std::unexpected(value.error());
  out = *value;
  return {};
}

std::expected<Bursts, std::string> parse_bursts(std::string_view text) {
  if (text == "none") return Bursts{};
  const auto given = parts(text);
  if (given.size() < 2 || given.size() > 3) {
    return std::unexpected(
        fmt::format("'{}' is not ENTER/LEAVE or ENTER/LEAVE/LOSS (1%/25%) or none", text));
  }
  Bursts bursts;
  const std::array fields{&bursts.enter, &bursts.leave, &bursts.loss};
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto share = parse_share(given[i]);
    if (!share) return std::unexpected(share.error());
    *fields.at(i) = *share;
  }
  // Once begun it would last for good: that is loss=…, said in a way that nobody means.
  if (bursts.enter > 0 && bursts.leave == 0) {
    return std::unexpected(
        fmt::format("'{}': a burst that is begun has to end (LEAVE is 0)", text));
  }
  return bursts;
}

std::expected<Policer, std::string> parse_policer(std::string_view text) {
  if (text == "none") return Policer{};
  const auto given = parts(text);
  if (given.size() != 2) {
    return std::unexpected(fmt::format("'{}' is not RATE/BURST (1M/32kB) or none", text));
  }
  const auto rate = parse_rate(given[0]);
  if (!rate) return std::unexpected(rate.error());
  const auto burst = parse_bytes(given[1]);
  if (!burst) return std::unexpected(burst.error());
  // A packet that is larger than the bucket would never pass.
  if (*burst < 1500) return std::unexpected(fmt::format("'{}': a burst of at least 1500B", text));
  return Policer{*rate, *burst};
}

std::expected<QueueLimit, std::string> parse_queue(std::string_view text) {
  if (text.ends_with('B')) {
    const auto bytes = parse_bytes(text);
    if (!bytes) return std::unexpected(bytes.error());
    return QueueLimit(*bytes);
  }
  const auto duration = parse_duration(text);
  // A bare number could be either.
  if (!duration || !text.ends_with('s')) {
    return std::unexpected(fmt::format("'{}' is not a queue such as 300ms or 64kB", text));
  }
  return QueueLimit(*duration);
}

std::expected<bool, std::string> parse_order(std::string_view text) {
  if (text == "keep") return true;
  if (text == "free") return false;
  return std::unexpected(fmt::format("'{}' is not keep or free", text));
}

struct Setting {
  std::string_view name;
  Result (*set)(Change& change, std::string_view value);
};

constexpr std::array kSettings{
    Setting{"rate", [](Change& c, std::string_view v) { return store(c.rate, parse_rate(v)); }},
    Setting{"queue", [](Change& c, std::string_view v) { return store(c.queue, parse_queue(v)); }},
    Setting{"delay",
            [](Change& c, std::string_view v) { return store(c.delay, parse_duration(v)); }},
    Setting{"jitter",
            [](Change& c, std::string_view v) { return store(c.jitter, parse_duration(v)); }},
    Setting{"order",
            [](Change& c, std::string_view v) { return store(c.keep_order, parse_order(v)); }},
    Setting{"loss", [](Change& c, std::string_view v) { return store(c.loss, parse_share(v)); }},
    Setting{"burst",
            [](Change& c, std::string_view v) { return store(c.bursts, parse_bursts(v)); }},
    Setting{"police",
            [](Change& c, std::string_view v) { return store(c.police, parse_policer(v)); }},
    Setting{"reorder",
            [](Change& c, std::string_view v) { return store(c.reorder, parse_share(v)); }},
    Setting{"reorder_by",
            [](Change& c, std::string_view v) { return store(c.reorder_by, parse_duration(v)); }},
    Setting{"duplicate",
            [](Change& c, std::string_view v) { return store(c.duplicate, parse_share(v)); }},
};

const Setting* find(std::string_view name) {
  const auto at = std::ranges::find(kSettings, name, &Setting::name);
  return at == kSettings.end() ? nullptr : at;
}

template <typename T>
void put(const std::optional<T>& from, T& to) {
  if (from) to = *from;
}

}  // namespace

void Change::apply_to(Profile& profile) const {
  put(police, profile.police);
  put(rate, profile.rate);
  put(queue, profile.queue);
  put(loss, profile.loss);
  put(bursts, profile.bursts);
  put(duplicate, profile.duplicate);
  put(delay, profile.delay);
  put(jitter, profile.jitter);
  put(keep_order, profile.keep_order);
  put(reorder, profile.reorder);
  put(reorder_by, profile.reorder_by);
}

std::expected<void, std::string> Change::set(std::string_view name, std::string_view value) {
  const Setting* const setting = find(name);
  if (setting == nullptr) {
    return std::unexpected(
        fmt::format("there is no setting '{}'; there are {}", name, setting_names()));
  }
  const auto done = setting->set(*this, value);
  if (!done) return std::unexpected(fmt::format("{}: {}", name, done.error()));
  return {};
}

std::string setting_names() {
  std::string names;
  for (const Setting& setting : kSettings) {
    if (!names.empty()) names += ", ";
    names += setting.name;
  }
  return names;
}

bool is_setting(std::string_view name) { return find(name) != nullptr; }

}  // namespace parley::emulator
