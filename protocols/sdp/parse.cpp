#include <algorithm>
#include <array>
#include <charconv>

#include "protocols/sdp/sdp.h"

namespace parley::sdp {
namespace {

using Reason = ParseError::Reason;

bool is_space(char c) { return c == ' ' || c == '\t'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Takes the front of `text` up to `separator` (which is dropped), or all of it.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view front = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return front;
}

/// Takes the next word, whatever the spaces around it.
std::string_view take_word(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  const auto end = std::ranges::find_if(text, is_space);
  const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return word;
}

template <typename T>
bool read_number(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// What session-level lines say for all sections that do not say it themselves.
struct Defaults {
  IceParameters ice;
  std::optional<Fingerprint> fingerprint;
  std::optional<Setup> setup;
  Direction direction = Direction::sendrecv;
};

class Parser {
 public:
  std::expected<Session, ParseError> run(std::string_view text);

 private:
  bool line(char type, std::string_view value);
  bool media_line(std::string_view value);
  bool attribute(std::string_view name, std::string_view value);
  bool session_attribute(std::string_view name, std::string_view value);
  bool media_attribute(std::string_view name, std::string_view value);

  bool rtpmap(std::string_view value);
  bool fmtp(std::string_view value);
  bool rtcp_fb(std::string_view value);
  bool extmap(std::string_view value);
  bool ssrc(std::string_view value);
  bool ssrc_group(std::string_view value);
  bool rid(std::string_view value);
  bool simulcast(std::string_view value);

  void finish_media();

  Session session_;
  Defaults defaults_;
  IceParameters own_ice_;  // Of the section at hand.
  std::string simulcast_;  // Applied when the section ends: rid lines may come after it.
  Media* media_ = nullptr;
  Reason reason_ = Reason::bad_line;
};

std::optional<Direction> direction_of(std::string_view name) {
  if (name == "sendrecv") return Direction::sendrecv;
  if (name == "sendonly") return Direction::sendonly;
  if (name == "recvonly") return Direction::recvonly;
  if (name == "inactive") return Direction::inactive;
  return std::nullopt;
}

std::optional<Setup> setup_of(std::string_view value) {
  if (value == "actpass") return Setup::actpass;
  if (value == "active") return Setup::active;
  if (value == "passive") return Setup::passive;
  if (value == "holdconn") return Setup::holdconn;
  return std::nullopt;
}

/// RFC 8122 section 5: "sha-256 AB:CD:..."
std::optional<Fingerprint> fingerprint_of(std::string_view value) {
  Fingerprint out;
  for (char c : take_word(value)) out.algorithm.push_back(lower(c));
  while (!value.empty()) {
    const std::string_view pair = take(value, ':');
    if (pair.size() != 2 || hex_digit(pair[0]) < 0 || hex_digit(pair[1]) < 0) return std::nullopt;
    out.digest.push_back(static_cast<std::uint8_t>(hex_digit(pair[0]) << 4 | hex_digit(pair[1])));
  }
  if (out.algorithm.empty() || out.digest.empty() || out.digest.size() > 64) return std::nullopt;
  return out;
}

std::expected<Session, ParseError> Parser::run(std::string_view text) {
  if (text.size() > kMaxSize) return std::unexpected(ParseError{Reason::too_large, 1});
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    std::string_view raw = take(text, '\n');
    if (!raw.empty() && raw.back() == '\r') raw.remove_suffix(1);
    if (raw.empty()) continue;
    if (number == 1 && raw != "v=0") return std::unexpected(ParseError{Reason::not_sdp, 1});
    reason_ = Reason::bad_line;
    if (raw.size() < 2 || raw[1] != '=' || !line(raw[0], raw.substr(2))) {
      return std::unexpected(ParseError{reason_, number});
    }
  }
  if (number == 0) return std::unexpected(ParseError{Reason::not_sdp, 1});
  finish_media();
  return std::move(session_);
}

bool Parser::line(char type, std::string_view value) {
  switch (type) {
    case 'o': {
      reason_ = Reason::bad_line;
      take_word(value);
      // Some senders write signed or over-long ids: they only have to be echoed by nobody.
      read_number(take_word(value), session_.id);
      read_number(take_word(value), session_.version);
      return true;
    }
    case 'm':
      return media_line(value);
    case 'a': {
      const std::size_t colon = value.find(':');
      const std::string_view name = value.substr(0, colon);
      reason_ = Reason::bad_attribute;
      return attribute(name, colon == std::string_view::npos ? "" : value.substr(colon + 1));
    }
    default:
      return true;  // v, s, t, c, b, ...: nothing in them that WebRTC uses.
  }
}

// RFC 8866 section 5.14: m=<media> <port>[/<number>] <proto> <fmt> ...
bool Parser::media_line(std::string_view value) {
  finish_media();
  reason_ = Reason::too_many_media;
  if (session_.media.size() == kMaxMedia) return false;
  reason_ = Reason::bad_media_line;
  Media media;
  media.kind_name = take_word(value);
  media.kind = media.kind_name == "audio"         ? Kind::audio
               : media.kind_name == "video"       ? Kind::video
               : media.kind_name == "application" ? Kind::application
                                                  : Kind::other;
  std::string_view port = take_word(value);
  if (!read_number(take(port, '/'), media.port)) return false;
  media.protocol = take_word(value);
  if (media.protocol.empty() || value.empty()) return false;
  if (media.kind == Kind::audio || media.kind == Kind::video) {
    while (!value.empty()) {
      Format format;
      if (!read_number(take_word(value), format.payload_type) || format.payload_type > 127) {
        return false;
      }
      if (media.format(format.payload_type) == nullptr) media.formats.push_back(format);
    }
  }
  media.direction = defaults_.direction;
  session_.media.push_back(std::move(media));
  media_ = &session_.media.back();
  own_ice_ = {};
  simulcast_.clear();
  return true;
}

bool Parser::attribute(std::string_view name, std::string_view value) {
  return media_ == nullptr ? session_attribute(name, value) : media_attribute(name, value);
}

bool Parser::session_attribute(std::string_view name, std::string_view value) {
  if (name == "group") {
    if (take_word(value) != "BUNDLE") return true;
    while (!value.empty() && session_.bundle.size() < kMaxMedia) {
      session_.bundle.emplace_back(take_word(value));
    }
  } else if (name == "ice-ufrag") {
    defaults_.ice.ufrag = value;
  } else if (name == "ice-pwd") {
    defaults_.ice.password = value;
  } else if (name == "ice-lite") {
    session_.ice_lite = true;
  } else if (name == "fingerprint") {
    defaults_.fingerprint = fingerprint_of(value);
    return defaults_.fingerprint.has_value();
  } else if (name == "setup") {
    defaults_.setup = setup_of(value);
    return defaults_.setup.has_value();
  } else if (name == "extmap-allow-mixed") {
    session_.extmap_allow_mixed = true;
  } else if (name == "msid-semantic") {
    session_.msid_semantic = true;
  } else if (const auto direction = direction_of(name)) {
    defaults_.direction = *direction;
  }
  return true;
}

bool Parser::media_attribute(std::string_view name, std::string_view value) {
  struct Known {
    std::string_view name;
    bool (Parser::*read)(std::string_view);
  };
  static constexpr std::array<Known, 8> kLists{{{"rtpmap", &Parser::rtpmap},
                                                {"fmtp", &Parser::fmtp},
                                                {"rtcp-fb", &Parser::rtcp_fb},
                                                {"extmap", &Parser::extmap},
                                                {"ssrc", &Parser::ssrc},
                                                {"ssrc-group", &Parser::ssrc_group},
                                                {"rid", &Parser::rid},
                                                {"simulcast", &Parser::simulcast}}};
  for (const Known& known : kLists) {
    if (known.name == name) return (this->*known.read)(value);
  }
  if (const auto direction = direction_of(name)) {
    media_->direction = *direction;
  } else if (name == "mid") {
    if (value.empty() || value.size() > 64) return false;
    // RFC 5888 section 4: unique within the description.
    if (std::ranges::find(session_.media, value, &Media::mid) != session_.media.end()) {
      reason_ = Reason::repeated_mid;
      return false;
    }
    media_->mid = value;
  } else if (name == "msid") {
    media_->msid = value;
  } else if (name == "rtcp-mux") {
    media_->rtcp_mux = true;
  } else if (name == "rtcp-rsize") {
    media_->rtcp_rsize = true;
  } else if (name == "bundle-only") {
    media_->bundle_only = true;
  } else if (name == "ice-ufrag") {
    own_ice_.ufrag = value;
  } else if (name == "ice-pwd") {
    own_ice_.password = value;
  } else if (name == "ice-options") {
    media_->ice_trickle = value.find("trickle") != std::string_view::npos;
  } else if (name == "fingerprint") {
    const auto fingerprint = fingerprint_of(value);
    // Several are allowed (RFC 8122 section 5); the first that we can check counts.
    if (fingerprint && !media_->fingerprint) media_->fingerprint = fingerprint;
    return fingerprint.has_value();
  } else if (name == "setup") {
    media_->setup = setup_of(value);
    return media_->setup.has_value();
  } else if (name == "candidate") {
    if (media_->candidates.size() < 256) media_->candidates.emplace_back(value);
  } else if (name == "end-of-candidates") {
    media_->end_of_candidates = true;
  } else if (name == "sctp-port") {
    std::uint16_t port = 0;
    if (!read_number(value, port)) return false;
    media_->sctp_port = port;
  } else if (name == "max-message-size") {
    std::uint64_t size = 0;
    if (!read_number(value, size)) return false;
    media_->max_message_size = size;
  }
  return true;
}

// RFC 8866 section 6.6: <payload type> <encoding name>/<clock rate>[/<channels>]
bool Parser::rtpmap(std::string_view value) {
  std::uint8_t payload_type = 0;
  if (!read_number(take_word(value), payload_type)) return false;
  for (Format& format : media_->formats) {
    if (format.payload_type != payload_type) continue;
    format.name = take(value, '/');
    if (format.name.empty() || !read_number(take(value, '/'), format.clock_rate)) return false;
    return value.empty() || read_number(value, format.channels);
  }
  return true;  // A payload type that the m-line does not list: harmless.
}

bool Parser::fmtp(std::string_view value) {
  std::uint8_t payload_type = 0;
  if (!read_number(take_word(value), payload_type)) return false;
  for (Format& format : media_->formats) {
    if (format.payload_type == payload_type) format.fmtp = value;
  }
  return true;
}

bool Parser::rtcp_fb(std::string_view value) {
  const std::string_view which = take_word(value);
  std::uint8_t payload_type = 0;
  const bool all = which == "*";
  if (!all && !read_number(which, payload_type)) return false;
  for (Format& format : media_->formats) {
    if ((all || format.payload_type == payload_type) && format.feedback.size() < 32) {
      format.feedback.emplace_back(value);
    }
  }
  return true;
}

// RFC 8285 section 8: <id>[/<direction>] <uri> [<attributes>]
bool Parser::extmap(std::string_view value) {
  Extension extension;
  std::string_view id = take_word(value);
  unsigned number = 0;
  if (!read_number(take(id, '/'), number)) return false;
  extension.uri = take_word(value);
  if (extension.uri.empty()) return false;
  // Ids above 255 are how an offer asks for "whatever fits" (section 7): not for us to choose.
  if (number == 0 || number > 255 || media_->extensions.size() == 64) return true;
  extension.id = static_cast<std::uint8_t>(number);
  media_->extensions.push_back(std::move(extension));
  return true;
}

// RFC 5576 section 4.1: <ssrc> <attribute>[:<value>]
bool Parser::ssrc(std::string_view value) {
  std::uint32_t number = 0;
  if (!read_number(take_word(value), number)) return false;
  auto source = std::ranges::find(media_->sources, number, &Source::ssrc);
  if (source == media_->sources.end()) {
    if (media_->sources.size() == 64) return true;
    source = media_->sources.insert(source, Source{number, {}, {}});
  }
  const std::string_view name = take(value, ':');
  if (name == "cname") source->cname = value;
  if (name == "msid") source->msid = value;
  return true;
}

bool Parser::ssrc_group(std::string_view value) {
  SourceGroup group;
  group.semantics = take_word(value);
  while (!value.empty()) {
    std::uint32_t number = 0;
    if (!read_number(take_word(value), number)) return false;
    if (group.ssrcs.size() < 32) group.ssrcs.push_back(number);
  }
  if (media_->source_groups.size() < 64) media_->source_groups.push_back(std::move(group));
  return true;
}

// RFC 8851 section 4: <id> send|recv [restrictions]
bool Parser::rid(std::string_view value) {
  Rid out;
  out.id = take_word(value);
  const std::string_view way = take_word(value);
  if (out.id.empty() || out.id.size() > 255 || (way != "send" && way != "recv")) return false;
  out.send = way == "send";
  if (media_->rids.size() < 16) media_->rids.push_back(std::move(out));
  return true;
}

// RFC 8853 section 5.1: send <id>,<alternative>;~<paused id> [recv ...]
bool Parser::simulcast(std::string_view value) {
  media_->simulcast = true;
  simulcast_ = value;
  return !value.empty();
}

/// Puts the rids in the order of a=simulcast (the stated order of preference) and fills in what the
/// session says for all.
void Parser::finish_media() {
  if (media_ == nullptr) return;
  std::string_view value = simulcast_;
  std::size_t place = 0;
  while (!value.empty()) {
    const bool send = take_word(value) == "send";
    std::string_view ids = take_word(value);
    while (!ids.empty()) {
      std::string_view alternatives = take(ids, ';');
      std::string_view id = take(alternatives, ',');
      if (id.starts_with('~')) id.remove_prefix(1);  // Paused: layers are controlled by signaling.
      const auto begin = media_->rids.begin() + static_cast<std::ptrdiff_t>(place);
      const auto rid = std::find_if(begin, media_->rids.end(),
                                    [&](const Rid& r) { return r.id == id && r.send == send; });
      if (rid == media_->rids.end()) continue;
      std::rotate(begin, rid, rid + 1);
      ++place;
    }
  }
  const bool own = !own_ice_.ufrag.empty();
  if (own || !defaults_.ice.ufrag.empty()) media_->ice = own ? own_ice_ : defaults_.ice;
  if (!media_->fingerprint) media_->fingerprint = defaults_.fingerprint;
  if (!media_->setup) media_->setup = defaults_.setup;
  media_ = nullptr;
}

}  // namespace

std::expected<Session, ParseError> parse(std::string_view text) { return Parser().run(text); }

const Format* Media::format(std::uint8_t payload_type) const {
  const auto found = std::ranges::find(formats, payload_type, &Format::payload_type);
  return found == formats.end() ? nullptr : &*found;
}

std::string_view to_string(ParseError::Reason reason) {
  switch (reason) {
    case Reason::too_large:
      return "too large";
    case Reason::not_sdp:
      return "does not begin with v=0";
    case Reason::bad_line:
      return "not a line of SDP";
    case Reason::bad_media_line:
      return "malformed m= line";
    case Reason::bad_attribute:
      return "malformed attribute";
    case Reason::repeated_mid:
      return "two sections have this mid";
    case Reason::too_many_media:
      return "too many media sections";
  }
  return "unknown";
}

std::optional<std::string_view> fmtp_value(std::string_view fmtp, std::string_view key) {
  while (!fmtp.empty()) {
    std::string_view pair = take(fmtp, ';');
    while (!pair.empty() && is_space(pair.front())) pair.remove_prefix(1);
    if (same_word(take(pair, '='), key)) return pair;
  }
  return std::nullopt;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace parley::sdp
