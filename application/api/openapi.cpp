#include "application/api/openapi.h"

#include <algorithm>

namespace parley::application::api {

using operation::Caller;
using operation::Json;
using operation::Method;
using operation::Operation;
using operation::Transfer;

namespace {

Json problem_schema() {
  using namespace operation::schema;
  const Json any_text{{"type", "string"}};
  Json schema = object({{"type", any_text},
                        {"title", any_text},
                        {"status", integer(400, 599)},
                        {"detail", any_text},
                        {"code", any_text},
                        {"member?", any_text}});
  schema["description"] = "What is wrong (RFC 9457). `code` is for programs and never changes.";
  return schema;
}

std::string_view to_string(Caller caller) {
  switch (caller) {
    case Caller::anyone:
      return "anyone";
    case Caller::account:
      return "account";
    case Caller::person:
      return "person";
    case Caller::participant:
      return "participant";
    case Caller::inside:
      return "inside";
  }
  return "unknown";
}

Json parameter(std::string_view where, std::string_view name, bool required, Json schema) {
  return {{"in", where}, {"name", name}, {"required", required}, {"schema", std::move(schema)}};
}

Json parameters_of(const Operation& one) {
  Json all = Json::array();
  const Json any_text{{"type", "string"}};
  std::string_view path = one.path;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{')) {
    path.remove_prefix(open + 1);
    const auto close = path.find('}');
    all.push_back(parameter("path", path.substr(0, close), true, any_text));
  }
  if (one.query.is_object()) {
    for (const auto& [name, schema] : one.query.items()) {
      all.push_back(parameter("query", name, one.transfer == Transfer::upload, schema));
    }
  }
  // Who may do it anyway may also do it as somebody in the meeting, with their powers there.
  const bool as_participant = one.caller == Caller::participant || one.caller == Caller::inside;
  if (as_participant || one.path.starts_with("/meetings/{link}")) {
    all.push_back(parameter("header", "Parley-Participant", as_participant, any_text));
  }
  if (one.method == Method::post) {
    all.push_back(parameter("header", "Idempotency-Key", false, operation::schema::text(1, 128)));
  }
  return all;
}

Json or_problem(const std::string& status, Json done) {
  const Json problem{{"$ref", "#/components/responses/Problem"}};
  return {{status, std::move(done)}, {"4XX", problem}, {"5XX", problem}};
}

Json described(const Operation& one) {
  Json out{{"operationId", one.id},
           {"tags", Json::array({one.tag})},
           {"summary", one.summary},
           {"x-caller", to_string(one.caller)},
           {"parameters", parameters_of(one)}};
  if (one.needs) out["x-capability"] = access::to_string(*one.needs);
  Json done{{"description", one.success == 204 ? "Done." : "The answer."}};
  const Json bytes{{"*/*", Json::object()}};
  if (one.transfer == Transfer::download) {
    done["content"] = bytes;
  } else if (!one.answer.is_null()) {
    done["content"] = {{"application/json", {{"schema", one.answer}}}};
  }
  out["responses"] = or_problem(std::to_string(one.success), std::move(done));
  if (one.transfer == Transfer::upload) {
    out["requestBody"] = {{"required", true}, {"content", bytes}};
  } else if (!one.body.is_null()) {
    out["requestBody"] = {{"required", true},
                          {"content", {{"application/json", {{"schema", one.body}}}}}};
  }
  // Who is nobody yet becomes a guest where something is to be done, and is nobody elsewhere.
  const bool needs_session =
      one.caller != Caller::anyone && !(one.caller == Caller::person && one.writes());
  const Json session{{"session", Json::array()}};
  out["security"] = Json::array({session});
  if (!needs_session) out["security"].push_back(Json::object());
  return out;
}

/// No operation, since its answer has no end. OpenAPI 3.1 has no words for what comes in it:
/// `Events` has.
Json event_stream() {
  const Json any_text{{"type", "string"}};
  const Json stream{
      {"type", "string"},
      {"description", "Server-sent events: the data of one is JSON, as Events says for its type."},
      {"x-events", operation::schema::ref("Events")}};
  return {
      {"operationId", "listen"},
      {"tags", Json::array({"attending"})},
      {"summary", "What happens in the meeting, as server-sent events, from now on or after one."},
      {"x-caller", to_string(Caller::participant)},
      {"security", Json::array({{{"session", Json::array()}}})},
      {"parameters", Json::array({parameter("path", "link", true, any_text),
                                  parameter("header", "Parley-Participant", true, any_text),
                                  parameter("header", "Last-Event-ID", false, any_text)})},
      {"responses",
       or_problem("200", {{"description", "The stream."},
                          {"content", {{"text/event-stream", {{"schema", stream}}}}}})}};
}

/// Of each event its data, by its type: never sent as one object.
Json events_schema(Schemas events) {
  using namespace operation::schema;
  events["hello"] = object({{"seq", integer(0, INT64_MAX)}, {"now", time()}});
  events["reset"] = object({});
  Json required = Json::array();
  for (const auto& [type, data] : events) required.push_back(type);
  return {{"type", "object"},
          {"description", "Of each type of event its data. This object itself is never sent."},
          {"properties", std::move(events)},
          {"additionalProperties", false},
          {"required", std::move(required)}};
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

}  // namespace

Json openapi(const Directory& directory, const Schemas& components, const Schemas& events) {
  Json paths = Json::object();
  for (const Operation& one : directory.operations()) {
    paths[std::string(one.path)][lower(to_string(one.method))] = described(one);
  }
  paths["/meetings/{link}/events"]["get"] = event_stream();
  Json schemas(components);
  schemas["Problem"] = problem_schema();
  schemas["Events"] = events_schema(events);
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Parley"},
        {"version", "1"},
        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}},
        {"description",
         "Meetings, and what happens in them beyond their media. Who somebody is, is said by a "
         "cookie that the server sets; which tab of theirs, by the header Parley-Participant. A "
         "POST with an Idempotency-Key that comes again is answered as before and does nothing."}}},
      {"servers", Json::array({{{"url", "/api/v1"}}})},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", std::move(schemas)},
        {"responses",
         {{"Problem",
           {{"description", "Refused, or not possible now."},
            {"content",
             {{"application/problem+json",
               {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}}}}},
        {"securitySchemes",
         {{"session",
           {{"type", "apiKey"},
            {"in", "cookie"},
            {"name", "parley_session"},
            {"description", "Behind TLS its name begins with __Host-."}}}}}}},
  };
}

}  // namespace parley::application::api
