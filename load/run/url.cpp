#include "load/run/url.h"

#include <algorithm>

namespace parley::load {

std::optional<Url> parse_url(std::string_view text) {
  Url out;
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const std::string_view word = text.substr(0, scheme);
  if (word == "wss" || word == "https") {
    out.tls = true;
  } else if (word != "ws" && word != "http") {
    return std::nullopt;
  }
  text.remove_prefix(scheme + 3);
  const std::size_t slash = std::min(text.find('/'), text.size());
  std::string_view authority = text.substr(0, slash);
  out.path = text.substr(slash);
  while (out.path.ends_with('/')) out.path.pop_back();

  // An IPv6 address stands in brackets.
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  const std::size_t colon = authority.find(':', bracket);
  out.host = authority.substr(0, colon);
  out.port = out.tls ? "443" : "80";
  if (colon != std::string_view::npos) out.port = authority.substr(colon + 1);
  if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.size() - 2);
  const bool digits = !out.port.empty() &&
                      std::ranges::all_of(out.port, [](char c) { return c >= '0' && c <= '9'; });
  if (out.host.empty() || !digits) return std::nullopt;
  return out;
}

}  // namespace parley::load
