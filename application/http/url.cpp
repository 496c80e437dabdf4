#include "application/http/url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace parley::application::http {
namespace {

constexpr std::size_t kLongest = 4096;

bool is_host(std::string_view text, bool address) {
  return !text.empty() && std::ranges::all_of(text, [address](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' ||
           (address ? c == ':' : c == '-' || c == '_');
  });
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65535;
}

}  // namespace

std::string Url::authority() const {
  const bool address = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", address ? "[" : "", host, address ? "]" : "", port);
}

std::expected<Url, std::string> parse_url(std::string_view text) {
  const auto wrong = [](const char* what) { return std::unexpected(std::string(what)); };
  if (text.size() > kLongest) return wrong("is longer than 4096 characters");
  // What would end the request line early, or begin another one (RFC 9112 section 3.2).
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c == 0x7f; })) {
    return wrong("holds a blank, a control character, or something that is not ASCII");
  }
  Url url;
  if (text.starts_with("https://")) {
    url.tls = true;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return wrong("must begin with http:// or https://");
  }
  text = text.substr(0, text.find('#'));
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, end);
  const std::string_view target = text.substr(end);
  if (authority.find('@') != std::string_view::npos) {
    return wrong("must not hold user and password: requests are signed in their place");
  }

  std::string_view port = url.tls ? "443" : "80";
  const bool address = authority.starts_with('[');
  if (address) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return wrong("has an address without its closing bracket");
    url.host = authority.substr(1, close - 1);
    authority.remove_prefix(close + 1);
    if (!authority.empty() && !authority.starts_with(':')) return wrong("has a malformed host");
    if (!authority.empty()) port = authority.substr(1);
  } else {
    const std::size_t colon = authority.find(':');
    url.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
  }
  if (!is_host(url.host, address)) return wrong("has no host, or a malformed one");
  if (!is_port(port)) return wrong("has a malformed port");
  url.port = port;
  url.target = target.starts_with('/') ? std::string(target) : fmt::format("/{}", target);
  return url;
}

}  // namespace parley::application::http
