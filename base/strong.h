#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace parley {

/// A number (or string) that refuses to be mixed up with another: explicit both ways.
///
///   using TrackId = Strong<struct TrackIdTag, std::uint64_t>;
template <typename Tag, typename T>
class Strong {
 public:
  using Value = T;

  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(value) {}

  constexpr const T& value() const { return value_; }

  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

 private:
  T value_{};
};

}  // namespace parley

template <typename Tag, typename T>
struct std::hash<parley::Strong<Tag, T>> {
  std::size_t operator()(const parley::Strong<Tag, T>& id) const noexcept {
    return std::hash<T>{}(id.value());
  }
};
