#include "media/ingest/keyframe_gate.h"

#include <algorithm>

namespace parley::media {

void KeyframeGate::request(Time now) {
  if (!wanted_) {
    wanted_ = true;
    asks_ = 0;
    ask_at_ = std::max(ask_at_, now);
  }
}

void KeyframeGate::on_keyframe() { wanted_ = false; }

bool KeyframeGate::due(Time now) {
  if (!wanted_ || now < ask_at_) return false;
  if (asks_ == kMaxAsks) {
    wanted_ = false;
    return false;
  }
  ++asks_;
  // An answer cannot be here before a round trip and the time that encoding a key frame takes.
  constexpr Duration kEncoding = std::chrono::milliseconds(100);
  ask_at_ = now + std::max(interval_, round_trip_ + kEncoding);
  return true;
}

}  // namespace parley::media
