#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace parley::observability {

/// A number that only grows. One thread writes it, which makes counting one plain addition without
/// a locked instruction; any thread may read it.
class Counter {
 public:
  void add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  /// Takes over a total that was counted elsewhere.
  void set(std::uint64_t total) { value_.store(total, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down. One thread writes, any may read.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t n) { set(value() + n); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// How often which size came. One thread writes, any may read.
class Histogram {
 public:
  static constexpr std::size_t kMaxBuckets = 24;

  /// Upper bounds, ascending, at most kMaxBuckets; what is larger is counted as +Inf.
  explicit Histogram(std::span<const double> bounds);
  Histogram(std::initializer_list<double> bounds)
      : Histogram(std::span(bounds.begin(), bounds.size())) {}

  void observe(double value);

  std::size_t buckets() const { return size_; }
  double bound(std::size_t i) const { return bounds_[i]; }
  /// Of one bucket alone; i == buckets() is +Inf.
  std::uint64_t count(std::size_t i) const { return counts_[i].value(); }
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::size_t size_ = 0;
  std::array<double, kMaxBuckets> bounds_{};
  std::array<Counter, kMaxBuckets + 1> counts_;
  std::atomic<double> sum_{0};
};

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// What a collector fills in: one reading of everything, in Prometheus' text format 0.0.4.
class Exposition {
 public:
  void counter(std::string_view name, std::string_view help, std::uint64_t value,
               Labels labels = {});
  /// A counter of time.
  void seconds(std::string_view name, std::string_view help, Duration value, Labels labels = {});
  void gauge(std::string_view name, std::string_view help, double value, Labels labels = {});
  void histogram(std::string_view name, std::string_view help, const Histogram& value,
                 Labels labels = {});

  std::string text() const;

 private:
  struct Family {
    std::string_view type;
    std::string help;
    std::string samples;
  };
  Family& family(std::string_view name, std::string_view type, std::string_view help);

  // Samples of one name must stand together, whoever they come from.
  std::map<std::string, Family, std::less<>> families_;
};

/// Where everybody says how to read their numbers.
///
///  owner    main()
///  thread   any; a collector runs on the thread that reads, never after its registration has ended
class Registry {
 public:
  using Collector = std::function<void(Exposition&)>;

  /// Ends with its scope. May outlive the registry.
  class Registration {
   public:
    Registration() = default;
    Registration(Registration&&) = default;
    Registration& operator=(Registration&& other);
    ~Registration() { end(); }

   private:
    friend class Registry;
    struct Shared;
    void end();
    std::shared_ptr<Shared> shared_;
    std::uint64_t id_ = 0;
  };

  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  [[nodiscard]] Registration add(Collector collector);

  /// Content-Type: text/plain; version=0.0.4
  std::string text() const;

 private:
  std::shared_ptr<Registration::Shared> shared_;
};

}  // namespace parley::observability
