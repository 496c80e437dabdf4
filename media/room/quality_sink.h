#pragma once

#include "quality.pb.h"

namespace parley::media {

/// Where it goes what connections were like, for whoever asks later why a call was bad.
class QualitySink {
 public:
  virtual ~QualitySink() = default;
  /// Never blocks; may be lost.
  virtual void report(const plane::QualityReport& report) = 0;
};

}  // namespace parley::media
