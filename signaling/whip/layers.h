#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "resource.pb.h"

/// The choice of layers as JSON (draft-murillo-whep, video layer selection).
namespace parley::signaling::whip {

/// `{"mediaId": "1", "rid": "h", "maxSpatialLayerId": 1, …}`; members that we do not know are
/// skipped. The error names the member that is wrong.
std::expected<plane::ResourceCall::ChooseLayer, std::string> read_choice(std::string_view body);

/// `{"1": {"participant": …, "layers": [{"rid": …, "spatialLayerId": 0, "selected": …}, …]}}`
std::string print_layers(const plane::ResourceResult& result);

}  // namespace parley::signaling::whip
