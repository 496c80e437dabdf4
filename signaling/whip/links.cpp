#include "signaling/whip/links.h"

#include <fmt/format.h>

#include <string_view>

namespace parley::signaling::whip {
namespace {

/// RFC 9110 section 5.6.4.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::vector<std::string> ice_server_links(const std::vector<livekit::ICEServer>& servers) {
  std::vector<std::string> out;
  for (const livekit::ICEServer& server : servers) {
    for (const std::string& url : server.urls()) {
      std::string link = fmt::format("<{}>; rel=\"ice-server\"", url);
      if (!server.username().empty()) {
        link += fmt::format("; username={}; credential={}; credential-type=\"password\"",
                            quoted(server.username()), quoted(server.credential()));
      }
      out.push_back(std::move(link));
    }
  }
  return out;
}

}  // namespace parley::signaling::whip
