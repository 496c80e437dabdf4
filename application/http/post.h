#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "application/http/url.h"

namespace parley::application::http {

enum class PostError : std::uint8_t {
  unresolved,   ///< No address for the host.
  unreachable,  ///< No connection, or one that broke.
  untrusted,    ///< No TLS, or a certificate that is not good for the host.
  timed_out,
  malformed,  ///< What came back is no HTTP.
};
std::string_view to_string(PostError error);

struct Request {
  std::string content_type;
  std::string user_agent;
  std::string authorization;
  std::string body;
};

/// How certificates are verified: against the system's authorities (SSL_CERT_FILE names others).
boost::asio::ssl::context make_tls_context();

/// One POST on a connection of its own; answers with the status. Redirects are not followed, and of
/// the answer no more than its header is read.
///
///  thread   the coroutine's executor
///  bounded  `limit` from the first look-up to the answer; an answer's header of 8 KiB
///  source   RFC 9110, RFC 9112; RFC 6125 for host names in certificates
boost::asio::awaitable<std::expected<unsigned, PostError>> post(Url url, Request request,
                                                                boost::asio::ssl::context& tls,
                                                                std::chrono::seconds limit);

}  // namespace parley::application::http
