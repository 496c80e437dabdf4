#include "signaling/api/twirp.h"

#include <google/protobuf/util/json_util.h>

#include <array>
#include <nlohmann/json.hpp>

namespace parley::signaling::twirp {
namespace {

namespace json = google::protobuf::util;

struct Row {
  Code code;
  std::string_view name;
  unsigned status;
};
constexpr std::array kCodes{Row{Code::canceled, "canceled", 408},
                            Row{Code::unknown, "unknown", 500},
                            Row{Code::invalid_argument, "invalid_argument", 400},
                            Row{Code::malformed, "malformed", 400},
                            Row{Code::deadline_exceeded, "deadline_exceeded", 408},
                            Row{Code::not_found, "not_found", 404},
                            Row{Code::bad_route, "bad_route", 404},
                            Row{Code::already_exists, "already_exists", 409},
                            Row{Code::permission_denied, "permission_denied", 403},
                            Row{Code::unauthenticated, "unauthenticated", 401},
                            Row{Code::resource_exhausted, "resource_exhausted", 429},
                            Row{Code::failed_precondition, "failed_precondition", 412},
                            Row{Code::aborted, "aborted", 409},
                            Row{Code::out_of_range, "out_of_range", 400},
                            Row{Code::unimplemented, "unimplemented", 501},
                            Row{Code::internal, "internal", 500},
                            Row{Code::unavailable, "unavailable", 503}};

const Row& row(Code code) {
  static_assert(kCodes.back().code == Code::unavailable);
  return kCodes[static_cast<std::size_t>(code)];
}

}  // namespace

std::string_view to_string(Code code) { return row(code).name; }
unsigned http_status(Code code) { return row(code).status; }

Code code_named(std::string_view name) {
  for (const Row& known : kCodes) {
    if (known.name == name) return known.code;
  }
  return Code::internal;
}

std::string_view content_type(Form form) {
  return form == Form::json ? "application/json" : "application/protobuf";
}

std::optional<Form> form_of(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (type == content_type(Form::json)) return Form::json;
  if (type == content_type(Form::protobuf)) return Form::protobuf;
  return std::nullopt;
}

std::expected<void, Error> read(std::string_view body, Form form,
                                google::protobuf::Message& message) {
  if (form == Form::protobuf) {
    if (message.ParseFromArray(body.data(), static_cast<int>(body.size()))) return {};
    return std::unexpected(Error{Code::malformed, "the body is no " + message.GetTypeName()});
  }
  json::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto status = json::JsonStringToMessage(
      google::protobuf::StringPiece(body.data(), body.size()), &message, options);
  if (status.ok()) return {};
  return std::unexpected(
      Error{Code::malformed, "the body is no " + message.GetTypeName() + " in JSON: " +
                                 std::string(status.message().data(), status.message().size())});
}

std::string print(const google::protobuf::Message& message, Form form) {
  if (form == Form::protobuf) return message.SerializeAsString();
  json::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string out;
  // Fails for bytes that are not UTF-8 in a text field only, which parsing lets nobody put there.
  if (!json::MessageToJsonString(message, &out, options).ok()) return "{}";
  return out;
}

std::string print(const Error& error) {
  nlohmann::ordered_json json = {{"code", to_string(error.code)}, {"msg", error.text}};
  if (!error.meta.empty()) json["meta"] = error.meta;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace parley::signaling::twirp
