#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// The Twirp wire (its specification, version 7): POST /twirp/<package>.<Service>/<Method> with a
/// message in JSON or protobuf, answered in the same form; errors are JSON always.
namespace parley::signaling::twirp {

enum class Code : std::uint8_t {
  canceled,
  unknown,
  invalid_argument,
  malformed,
  deadline_exceeded,
  not_found,
  bad_route,
  already_exists,
  permission_denied,
  unauthenticated,
  resource_exhausted,
  failed_precondition,
  aborted,
  out_of_range,
  unimplemented,
  internal,
  unavailable,
};
std::string_view to_string(Code code);
unsigned http_status(Code code);
/// `internal` if there is no such code.
Code code_named(std::string_view name);

struct Error {
  Code code = Code::internal;
  std::string text;                           ///< For the developer who called.
  std::map<std::string, std::string> meta{};  ///< For their program.
};

enum class Form : std::uint8_t { json, protobuf };
std::string_view content_type(Form form);
/// By the request's Content-Type; parameters such as a charset do not matter.
std::optional<Form> form_of(std::string_view content_type);

/// Unknown JSON fields are ignored, as newer clients send them.
std::expected<void, Error> read(std::string_view body, Form form,
                                google::protobuf::Message& message);
/// Field names as in the schema, defaults included: what LiveKit's own server writes.
std::string print(const google::protobuf::Message& message, Form form);
std::string print(const Error& error);

}  // namespace parley::signaling::twirp
