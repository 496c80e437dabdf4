#include "bench/far_side.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>

#include "base/assert.h"

namespace parley::bench {
namespace {

bool run(const char* command) { return std::system(command) == 0; }

constexpr const char* kRemove =
    "{ ip link del parley-near; ip netns del parley-bench; } >/dev/null 2>&1; true";
constexpr const char* kCreate =
    "{ ip netns add parley-bench && "
    "ip link add parley-near type veth peer name parley-far netns parley-bench && "
    "ip addr add 198.18.0.1/30 dev parley-near && ip link set parley-near up && "
    "ip -n parley-bench addr add 198.18.0.2/30 dev parley-far && "
    "ip -n parley-bench link set parley-far up && "
    // Else the neighbour is asked for again and again once it is deaf.
    "ip neigh replace 198.18.0.2 dev parley-near nud permanent lladdr "
    "$(ip -n parley-bench -br link show parley-far | awk '{print $3}'); } >/dev/null 2>&1";
/// Without an address nothing is for it (RFC 2544's network is no one's): dropped by the routing.
constexpr const char* kDeaf = "ip -n parley-bench addr flush dev parley-far >/dev/null 2>&1";

}  // namespace

std::unique_ptr<FarSide> FarSide::create() {
  run(kRemove);
  if (!run(kCreate)) {
    run(kRemove);
    return nullptr;
  }
  const int home = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  const int away = ::open("/run/netns/parley-bench", O_RDONLY | O_CLOEXEC);
  PARLEY_ASSERT(home >= 0 && away >= 0);
  return std::unique_ptr<FarSide>(new FarSide(home, away));
}

FarSide::~FarSide() {
  ::close(home_);
  ::close(away_);
  run(kRemove);
}

IpAddress FarSide::here() const { return IpAddress::v4(198, 18, 0, 1); }
IpAddress FarSide::there() const { return IpAddress::v4(198, 18, 0, 2); }

void FarSide::inside(const std::function<void()>& open) {
  PARLEY_ASSERT(setns(away_, CLONE_NEWNET) == 0);
  open();
  PARLEY_ASSERT(setns(home_, CLONE_NEWNET) == 0);
}

void FarSide::go_deaf() { PARLEY_ASSERT(run(kDeaf)); }

}  // namespace parley::bench
