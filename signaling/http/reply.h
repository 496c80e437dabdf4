#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "signaling/api/twirp.h"

namespace parley::signaling {

/// An HTTP answer as plain values; the server adds what every answer has (CORS, length, date).
struct Reply {
  unsigned status = 200;
  std::string content_type;
  std::shared_ptr<const std::string> body;  ///< nullptr: none.
  std::vector<std::pair<std::string, std::string>> headers;

  static Reply text(unsigned status, std::string body);
  static Reply json(unsigned status, std::string body);
  /// RFC 9457: what is wrong with the request, and with which member of it if that is known.
  static Reply problem(unsigned status, std::string_view title, std::string_view detail,
                       std::string_view member = {});
  static Reply twirp(const twirp::Error& error);
};

}  // namespace parley::signaling
