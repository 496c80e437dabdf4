#include "signaling/whip/address.h"

#include <algorithm>

namespace parley::signaling::whip {
namespace {

constexpr std::string_view kWhip = "/whip/v1";
constexpr std::string_view kWhep = "/whep/v1";
constexpr std::string_view kLayer = "/layer";
constexpr std::size_t kMaxSid = 64;

/// It becomes part of what goes over the bus and into headers.
bool is_sid(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSid && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

}  // namespace

std::string Address::path() const {
  std::string out(whep ? kWhep : kWhip);
  if (!session.empty()) out += '/' + session;
  if (layer) out += kLayer;
  return out;
}

std::optional<Address> address_of(std::string_view path) {
  Address out;
  out.whep = path.starts_with(kWhep);
  if (!out.whep && !path.starts_with(kWhip)) return std::nullopt;
  path.remove_prefix(kWhip.size());
  if (path.empty() || path == "/") return out;
  if (path.front() != '/') return std::nullopt;
  path.remove_prefix(1);
  if (out.whep && path.ends_with(kLayer)) {
    out.layer = true;
    path.remove_suffix(kLayer.size());
  }
  if (!is_sid(path)) return std::nullopt;
  out.session = path;
  return out;
}

}  // namespace parley::signaling::whip
