#include "signaling/forward/register.h"

#include <algorithm>
#include <chrono>

namespace parley::signaling {
namespace {

std::int64_t unix_ms(WallTime t) {
  return std::chrono::floor<std::chrono::milliseconds>(t).time_since_epoch().count();
}

}  // namespace

ForwardName name_of(const plane::Forward& forward) {
  return {forward.room(), forward.identity(), forward.destination()};
}

bool add_forward(plane::Forwards& all, const ForwardName& name, const std::string& edge,
                 WallTime now) {
  auto& list = *all.mutable_all();
  list.erase(std::remove_if(list.begin(), list.end(),
                            [&](const plane::Forward& one) { return name_of(one) == name; }),
             list.end());
  if (static_cast<std::size_t>(list.size()) >= kMaxForwards) return false;
  plane::Forward& forward = *list.Add();
  forward.set_room(name.room);
  forward.set_identity(name.identity);
  forward.set_destination(name.destination);
  forward.set_edge_id(edge);
  forward.set_heard_at(unix_ms(now));
  return true;
}

Upkeep keep_forwards(plane::Forwards& all, const std::set<ForwardName>& held,
                     const std::string& edge, WallTime now) {
  Upkeep out;
  const std::int64_t stale =
      unix_ms(now) - std::chrono::duration_cast<std::chrono::milliseconds>(kForwardLease).count();
  plane::Forwards kept;
  for (const plane::Forward& one : all.all()) {
    const ForwardName name = name_of(one);
    const bool ours = one.edge_id() == edge;
    if (ours && !held.contains(name)) {
      out.changed = true;
      continue;
    }
    plane::Forward& copy = *kept.add_all();
    copy = one;
    if (!ours && one.heard_at() > stale) continue;
    if (!ours) out.taken.push_back(name);
    copy.set_edge_id(edge);
    copy.set_heard_at(unix_ms(now));
    out.changed = true;
  }
  all = std::move(kept);
  return out;
}

bool release_forwards(plane::Forwards& all, const std::string& edge) {
  bool changed = false;
  for (plane::Forward& one : *all.mutable_all()) {
    if (one.edge_id() != edge) continue;
    one.set_heard_at(0);
    changed = true;
  }
  return changed;
}

}  // namespace parley::signaling
