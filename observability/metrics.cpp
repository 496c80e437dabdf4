#include "observability/metrics.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/assert.h"

namespace parley::observability {
namespace {

void append_labels(std::string& out, Labels labels, std::string_view le = {}) {
  if (labels.size() == 0 && le.empty()) return;
  char before = '{';
  const auto append = [&](std::string_view name, std::string_view value) {
    out.push_back(before);
    before = ',';
    out += name;
    out += "=\"";
    for (const char c : value) {
      if (c == '\n') {
        out += "\\n";
        continue;
      }
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
    out.push_back('"');
  };
  for (const auto& [name, value] : labels) append(name, value);
  if (!le.empty()) append("le", le);
  out.push_back('}');
}

}  // namespace

Histogram::Histogram(std::span<const double> bounds) : size_(bounds.size()) {
  PARLEY_ASSERT(bounds.size() <= kMaxBuckets && std::ranges::is_sorted(bounds));
  std::ranges::copy(bounds, bounds_.begin());
}

void Histogram::observe(double value) {
  std::size_t i = 0;
  while (i < size_ && value > bounds_[i]) ++i;
  counts_[i].add();
  sum_.store(sum() + value, std::memory_order_relaxed);
}

Exposition::Family& Exposition::family(std::string_view name, std::string_view type,
                                       std::string_view help) {
  auto at = families_.find(name);
  if (at == families_.end()) {
    at = families_.emplace(std::string(name), Family{type, std::string(help), {}}).first;
  }
  PARLEY_ASSERT(at->second.type == type);
  return at->second;
}

void Exposition::counter(std::string_view name, std::string_view help, std::uint64_t value,
                         Labels labels) {
  std::string& out = family(name, "counter", help).samples;
  out += name;
  append_labels(out, labels);
  fmt::format_to(std::back_inserter(out), " {}\n", value);
}

void Exposition::seconds(std::string_view name, std::string_view help, Duration value,
                         Labels labels) {
  std::string& out = family(name, "counter", help).samples;
  out += name;
  append_labels(out, labels);
  fmt::format_to(std::back_inserter(out), " {}\n", std::chrono::duration<double>(value).count());
}

void Exposition::gauge(std::string_view name, std::string_view help, double value, Labels labels) {
  std::string& out = family(name, "gauge", help).samples;
  out += name;
  append_labels(out, labels);
  fmt::format_to(std::back_inserter(out), " {}\n", value);
}

void Exposition::histogram(std::string_view name, std::string_view help, const Histogram& value,
                           Labels labels) {
  std::string& out = family(name, "histogram", help).samples;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i <= value.buckets(); ++i) {
    total += value.count(i);
    fmt::format_to(std::back_inserter(out), "{}_bucket", name);
    append_labels(out, labels,
                  i == value.buckets() ? std::string("+Inf") : fmt::to_string(value.bound(i)));
    fmt::format_to(std::back_inserter(out), " {}\n", total);
  }
  fmt::format_to(std::back_inserter(out), "{}_sum", name);
  append_labels(out, labels);
  fmt::format_to(std::back_inserter(out), " {}\n{}_count", value.sum(), name);
  append_labels(out, labels);
  fmt::format_to(std::back_inserter(out), " {}\n", total);
}

std::string Exposition::text() const {
  std::string out;
  for (const auto& [name, family] : families_) {
    fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n{3}", name,
                   family.help, family.type, family.samples);
  }
  return out;
}

struct Registry::Registration::Shared {
  std::mutex mutex;
  std::uint64_t next_id = 1;
  std::map<std::uint64_t, Collector> collectors;
};

Registry::Registry() : shared_(std::make_shared<Registration::Shared>()) {}
Registry::~Registry() = default;

Registry::Registration Registry::add(Collector collector) {
  const std::lock_guard lock(shared_->mutex);
  Registration registration;
  registration.shared_ = shared_;
  registration.id_ = shared_->next_id++;
  shared_->collectors.emplace(registration.id_, std::move(collector));
  return registration;
}

std::string Registry::text() const {
  Exposition exposition;
  // Held while collectors run, so that a registration that has ended is not being read any more.
  const std::lock_guard lock(shared_->mutex);
  for (const auto& [id, collector] : shared_->collectors) collector(exposition);
  return exposition.text();
}

Registry::Registration& Registry::Registration::operator=(Registration&& other) {
  end();
  shared_ = std::move(other.shared_);
  id_ = other.id_;
  return *this;
}

void Registry::Registration::end() {
  if (!shared_) return;
  const std::lock_guard lock(shared_->mutex);
  shared_->collectors.erase(id_);
}

}  // namespace parley::observability
