#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "emulator/run/hub.h"

namespace parley::emulator {

/// Lines in, one line of JSON out for each: how a running emulator is spoken to. Blank lines and
/// comments are answered by nothing.
///
///  thread    the loop's
///  bounded   64 KiB in one line; what is longer is refused as a whole
class Console {
 public:
  Console(Hub& hub, std::FILE* out) : hub_(hub), out_(out) {}

  /// Some of what was typed. Whole lines are done at once, the rest waits for its end.
  void type(std::string_view text);
  /// A line without its end; false if it was refused, in which case the answer is the reason.
  bool line(std::string_view line);

 private:
  Hub& hub_;
  std::FILE* out_;
  std::string partial_;
  bool too_long_ = false;
};

}  // namespace parley::emulator
