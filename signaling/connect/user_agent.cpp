#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "signaling/connect/connect.h"

namespace parley::signaling {
namespace {

/// The digits and dots (or underscores, as Apple writes them) after `mark`.
std::string version_after(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  std::string out;
  for (const char c : text.substr(at + mark.size())) {
    if (c == '_') {
      out += '.';
    } else if ((c >= '0' && c <= '9') || c == '.') {
      out += c;
    } else {
      break;
    }
    if (out.size() == 32) break;
  }
  return out;
}

struct Mark {
  std::string_view mark;
  std::string_view name;
};

// Order matters: everybody claims to be the browsers further down.
constexpr std::array kBrowsers{Mark{"Edg/", "Edge"},      Mark{"OPR/", "Opera"},
                               Mark{"FxiOS/", "Firefox"}, Mark{"Firefox/", "Firefox"},
                               Mark{"CriOS/", "Chrome"},  Mark{"Chrome/", "Chrome"},
                               Mark{"Version/", "Safari"}};

constexpr std::array kSystems{Mark{"Windows NT ", "Windows"}, Mark{"Android ", "Android"},
                              Mark{"iPhone OS ", "iOS"},      Mark{"CPU OS ", "iPadOS"},
                              Mark{"Mac OS X ", "macOS"},     Mark{"CrOS ", "Chrome OS"},
                              Mark{"Linux", "Linux"}};

}  // namespace

void fill_from_user_agent(livekit::ClientInfo& client, std::string_view user_agent) {
  switch (client.sdk()) {  // Only these live in something that has a browser's User-Agent.
    case livekit::ClientInfo::UNKNOWN:
    case livekit::ClientInfo::JS:
    case livekit::ClientInfo::REACT_NATIVE:
    case livekit::ClientInfo::FLUTTER:
    case livekit::ClientInfo::UNITY:
    case livekit::ClientInfo::UNITY_WEB:
      break;
    default:
      return;
  }
  if (client.browser().empty()) {
    for (const auto& [mark, name] : kBrowsers) {
      if (user_agent.find(mark) == std::string_view::npos) continue;
      client.set_browser(std::string(name));
      if (client.browser_version().empty()) {
        client.set_browser_version(version_after(user_agent, mark));
      }
      break;
    }
  }
  if (client.os().empty()) {
    for (const auto& [mark, name] : kSystems) {
      if (user_agent.find(mark) == std::string_view::npos) continue;
      client.set_os(std::string(name));
      if (client.os_version().empty()) client.set_os_version(version_after(user_agent, mark));
      break;
    }
  }
}

}  // namespace parley::signaling
