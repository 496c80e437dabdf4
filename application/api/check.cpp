#include "application/api/check.h"

#include <fmt/format.h>

#include <algorithm>

namespace parley::application::api {

using operation::Json;

namespace {

std::optional<Fault> check(const Json& schema, const Json& value, const std::string& at);

bool is_of(std::string_view type, const Json& value) {
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  return type == "null" && value.is_null();
}

bool is_of_any(const Json& type, const Json& value) {
  if (type.is_string()) return is_of(type.get_ref<const std::string&>(), value);
  return std::ranges::any_of(
      type, [&](const Json& one) { return is_of(one.get_ref<const std::string&>(), value); });
}

std::string named(const Json& type) {
  if (type.is_string()) return type.get<std::string>();
  std::string names;
  for (const Json& one : type) {
    names += fmt::format("{}{}", names.empty() ? "" : " or ", one.get_ref<const std::string&>());
  }
  return names;
}

/// The parser has refused what is not UTF-8.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::optional<Fault> check_text(const Json& schema, const std::string& text,
                                const std::string& at) {
  if (text.find('\0') != std::string::npos) return Fault{at, "must not hold a NUL"};
  const std::size_t size = characters(text);
  if (size < schema.value("minLength", std::size_t{0})) {
    return Fault{at, size == 0 ? "must not be empty" : "is too short"};
  }
  const auto most = schema.value("maxLength", SIZE_MAX);
  if (size > most) return Fault{at, fmt::format("is longer than {} characters", most)};
  return std::nullopt;
}

std::optional<Fault> check_object(const Json& schema, const Json& value, const std::string& at) {
  const auto path = [&](const std::string& name) {
    return at.empty() ? name : fmt::format("{}.{}", at, name);
  };
  for (const Json& name : schema.value("required", Json::array())) {
    if (!value.contains(name)) return Fault{path(name), "is missing"};
  }
  const Json& members = schema["properties"];
  for (const auto& [name, one] : value.items()) {
    const auto known = members.find(name);
    if (known == members.end()) return Fault{path(name), "is not known here"};
    if (auto fault = check(*known, one, path(name))) return fault;
  }
  return std::nullopt;
}

std::optional<Fault> check_list(const Json& schema, const Json& value, const std::string& at) {
  if (value.size() < schema.value("minItems", std::size_t{0})) {
    return Fault{at, fmt::format("has fewer than {} entries", schema["minItems"].get<int>())};
  }
  const auto most = schema.value("maxItems", SIZE_MAX);
  if (value.size() > most) return Fault{at, fmt::format("has more than {} entries", most)};
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (auto fault = check(schema["items"], value[i], fmt::format("{}[{}]", at, i))) return fault;
  }
  return std::nullopt;
}

std::optional<Fault> check(const Json& schema, const Json& value, const std::string& at) {
  if (const auto any = schema.find("anyOf"); any != schema.end()) {
    std::optional<Fault> first;
    for (const Json& one : *any) {
      auto fault = check(one, value, at);
      if (!fault) return std::nullopt;
      if (!first) first = std::move(fault);
    }
    return first;
  }
  if (const auto type = schema.find("type"); type != schema.end() && !is_of_any(*type, value)) {
    return Fault{at, fmt::format("must be of type {}", named(*type))};
  }
  if (const auto words = schema.find("enum"); words != schema.end()) {
    if (std::ranges::find(*words, value) == words->end()) {
      return Fault{at, fmt::format("must be one of {}", words->dump())};
    }
  }
  if (value.is_string()) return check_text(schema, value.get_ref<const std::string&>(), at);
  if (value.is_number_integer()) {
    // Larger than any limit of ours: compared as what they are, not as they wrap.
    const bool huge = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
    const std::int64_t number = huge ? INT64_MAX : value.get<std::int64_t>();
    const auto least = schema.value("minimum", INT64_MIN);
    const auto most = schema.value("maximum", INT64_MAX);
    if (number < least || number > most) {
      return Fault{at, fmt::format("must be from {} to {}", least, most)};
    }
  }
  if (value.is_array()) return check_list(schema, value, at);
  if (value.is_object() && schema.contains("properties")) return check_object(schema, value, at);
  return std::nullopt;
}

}  // namespace

std::optional<Fault> fault_of(const Json& schema, const Json& value) {
  return check(schema, value, "");
}

}  // namespace parley::application::api
