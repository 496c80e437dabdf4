#pragma once

#include <functional>
#include <memory>

#include "base/address.h"

namespace parley::bench {

/// A network namespace behind a pair of virtual Ethernet cards: what is sent there costs the sender
/// what a network card without segmentation would, and once it has gone deaf, nobody's CPU on top.
/// Needs root and `ip`.
class FarSide {
 public:
  /// Null where it cannot be had.
  static std::unique_ptr<FarSide> create();
  ~FarSide();
  FarSide(const FarSide&) = delete;
  FarSide& operator=(const FarSide&) = delete;

  IpAddress here() const;   ///< Of our end.
  IpAddress there() const;  ///< Of the far one.
  /// What the calling thread opens meanwhile is there.
  void inside(const std::function<void()>& open);
  /// From now on it drops what comes, as soon as it has come.
  void go_deaf();

 private:
  explicit FarSide(int home, int away) : home_(home), away_(away) {}

  int home_;  ///< Descriptors of the namespaces.
  int away_;
};

}  // namespace parley::bench
