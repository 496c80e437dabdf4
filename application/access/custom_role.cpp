#include "application/access/custom_role.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace parley::application::access {
namespace {

using Json = nlohmann::json;

std::expected<Capabilities, std::string> parse_list(const Json& object, const char* key) {
  Capabilities out;
  const auto list = object.find(key);
  if (list == object.end()) return out;
  if (!list->is_array()) return std::unexpected(fmt::format("{}: must be a list", key));
  for (const Json& item : *list) {
    const auto one =
        item.is_string() ? parse_capability(item.get_ref<const std::string&>()) : std::nullopt;
    if (!one) {
      return std::unexpected(fmt::format("{}: {} is no capability", key,
                                         item.dump(-1, ' ', true, Json::error_handler_t::replace)));
    }
    out = out.with({*one});
  }
  return out;
}

Json names_of(Capabilities some) {
  Json list = Json::array();
  for (std::size_t i = 0; i < kCapabilities; ++i) {
    const auto one = static_cast<Capability>(i);
    if (some.has(one)) list.push_back(to_string(one));
  }
  return list;
}

}  // namespace

std::expected<CustomRole, std::string> parse_custom_role(std::string_view json) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return std::unexpected("must be a JSON object");
  CustomRole role;
  const auto name = object.find("name");
  if (name == object.end() || !name->is_string()) return std::unexpected("name: is missing");
  role.name = *name;
  if (role.name.empty() || role.name.size() > CustomRole::kMaxName) {
    return std::unexpected(fmt::format("name: must have 1 to {} bytes", CustomRole::kMaxName));
  }
  if (parse_role(role.name)) {
    return std::unexpected(fmt::format("name: {} is a role already", role.name));
  }
  const auto base = object.find("base");
  const auto known = base != object.end() && base->is_string()
                         ? parse_role(base->get_ref<const std::string&>())
                         : std::nullopt;
  if (!known) {
    return std::unexpected("base: must be host, cohost, speaker, attendee or viewer");
  }
  role.base = *known;
  const auto more = parse_list(object, "more");
  if (!more) return std::unexpected(more.error());
  role.more = *more;
  const auto fewer = parse_list(object, "fewer");
  if (!fewer) return std::unexpected(fewer.error());
  role.fewer = *fewer;
  return role;
}

std::string to_json(const CustomRole& role) {
  return Json{{"name", role.name},
              {"base", to_string(role.base)},
              {"more", names_of(role.more)},
              {"fewer", names_of(role.fewer)}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace parley::application::access
