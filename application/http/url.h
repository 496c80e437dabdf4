#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace parley::application::http {

/// Where to POST: an http or https URL (RFC 3986), as far as a request needs it.
struct Url {
  bool tls = false;
  std::string host;  ///< A name or an address, without the brackets of an IPv6 one.
  std::string port;
  std::string target = "/";  ///< Path and query; may hold a secret, so it is never logged.

  /// Host and port, which is what a log may show.
  std::string authority() const;
};

/// The error is a sentence that does not repeat the URL. User and password are refused: the
/// Authorization header is taken.
std::expected<Url, std::string> parse_url(std::string_view text);

}  // namespace parley::application::http
