#include "signaling/whip/layers.h"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace parley::signaling::whip {
namespace {

using Json = nlohmann::json;
using Choice = plane::ResourceCall::ChooseLayer;

constexpr std::size_t kMaxText = 256;

/// An exact layer is the most that may be had: a lower one is better than none.
constexpr std::array<std::pair<const char*, void (Choice::*)(std::uint32_t)>, 6> kNumbers{{
    {"spatialLayerId", &Choice::set_max_spatial},
    {"maxSpatialLayerId", &Choice::set_max_spatial},
    {"temporalLayerId", &Choice::set_max_temporal},
    {"maxTemporalLayerId", &Choice::set_max_temporal},
    {"maxWidth", &Choice::set_max_width},
    {"maxHeight", &Choice::set_max_height},
}};

std::optional<std::uint32_t> number(const Json& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto wide = value.get<std::uint64_t>();
  if (wide > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(wide);
}

}  // namespace

std::expected<Choice, std::string> read_choice(std::string_view body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return std::unexpected("the body must be a JSON object");
  Choice out;
  // What newer drafts call rid was encodingId.
  for (const char* name : {"mediaId", "encodingId", "rid"}) {
    const auto at = json.find(name);
    if (at == json.end() || at->is_null()) continue;
    if (!at->is_string() || at->get_ref<const std::string&>().size() > kMaxText) {
      return std::unexpected(std::string(name) + " must be a short text");
    }
    const auto& text = at->get_ref<const std::string&>();
    if (std::string_view(name) == "mediaId") {
      out.set_media_id(text);
    } else {
      out.set_rid(text);
    }
  }
  for (const auto& [name, set] : kNumbers) {
    const auto at = json.find(name);
    if (at == json.end() || at->is_null()) continue;
    const auto value = number(*at);
    if (!value) return std::unexpected(std::string(name) + " must be a whole number from 0");
    (out.*set)(*value);
  }
  return out;
}

std::string print_layers(const plane::ResourceResult& result) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  for (const auto& media : result.media()) {
    nlohmann::ordered_json layers = nlohmann::ordered_json::array();
    for (const auto& layer : media.layers()) {
      nlohmann::ordered_json listed = {{"rid", layer.rid()}, {"spatialLayerId", layer.spatial()}};
      if (layer.width() > 0 && layer.height() > 0) {
        listed["width"] = layer.width();
        listed["height"] = layer.height();
      }
      listed["selected"] = layer.chosen();
      layers.push_back(std::move(listed));
    }
    out[media.media_id()] = {{"participant", media.participant()},
                             {"track", media.track()},
                             {"layers", std::move(layers)}};
  }
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace parley::signaling::whip
