#include "application/operation/operation.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace parley::application::operation {

std::unexpected<Problem> bad_input(std::string_view member, std::string detail) {
  return std::unexpected(Problem{400, "bad_input", std::move(detail), std::string(member)});
}
std::unexpected<Problem> forbidden(std::string detail) {
  return std::unexpected(Problem{403, "forbidden", std::move(detail)});
}
std::unexpected<Problem> not_found(std::string detail) {
  return std::unexpected(Problem{404, "not_found", std::move(detail)});
}
std::unexpected<Problem> conflict(std::string detail) {
  return std::unexpected(Problem{409, "conflict", std::move(detail)});
}
std::unexpected<Problem> too_many(std::string detail) {
  return std::unexpected(Problem{429, "too_many", std::move(detail)});
}
std::unexpected<Problem> away(std::string detail) {
  return std::unexpected(Problem{503, "away", std::move(detail)});
}

namespace schema {

Json text(std::size_t shortest, std::size_t longest) {
  return {{"type", "string"}, {"minLength", shortest}, {"maxLength", longest}};
}

Json one_of(std::initializer_list<std::string_view> words) {
  Json all = Json::array();
  for (const std::string_view word : words) all.push_back(word);
  return {{"type", "string"}, {"enum", std::move(all)}};
}

Json boolean() { return {{"type", "boolean"}}; }

Json integer(std::int64_t least, std::int64_t most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

Json list(Json of, std::size_t least, std::size_t most) {
  return {{"type", "array"}, {"items", std::move(of)}, {"minItems", least}, {"maxItems", most}};
}

Json nullable(Json schema) {
  if (schema.contains("type") && schema["type"].is_string() && !schema.contains("enum")) {
    schema["type"] = Json::array({schema["type"], "null"});
    return schema;
  }
  return {{"anyOf", Json::array({std::move(schema), {{"type", "null"}}})}};
}

Json time() { return {{"type", "string"}, {"format", "date-time"}}; }

Json either(std::initializer_list<Json> schemas) {
  Json any = Json::array();
  for (const Json& one : schemas) any.push_back(one);
  return {{"anyOf", std::move(any)}};
}

Json object(std::initializer_list<std::pair<std::string_view, Json>> members) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const auto& [name, schema] : members) {
    const bool may_be_missing = name.ends_with('?');
    const std::string key(may_be_missing ? name.substr(0, name.size() - 1) : name);
    properties[key] = schema;
    if (!may_be_missing) required.push_back(key);
  }
  Json out{
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) out["required"] = std::move(required);
  return out;
}

Json ref(std::string_view component) {
  return {{"$ref", fmt::format("#/components/schemas/{}", component)}};
}

}  // namespace schema

Json instant(WallTime time) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(ms);
  return fmt::format(
      "{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
      fmt::gmtime(std::chrono::system_clock::to_time_t(
          std::chrono::time_point_cast<std::chrono::system_clock::duration>(seconds))),
      (ms - seconds).count());
}

Json instant(const std::optional<WallTime>& time) { return time ? instant(*time) : Json(nullptr); }

}  // namespace parley::application::operation
