#pragma once

#include <compare>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "forward.pb.h"

/// The list of all forwardings that the edges share, and who sees to which. Plain functions on its
/// value; `forwards.h` reads and writes it, as a whole.
namespace parley::signaling {

inline constexpr std::size_t kMaxForwards = 1000;
/// An edge that has not spoken for this long has let go.
inline constexpr Duration kForwardLease = 8s;

/// Which participant of which room is shown where.
struct ForwardName {
  std::string room;
  std::string identity;
  std::string destination;
  friend auto operator<=>(const ForwardName&, const ForwardName&) = default;
};
ForwardName name_of(const plane::Forward& forward);

/// False: there are too many. One of the same name is replaced.
bool add_forward(plane::Forwards& all, const ForwardName& name, const std::string& edge,
                 WallTime now);

struct Upkeep {
  bool changed = false;            ///< The list is to be written.
  std::vector<ForwardName> taken;  ///< What was somebody else's, and is ours from now on.
};
/// `edge` says that it is there, holding `held`; what is its own and not held is over.
Upkeep keep_forwards(plane::Forwards& all, const std::set<ForwardName>& held,
                     const std::string& edge, WallTime now);

/// `edge` stops: others may take what is its own at once.
bool release_forwards(plane::Forwards& all, const std::string& edge);

}  // namespace parley::signaling
