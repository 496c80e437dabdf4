#include "protocols/sdp/fragment.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace parley::sdp {
namespace {

using Reason = ParseError::Reason;

/// RFC 8839 section 5.4: 4 to 256 and 22 to 256 of ice-char.
bool is_credential(std::string_view text, std::size_t least) {
  const auto is_ice_char = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  return text.size() >= least && text.size() <= 256 && std::ranges::all_of(text, is_ice_char);
}

class FragmentParser {
 public:
  std::expected<Fragment, ParseError> run(std::string_view text);

 private:
  bool media_line(std::string_view value);
  bool attribute(std::string_view name, std::string_view value);
  bool credential(std::string& into, std::string_view value, std::size_t least);

  Fragment out_;
  bool in_media_ = false;
};

std::expected<Fragment, ParseError> FragmentParser::run(std::string_view text) {
  if (text.size() > kMaxFragmentSize) return std::unexpected(ParseError{Reason::too_large, 1});
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (line.size() < 2 || line[1] != '=') {
      return std::unexpected(ParseError{Reason::bad_line, number});
    }
    const std::string_view value = line.substr(2);
    if (line[0] == 'm' && !media_line(value)) {
      return std::unexpected(ParseError{Reason::bad_media_line, number});
    }
    if (line[0] == 'a') {
      const std::size_t colon = value.find(':');
      const std::string_view rest =
          colon == std::string_view::npos ? std::string_view() : value.substr(colon + 1);
      if (!attribute(value.substr(0, colon), rest)) {
        return std::unexpected(ParseError{Reason::bad_attribute, number});
      }
    }
  }
  // RFC 8839 section 5.4: neither stands without the other.
  if (out_.ice.ufrag.empty() != out_.ice.password.empty()) {
    return std::unexpected(ParseError{Reason::bad_attribute, 1});
  }
  return std::move(out_);
}

bool FragmentParser::media_line(std::string_view value) {
  const std::string_view kind = value.substr(0, value.find(' '));
  if (kind.empty() || kind.size() == value.size()) return false;
  if (!in_media_) out_.media = kind;
  in_media_ = true;
  return true;
}

bool FragmentParser::attribute(std::string_view name, std::string_view value) {
  if (name == "ice-ufrag") return credential(out_.ice.ufrag, value, 4);
  if (name == "ice-pwd") return credential(out_.ice.password, value, 22);
  if (name == "mid") {
    if (value.empty() || !in_media_) return false;
    if (out_.mid.empty()) out_.mid = value;
  } else if (name == "candidate") {
    if (value.empty()) return false;
    if (out_.candidates.size() < kMaxFragmentCandidates) out_.candidates.emplace_back(value);
  } else if (name == "end-of-candidates") {
    out_.end_of_candidates = true;
  } else if (name == "ice-lite") {
    out_.ice_lite = true;
  }
  return true;
}

bool FragmentParser::credential(std::string& into, std::string_view value, std::size_t least) {
  if (!is_credential(value, least)) return false;
  // RFC 9143 section 10.1: bundled sections share one transport, so they cannot differ.
  if (!into.empty() && into != value) return false;
  into = value;
  return true;
}

}  // namespace

std::expected<Fragment, ParseError> parse_fragment(std::string_view text) {
  return FragmentParser().run(text);
}

std::string print(const Fragment& fragment) {
  std::string out;
  const auto add = [&out](fmt::string_view format, const auto&... values) {
    fmt::vformat_to(std::back_inserter(out), format, fmt::make_format_args(values...));
    out += "\r\n";
  };
  if (fragment.ice_lite) add("a=ice-lite");
  if (!fragment.ice.ufrag.empty()) {
    add("a=ice-ufrag:{}", fragment.ice.ufrag);
    add("a=ice-pwd:{}", fragment.ice.password);
  }
  // RFC 8840 section 9.2: candidates belong to a section, written as a pseudo m= line.
  if (!fragment.media.empty()) add("m={} 9 UDP/TLS/RTP/SAVPF 0", fragment.media);
  if (!fragment.mid.empty()) add("a=mid:{}", fragment.mid);
  for (const std::string& candidate : fragment.candidates) add("a=candidate:{}", candidate);
  if (fragment.end_of_candidates) add("a=end-of-candidates");
  return out;
}

}  // namespace parley::sdp
