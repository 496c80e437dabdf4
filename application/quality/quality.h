#pragma once

#include <map>
#include <string>

#include "application/operation/operation.h"

/// Why a call was bad: what each participant's connection was like, half minute by half minute, as
/// media nodes have measured it (intake.h). For who may change the meeting's settings, and its
/// owner from anywhere; for kLife (samples.h).
namespace parley::application::quality {

inline constexpr std::int64_t kMaxPeople = 1000;
inline constexpr std::int64_t kMaxSamples = 500;

operation::Operations quality_operations();
/// JSON Schemas: QualitySummary, QualitySample, MediaFlow.
std::map<std::string, operation::Json> components();

}  // namespace parley::application::quality
