#include "signaling/http/reply.h"

#include <nlohmann/json.hpp>

namespace parley::signaling {
namespace {

std::shared_ptr<const std::string> shared(std::string body) {
  return std::make_shared<const std::string>(std::move(body));
}

std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

Reply Reply::text(unsigned status, std::string body) {
  return {status, "text/plain; charset=utf-8", shared(std::move(body)), {}};
}

Reply Reply::json(unsigned status, std::string body) {
  return {status, "application/json", shared(std::move(body)), {}};
}

Reply Reply::problem(unsigned status, std::string_view title, std::string_view detail,
                     std::string_view member) {
  // RFC 9457 section 4.2.1: the status says it all.
  nlohmann::ordered_json json = {
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  if (!member.empty()) json["member"] = member;
  return {status, "application/problem+json", shared(dump(json)), {}};
}

Reply Reply::twirp(const twirp::Error& error) {
  return json(twirp::http_status(error.code), twirp::print(error));
}

}  // namespace parley::signaling
