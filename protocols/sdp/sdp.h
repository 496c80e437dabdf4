#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Session descriptions as WebRTC uses them (RFC 8866, 8829): text to plain values and back.
///
///  bounded by  kMaxSize bytes, kMaxMedia sections; what is longer is refused, never cut
///  lenient     attributes we do not know are skipped; a known one that is malformed is an error,
///              since guessing at a peer's meaning ends in silence on one side
namespace parley::sdp {

inline constexpr std::size_t kMaxSize = 512 * 1024;
inline constexpr std::size_t kMaxMedia = 1024;

enum class Kind : std::uint8_t { audio, video, application, other };
enum class Direction : std::uint8_t { sendrecv, sendonly, recvonly, inactive };
enum class Setup : std::uint8_t { actpass, active, passive, holdconn };

constexpr bool sends(Direction d) { return d == Direction::sendrecv || d == Direction::sendonly; }
constexpr bool receives(Direction d) {
  return d == Direction::sendrecv || d == Direction::recvonly;
}
/// The same direction seen from the other end.
constexpr Direction mirrored(Direction d) {
  if (d == Direction::sendonly) return Direction::recvonly;
  if (d == Direction::recvonly) return Direction::sendonly;
  return d;
}
std::string_view to_string(Direction direction);

struct Fingerprint {
  std::string algorithm;  ///< Lower case: "sha-256".
  std::vector<std::uint8_t> digest;
};

/// a=rtpmap with the fmtp and rtcp-fb lines that speak of it.
struct Format {
  std::uint8_t payload_type = 0;
  std::string name;  ///< As written; compare without regard to case.
  std::uint32_t clock_rate = 0;
  unsigned channels = 1;
  std::string fmtp;                   ///< "minptime=10;useinbandfec=1"; empty if there is none.
  std::vector<std::string> feedback;  ///< "nack pli", "transport-cc", ...
};

struct Extension {
  std::uint8_t id = 0;  ///< RFC 8285: 1..14 one-byte, up to 255 two-byte.
  std::string uri;
};

/// a=ssrc lines, gathered by SSRC in order of appearance.
struct Source {
  std::uint32_t ssrc = 0;
  std::string cname;
  std::string msid;  ///< "<stream> <track>"
};

struct SourceGroup {
  std::string semantics;  ///< "FID", "SIM", "FEC-FR"
  std::vector<std::uint32_t> ssrcs;
};

/// a=rid (RFC 8851) together with its place in a=simulcast (RFC 8853).
struct Rid {
  std::string id;
  bool send = true;  ///< From the point of view of whoever wrote the description.
};

struct IceParameters {
  std::string ufrag;
  std::string password;
};

struct Media {
  Kind kind = Kind::audio;
  std::string kind_name;   ///< The word itself, for `Kind::other`.
  std::uint16_t port = 9;  ///< 0: the section is rejected or stopped.
  std::string protocol = "UDP/TLS/RTP/SAVPF";
  std::string mid;
  Direction direction = Direction::sendrecv;
  std::vector<Format> formats;  ///< In order of preference.
  std::vector<Extension> extensions;
  std::vector<Rid> rids;  ///< In the order of a=simulcast where there is one.
  bool simulcast = false;
  std::string msid;  ///< "<stream> <track>", or one token, or empty.
  std::vector<Source> sources;
  std::vector<SourceGroup> source_groups;
  bool rtcp_mux = false;
  bool rtcp_rsize = false;
  bool bundle_only = false;

  std::optional<IceParameters> ice;  ///< After parse: the section's own, else the session's.
  std::optional<Fingerprint> fingerprint;
  std::optional<Setup> setup;
  std::vector<std::string> candidates;  ///< Without the leading "candidate:".
  bool end_of_candidates = false;
  bool ice_trickle = false;

  std::optional<std::uint16_t> sctp_port;  ///< Application sections only.
  std::optional<std::uint64_t> max_message_size;

  const Format* format(std::uint8_t payload_type) const;
  /// RFC 9143 section 6: a port of zero means rejected, unless the section only joins a bundle
  /// (which is how Firefox offers every section but the first of a kind).
  bool rejected() const { return port == 0 && !bundle_only; }
};

struct Session {
  std::uint64_t id = 0;
  std::uint64_t version = 0;
  std::vector<std::string> bundle;  ///< MIDs of the BUNDLE group, in order.
  bool ice_lite = false;
  bool extmap_allow_mixed = false;
  bool msid_semantic = false;  ///< Print a=msid-semantic: WMS *
  std::vector<Media> media;
};

struct ParseError {
  enum class Reason : std::uint8_t {
    too_large,
    not_sdp,   ///< Does not begin with v=0.
    bad_line,  ///< Not "<letter>=<value>".
    bad_media_line,
    bad_attribute,
    repeated_mid,
    too_many_media,
  } reason{};
  std::size_t line = 0;  ///< From 1.
};
std::string_view to_string(ParseError::Reason reason);

std::expected<Session, ParseError> parse(std::string_view text);
std::string print(const Session& session);

/// The value of `key` in an fmtp string ("a=1;b=2"), if it is there.
std::optional<std::string_view> fmtp_value(std::string_view fmtp, std::string_view key);

/// ASCII, as SDP compares encoding names (RFC 8866 section 6.6).
bool same_word(std::string_view a, std::string_view b);

}  // namespace parley::sdp
